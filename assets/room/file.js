// A <video> element for files and HLS, behind the same few words the YouTube embed answers to.
import { useRef } from "react";

const END_SLACK = 0.5; // seconds; streams end a little before or after what they say

export function useFile(media, isFree) {
  const kept = useRef(null);
  if (kept.current === null) kept.current = new FileScreen();
  kept.current.media = media;
  kept.current.isFree = isFree;
  return kept.current;
}

class FileScreen {
  video = null;
  hls = null;
  isLiveStream = false;

  attach(box, on) {
    const video = document.createElement("video");
    video.playsInline = true;
    video.preload = "auto";
    video.disableRemotePlayback = true;
    video.controls = this.isFree;
    video.className = "video";
    video.id = "video";
    if (this.isFree) video.setAttribute("controlslist", "nodownload");
    box.replaceChildren(video);
    this.video = video;
    const tell = () => on.playing(this.isPlaying());
    for (const name of ["playing", "pause", "ended", "seeked", "ratechange"]) video.addEventListener(name, tell);
    video.addEventListener("waiting", () => on.waiting(true));
    for (const name of ["playing", "canplay", "ended"]) video.addEventListener(name, () => on.waiting(false));
    video.addEventListener("loadedmetadata", () => on.ready(), { once: true });
    this.load(video);
    if (!this.isFree) lockMediaKeys();
    return () => {
      this.hls?.destroy();
      this.hls = null;
      video.removeAttribute("src");
      video.load();
      video.remove();
      this.video = null;
    };
  }

  async load(video) {
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
    const hls = new Hls({ enableWorker: true, backBufferLength: 30 });
    this.hls = hls;
    hls.on(Hls.Events.LEVEL_LOADED, (_, data) => {
      this.isLiveStream = data.details.live;
    });
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (!data.fatal) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else setTimeout(() => this.hls === hls && hls.startLoad(), 2000);
    });
    hls.loadSource(this.media.url);
    hls.attachMedia(video);
  }

  isReady = () => (this.video?.readyState ?? 0) >= 1;
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
    if (!video) return false;
    if (this.isEnded()) return !this.isFree;
    return !video.paused && video.readyState >= 2;
  };

  async play(muted) {
    if (!this.video || this.isEnded()) return;
    this.video.muted = muted;
    await this.video.play();
  }

  seek(seconds) {
    if (!this.video) return;
    const end = this.video.duration;
    this.video.currentTime = Math.max(0, Number.isFinite(end) ? Math.min(seconds, end) : seconds);
  }

  setRate(rate) {
    if (this.video && this.video.playbackRate !== rate) this.video.playbackRate = rate;
  }

  setVolume(value) {
    if (!this.video) return;
    this.video.volume = value;
    this.video.muted = value === 0;
  }

  hasCaptions = () => (this.video?.textTracks.length ?? 0) > 0;
  setCaptions(isOn) {
    for (const track of this.video?.textTracks ?? []) track.mode = isOn ? "showing" : "disabled";
  }

  nativeFullscreen() {
    this.video?.webkitEnterFullscreen?.();
  }
}

// Headset and keyboard media keys must not pause or move what is on air.
function lockMediaKeys() {
  const session = navigator.mediaSession;
  if (!session) return;
  for (const action of ["play", "pause", "stop", "seekbackward", "seekforward", "seekto", "previoustrack", "nexttrack"]) {
    try {
      session.setActionHandler(action, () => {});
    } catch {
      // This browser does not know the action, so nobody can press it.
    }
  }
}
