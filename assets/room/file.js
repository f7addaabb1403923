// A <video> element for files and HLS. Every kind of screen answers to the same words: see embed.js for the others.

const END_SLACK = 0.5; // seconds; streams end a little before or after what they say
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];
const RECOVERIES = 2; // of a broken buffer, before the source is loaded again
const EXPIRED = new Set([403, 410]);

export class FileScreen {
  needsOwnTap = false;
  video = null;
  hls = null;
  isLiveStream = false;
  areCaptionsOn = false;
  attempt = 0;
  recoveries = 0;

  // options: isFree (the viewer steers), startAt() (second to begin at, or null), renew() (a fresh address, or null)
  constructor(media, options) {
    this.media = media;
    this.options = options;
  }

  attach(box, on) {
    this.on = on;
    const video = document.createElement("video");
    video.playsInline = true;
    video.preload = "auto";
    video.disableRemotePlayback = true;
    video.controls = this.options.isFree;
    video.className = "video";
    video.id = "video";
    if (this.options.isFree) video.setAttribute("controlslist", "nodownload");
    box.replaceChildren(video);
    this.video = video;
    const tell = () => on.playing(this.isPlaying());
    for (const name of ["playing", "pause", "ended", "seeked", "ratechange"]) video.addEventListener(name, tell);
    video.addEventListener("waiting", () => on.waiting(true));
    for (const name of ["playing", "canplay", "ended"]) video.addEventListener(name, () => on.waiting(false));
    video.addEventListener("playing", () => (this.attempt = this.recoveries = 0));
    video.addEventListener("loadedmetadata", () => this.loaded());
    video.addEventListener("error", () => video.getAttribute("src") && !this.hls && this.failed());
    video.textTracks?.addEventListener?.("addtrack", () => on.changed());
    this.addCaptions();
    this.load();
    const online = () => this.retrying && this.again();
    window.addEventListener("online", online);
    return () => {
      window.removeEventListener("online", online);
      clearTimeout(this.retrying);
      this.unload();
      video.remove();
      this.video = null;
    };
  }

  unload() {
    this.hls?.destroy();
    this.hls = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  async load() {
    const video = this.video;
    if (this.media.kind !== "hls") {
      video.src = this.media.url;
      return;
    }
    const { default: Hls } = await import("hls.js");
    if (this.video !== video) return;
    if (!Hls.isSupported()) {
      video.src = this.media.url; // Safari plays HLS by itself
      return;
    }
    this.hls?.destroy();
    const hls = new Hls({
      backBufferLength: 30,
      capLevelToPlayerSize: true,
      startPosition: this.options.startAt?.() ?? -1,
      liveSyncDurationCount: 3,
      liveMaxLatencyDurationCount: 8,
      maxLiveSyncPlaybackRate: 1.1,
    });
    this.hls = hls;
    hls.subtitleDisplay = this.areCaptionsOn;
    hls.on(Hls.Events.LEVEL_LOADED, (_, data) => {
      this.isLiveStream = data.details.live;
    });
    for (const name of ["MANIFEST_PARSED", "SUBTITLE_TRACKS_UPDATED"]) hls.on(Hls.Events[name], () => this.on.changed());
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (!data.fatal || this.hls !== hls) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && this.recoveries < RECOVERIES) {
        this.recoveries += 1;
        hls.recoverMediaError();
      } else {
        this.failed(data.response?.code ?? null);
      }
    });
    hls.loadSource(this.media.url);
    hls.attachMedia(video);
  }

  loaded() {
    this.on.trouble(false);
    if (this.left) {
      this.video.currentTime = this.left.at;
      if (!this.left.isPaused) this.video.play().catch(() => {});
      this.left = null;
    }
    this.on.ready();
  }

  // The source does not come: the encoder is not there yet, the address has expired, the network is away. Try for ever, calmly.
  failed(status = null) {
    if (!this.video || this.retrying) return;
    if (this.options.isFree && this.video.currentTime > 0) this.left = { at: this.video.currentTime, isPaused: this.video.paused };
    // Whether a file's address has expired, the browser does not say.
    this.isStale = this.media.url.startsWith("/media/") && (EXPIRED.has(status) || status === null);
    this.hls?.destroy();
    this.hls = null;
    this.on.trouble(true);
    this.on.playing(false);
    const pause = BACKOFF_MS[Math.min(this.attempt, BACKOFF_MS.length - 1)];
    this.attempt += 1;
    this.retrying = setTimeout(() => this.again(), pause * (0.75 + Math.random() * 0.5));
  }

  async again() {
    clearTimeout(this.retrying);
    this.retrying = null;
    if (this.isStale) {
      const fresh = await this.options.renew();
      if (fresh) this.media = { ...this.media, ...fresh };
    }
    if (this.video) this.load();
  }

  async addCaptions() {
    const address = this.media.captions;
    if (!address) return;
    const video = this.video;
    let source = address;
    if (!address.startsWith("/")) {
      // A track from elsewhere would need the video itself to be fetched with CORS; its text alone does not.
      try {
        const answer = await fetch(address);
        if (!answer.ok) return;
        source = URL.createObjectURL(new Blob([await answer.text()], { type: "text/vtt" }));
      } catch {
        return; // The place does not give its captions to other sites: there are none, and no button for them.
      }
    }
    if (this.video !== video) return;
    const track = document.createElement("track");
    track.kind = "subtitles";
    track.label = "CC";
    track.src = source;
    video.append(track);
    this.on.changed();
  }

  isReady = () => (this.video?.readyState ?? 0) >= 1;
  isBusy = () => Boolean(this.video) && (this.video.seeking || this.video.readyState < 3);
  isPaused = () => this.video?.paused ?? true;
  // A recording that is shorter than its session has nothing left to show: whoever stays is still there.
  isEnded = () => {
    const video = this.video;
    return Boolean(video) && (video.ended || video.currentTime >= video.duration - END_SLACK);
  };
  canSeek = () => !this.isLiveStream && Number.isFinite(this.video?.duration ?? NaN);
  position = () => this.video?.currentTime ?? 0;
  isPlaying = () => {
    const video = this.video;
    if (!video || this.retrying) return false;
    if (this.isEnded()) return !this.options.isFree;
    return !video.paused && video.readyState >= 2;
  };

  async play(muted) {
    if (!this.video || this.isEnded()) return;
    this.video.muted = muted;
    await this.video.play();
  }

  pause() {
    this.video?.pause();
  }

  seek(seconds) {
    if (!this.video) return;
    const end = this.video.duration;
    this.video.currentTime = Math.max(0, Number.isFinite(end) ? Math.min(seconds, end) : seconds);
  }

  setRate(rate) {
    if (this.video && this.video.playbackRate !== rate) this.video.playbackRate = rate;
  }

  lag() {
    if (this.hls) return Number.isFinite(this.hls.latency) ? this.hls.latency - (this.hls.targetLatency ?? 0) : 0;
    const seekable = this.video?.seekable;
    return seekable?.length ? seekable.end(seekable.length - 1) - this.video.currentTime : 0;
  }

  toLive() {
    const seekable = this.video.seekable;
    const edge = this.hls?.liveSyncPosition ?? (seekable.length ? seekable.end(seekable.length - 1) : null);
    if (edge !== null) this.video.currentTime = edge;
  }

  setVolume(value) {
    if (!this.video) return;
    this.video.volume = value;
    this.video.muted = value === 0;
  }

  hasCaptions = () => (this.hls?.subtitleTracks.length ?? 0) + (this.video?.textTracks.length ?? 0) > 0;
  setCaptions(isOn) {
    this.areCaptionsOn = isOn;
    if (this.hls?.subtitleTracks.length) {
      this.hls.subtitleDisplay = isOn;
      this.hls.subtitleTrack = isOn ? 0 : -1;
      return;
    }
    const [first, ...others] = this.video?.textTracks ?? [];
    if (first) first.mode = isOn ? "showing" : "disabled";
    for (const track of others) track.mode = "disabled";
  }

  // Picture qualities to choose from, best first; none where there is no choice.
  levels() {
    const known = (this.hls?.levels ?? []).map((level, id) => ({ id, height: level.height, rate: level.bitrate }));
    return known.length > 1 ? known.sort((one, other) => other.height - one.height || other.rate - one.rate) : [];
  }

  setLevel(id) {
    if (this.hls) this.hls.nextLevel = id;
  }

  setLocked() {}

  nativeFullscreen() {
    this.video?.webkitEnterFullscreen?.();
  }
}
