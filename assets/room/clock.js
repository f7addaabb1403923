// The server's clock as seen from here. Every frame carries the server's time; the least delayed one is the truest.

export class ServerClock {
  constructor() {
    this.samples = [];
  }

  // `at`: when the word came, if not just now; on the page's own clock (performance.now).
  hear(now, at = performance.now()) {
    if (!now) return;
    this.samples.push({ offset: now - (Date.now() - performance.now() + at), at });
    // Old samples go, so that a clock that is set meanwhile (or a laptop that slept) is noticed.
    this.samples = this.samples.filter((sample) => performance.now() - sample.at < 120000).slice(-60);
  }

  get offset() {
    return this.samples.length ? Math.max(...this.samples.map((sample) => sample.offset)) : 0;
  }

  now() {
    return Date.now() + this.offset;
  }
}

export const two = (number) => String(number).padStart(2, "0");

export function timecode(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return hours ? `${two(hours)}:${rest}` : rest;
}
