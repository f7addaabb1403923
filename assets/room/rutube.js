// A Rutube embed, by the messages of its player (https://rutube.ru/info/embed).
import { EmbedScreen } from "$/public/room/embed.js";

const HOST = "https://rutube.ru";
const STATES = { playing: "playing", pause: "paused", paused: "paused", stopped: "ended" };
const COMMANDS = { play: "player:play", pause: "player:pause", mute: "player:mute", unmute: "player:unMute" };

export class RutubeScreen extends EmbedScreen {
  name = "Rutube";
  origins = [HOST];
  origin = HOST;

  address() {
    const options = new URLSearchParams({ getPlayOptions: "duration", autoplay: "true" });
    if (this.media.pass) options.set("p", this.media.pass);
    return `${HOST}/play/embed/${encodeURIComponent(this.media.id)}/?${options}`;
  }

  knock() {
    // It speaks first.
  }

  hear({ type, data }) {
    const told = data && typeof data === "object" ? data : {};
    if (type === "player:changeState") this.hearState(STATES[told.state] ?? this.state);
    if (type === "player:playComplete") this.hearState("ended");
    if (type === "player:rollState") this.hearAd(told.state === "play");
    if (["player:durationChange", "player:playOptionsLoaded"].includes(type) && Number(told.duration) > 0) {
      this.duration = Number(told.duration);
    }
    if (type === "player:currentTime" && Number.isFinite(Number(told.time))) this.hearTime(Number(told.time));
    if (type === "player:ready") this.hearReady();
  }

  say(word, value) {
    if (word === "seek") this.command("player:setCurrentTime", { time: value });
    else if (word === "volume") this.command("player:setVolume", { volume: value });
    else this.command(COMMANDS[word]);
  }

  command(type, data = {}) {
    this.post(JSON.stringify({ type, data }));
  }
}
