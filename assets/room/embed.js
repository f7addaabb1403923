// What the players of other services have in common: an iframe spoken to by postMessage. No script of theirs runs in our page.

const START_MS = 2500; // a state that stays away this long is a browser that wants a tap
const STEP_MS = 100;
const BELIEVED = 1; // seconds a position is carried on without a word from the player

export class EmbedScreen {
  needsOwnTap = true; // a tap on our page does not count inside another site's frame (iOS)
  frame = null;
  state = null; // playing | buffering | paused | ended
  time = 0;
  heardAt = 0;
  duration = 0;
  isLive = false;
  isInAd = false;
  isRefused = false; // the player itself said that sound may not start

  constructor(media, options) {
    this.media = media;
    this.options = options;
  }

  // Told by each service: name, origins, address(), hear(message), knock() (repeated until it answers), say(word, value).

  attach(box, on) {
    this.on = on;
    const frame = document.createElement("iframe");
    frame.src = this.address();
    frame.allow = "autoplay; fullscreen; encrypted-media; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin"; // without a referrer YouTube refuses to play
    frame.title = this.name;
    frame.id = "video";
    frame.className = "video";
    box.replaceChildren(frame);
    this.frame = frame;
    this.setLocked(!this.options.isFree);
    const hear = (event) => {
      if (event.source !== frame.contentWindow || !this.origins.includes(event.origin)) return;
      const said = parsed(event.data);
      this.origin = event.origin;
      if (said) this.hear(said);
    };
    window.addEventListener("message", hear);
    const knocking = setInterval(() => (this.isHeard ? clearInterval(knocking) : this.knock()), 500);
    return () => {
      clearInterval(knocking);
      window.removeEventListener("message", hear);
      frame.remove();
      this.frame = null;
    };
  }

  post(message) {
    this.frame?.contentWindow?.postMessage(message, this.origin ?? "*");
  }

  hearReady() {
    if (this.isHeard) return;
    this.isHeard = true;
    this.on.ready();
  }

  hearTime(seconds) {
    this.time = seconds;
    this.heardAt = performance.now();
  }

  hearState(state) {
    if (state === this.state) return;
    if (this.state === "playing") this.time = this.position();
    this.heardAt = performance.now();
    this.state = state;
    this.on.playing(this.isPlaying());
    this.on.waiting(state === "buffering");
  }

  // An advertisement is the service's own: it runs, and its buttons may be pressed.
  hearAd(isInAd) {
    this.isInAd = isInAd;
    this.setLocked(this.isLocked);
  }

  setLocked(isLocked) {
    this.isLocked = isLocked;
    this.frame?.classList.toggle("video-locked", isLocked && !this.isInAd);
  }

  isReady = () => Boolean(this.isHeard);
  isBusy = () => this.isInAd || this.state === "buffering";
  isPaused = () => !this.isInAd && this.state !== "playing" && this.state !== "buffering";
  isEnded = () => this.state === "ended";
  canSeek = () => this.duration > 0 && !this.isLive;
  isPlaying = () => this.state === "playing" || (this.isEnded() && !this.options.isFree);
  position = () => {
    const since = this.state === "playing" && this.heardAt ? (performance.now() - this.heardAt) / 1000 : 0;
    return this.time + Math.min(since, BELIEVED);
  };

  // The embed answers by its state only.
  async play(muted) {
    this.isRefused = false;
    this.say(muted ? "mute" : "unmute");
    this.say("play");
    const deadline = performance.now() + START_MS;
    while (performance.now() < deadline && !this.isRefused) {
      if (!this.isPaused()) return;
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    throw new DOMException("The embed did not start.", "NotAllowedError");
  }

  pause() {
    this.say("pause");
  }

  seek(seconds) {
    this.say("seek", seconds);
    this.hearTime(seconds);
  }

  setRate() {
    // They know no fine rates: beyond a second of drift we jump.
  }

  lag = () => 0;
  toLive() {}

  setVolume(value) {
    this.say(value === 0 ? "mute" : "unmute");
    if (value > 0) this.say("volume", value);
  }

  hasCaptions = () => false;
  setCaptions() {}
  levels = () => [];
  setLevel() {}
}

function parsed(data) {
  if (typeof data !== "string") return data && typeof data === "object" ? data : null;
  try {
    const said = JSON.parse(data);
    return said && typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}
