// Keeping a picture at the server's second: small drift by speed, large drift by a jump that aims ahead, never a storm of jumps.

export const MAX_DRIFT = 1; // seconds; beyond it we jump, below it we change the speed a little
const NUDGE_FROM = 0.25;
const NUDGE = 0.04;
const HURRY = 0.1; // while the next jump has to wait
const FIRST_PAUSE_MS = 2000; // between two jumps; doubles while they do not help
const LONGEST_PAUSE_MS = 30000;
const LONGEST_LEAD = 8; // seconds we aim ahead at most
const LIVE_LAG = 10; // seconds behind the live edge (beyond what the stream wants) that are jumped over

export class Keeper {
  constructor() {
    this.lead = 0; // how far ahead the next jump aims: what the last ones took to show a picture
    this.reset();
  }

  // Whatever was waited for is over: the next drift may be corrected at once.
  reset() {
    this.landing = null;
    this.pause = FIRST_PAUSE_MS;
    this.quietUntil = 0;
  }

  // Called about once a second with the second to be at and the page's own monotonic clock in milliseconds.
  step(screen, target, now) {
    if (!screen.isReady() || screen.isEnded() || screen.isPaused()) return "rest";
    if (!screen.canSeek()) return this.stayLive(screen, now);
    // A jump under way, or a buffer that fills: another jump would only throw away what has come.
    if (screen.isBusy()) {
      screen.setRate(1);
      return "wait";
    }
    const drift = target - screen.position();
    if (this.landing !== null) {
      // Where we came out tells how long the jump took, whenever this is noticed: both clocks run.
      this.lead = Math.min(LONGEST_LEAD, Math.max(0, (this.lead + this.landing + drift) / 2));
      this.landing = null;
    }
    if (Math.abs(drift) <= MAX_DRIFT) {
      this.pause = FIRST_PAUSE_MS;
      screen.setRate(Math.abs(drift) > NUDGE_FROM ? 1 + Math.sign(drift) * NUDGE : 1);
      return "nudge";
    }
    if (now < this.quietUntil) {
      screen.setRate(1 + Math.sign(drift) * HURRY);
      return "hurry";
    }
    screen.setRate(1);
    screen.seek(target + this.lead);
    this.landing = this.lead;
    this.wait(now);
    return "jump";
  }

  stayLive(screen, now) {
    if (screen.isBusy() || now < this.quietUntil || screen.lag() <= LIVE_LAG) return "live";
    screen.toLive();
    this.wait(now);
    return "jump";
  }

  wait(now) {
    this.quietUntil = now + this.pause;
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }
}
