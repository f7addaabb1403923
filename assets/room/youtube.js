// A YouTube embed spoken to by postMessage: no script of theirs runs in our page. Same words as the <video>.
import { useRef } from "react";

const HOST = "https://www.youtube-nocookie.com";
const PLAYING = 1;
const BUFFERING = 3;
const ENDED = 0;

export function useYouTube(media, isFree) {
  const kept = useRef(null);
  if (kept.current === null) kept.current = new YouTubeScreen();
  kept.current.media = media;
  kept.current.isFree = isFree;
  return kept.current;
}

class YouTubeScreen {
  frame = null;
  info = {};
  heardAt = 0;

  attach(box, on) {
    const frame = document.createElement("iframe");
    const options = new URLSearchParams({
      enablejsapi: "1",
      autoplay: "1",
      playsinline: "1",
      rel: "0",
      modestbranding: "1",
      controls: this.isFree ? "1" : "0",
      disablekb: this.isFree ? "0" : "1",
      fs: this.isFree ? "1" : "0",
      origin: location.origin,
    });
    frame.src = `${HOST}/embed/${encodeURIComponent(this.media.id)}?${options}`;
    frame.allow = "autoplay; fullscreen; encrypted-media; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin"; // without a referrer YouTube refuses to play
    frame.title = "YouTube";
    frame.id = "video";
    frame.className = this.isFree ? "video" : "video video-locked";
    box.replaceChildren(frame);
    this.frame = frame;
    let isReady = false;
    const hear = (event) => {
      if (event.source !== frame.contentWindow || event.origin !== HOST) return;
      let said;
      try {
        said = JSON.parse(event.data);
      } catch {
        return;
      }
      const before = this.info.playerState;
      if (said.info && typeof said.info === "object") {
        this.info = { ...this.info, ...said.info };
        if ("currentTime" in said.info) this.heardAt = performance.now();
      }
      if (!isReady && ["onReady", "initialDelivery", "infoDelivery"].includes(said.event)) {
        isReady = true;
        on.ready();
      }
      if (this.info.playerState !== before) {
        on.playing(this.isPlaying());
        on.waiting(this.info.playerState === BUFFERING);
      }
    };
    window.addEventListener("message", hear);
    const listen = setInterval(() => this.post({ event: "listening", id: 1, channel: "widget" }), 500);
    const settle = setTimeout(() => clearInterval(listen), 20000);
    return () => {
      clearInterval(listen);
      clearTimeout(settle);
      window.removeEventListener("message", hear);
      frame.remove();
      this.frame = null;
      this.info = {};
    };
  }

  post(message) {
    this.frame?.contentWindow?.postMessage(JSON.stringify(message), HOST);
  }

  command(func, ...args) {
    this.post({ event: "command", func, args });
  }

  isReady = () => "playerState" in this.info;
  isPaused = () => ![PLAYING, BUFFERING].includes(this.info.playerState);
  isEnded = () => this.info.playerState === ENDED;
  canSeek = () => (this.info.duration ?? 0) > 0 && !this.info.videoData?.isLive;
  position = () => {
    const since = this.isPlaying() && this.heardAt ? (performance.now() - this.heardAt) / 1000 : 0;
    return (this.info.currentTime ?? 0) + Math.min(since, 1);
  };
  isPlaying = () => this.info.playerState === PLAYING || (this.isEnded() && !this.isFree);

  async play(muted) {
    this.command(muted ? "mute" : "unMute");
    this.command("playVideo");
    // The embed answers by its state only; a state that stays away is a browser that wants a tap.
    const deadline = performance.now() + 2500;
    while (performance.now() < deadline) {
      if ([PLAYING, BUFFERING].includes(this.info.playerState)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("The embed did not start.");
  }

  seek(seconds) {
    this.command("seekTo", seconds, true);
    this.info.currentTime = seconds;
    this.heardAt = performance.now();
  }

  setRate() {
    // YouTube knows no fine rates: beyond a second of drift we jump.
  }

  setVolume(value) {
    this.command(value === 0 ? "mute" : "unMute");
    this.command("setVolume", Math.round(value * 100));
  }

  hasCaptions = () => false;
  setCaptions() {}
}
