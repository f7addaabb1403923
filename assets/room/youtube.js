// A YouTube embed, by the messages of its IFrame player API.
import { EmbedScreen } from "$/public/room/embed.js";

const HOST = "https://www.youtube-nocookie.com";
const STATES = { 0: "ended", 1: "playing", 2: "paused", 3: "buffering", 5: "paused" };
const COMMANDS = { play: "playVideo", pause: "pauseVideo", mute: "mute", unmute: "unMute" };

export class YouTubeScreen extends EmbedScreen {
  name = "YouTube";
  origins = [HOST];
  origin = HOST;
  captions = [];

  address() {
    const isFree = this.options.isFree;
    const options = new URLSearchParams({
      enablejsapi: "1",
      autoplay: "1",
      playsinline: "1",
      rel: "0",
      controls: isFree ? "1" : "0",
      disablekb: isFree ? "0" : "1",
      fs: isFree ? "1" : "0",
      origin: location.origin,
    });
    return `${HOST}/embed/${encodeURIComponent(this.media.id)}?${options}`;
  }

  knock() {
    this.post(JSON.stringify({ event: "listening", id: 1, channel: "widget" }));
  }

  hear({ event, info }) {
    if (event === "apiInfoDelivery") {
      this.captions = info?.captions?.tracklist ?? this.captions;
      this.on.changed();
      return;
    }
    if (info && typeof info === "object") {
      if ("duration" in info) this.duration = info.duration;
      if (info.videoData) this.isLive = Boolean(info.videoData.isLive);
      if ("playerState" in info) this.hearState(STATES[info.playerState] ?? this.state);
      if ("currentTime" in info) this.hearTime(info.currentTime);
    }
    if (["onReady", "initialDelivery", "infoDelivery"].includes(event)) this.hearReady();
  }

  say(word, value) {
    if (word === "seek") this.command("seekTo", value, true);
    else if (word === "volume") this.command("setVolume", Math.round(value * 100));
    else this.command(COMMANDS[word]);
  }

  command(func, ...args) {
    this.post(JSON.stringify({ event: "command", func, args }));
  }

  hasCaptions = () => this.captions.length > 0;
  setCaptions(isOn) {
    this.command(isOn ? "loadModule" : "unloadModule", "captions");
    if (isOn) this.command("setOption", "captions", "track", { languageCode: this.captions[0].languageCode });
  }
}
