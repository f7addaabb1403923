// A VK Video embed, by the messages its own player library sends (js_api=1; https://dev.vk.com/ru/widgets/video).
import { EmbedScreen } from "$/public/room/embed.js";

const HOST = "https://vkvideo.ru";
const STATES = { playing: "playing", paused: "paused", ended: "ended", unstarted: "paused", error: "paused" };
const HAPPENED = { started: "playing", resumed: "playing", paused: "paused", ended: "ended" };

export class VkScreen extends EmbedScreen {
  name = "VK Видео";
  origins = [HOST, "https://vk.com", "https://vk.ru"]; // embeds are sent on from one to another

  address() {
    const [oid, id] = this.media.id.split("_");
    const options = new URLSearchParams({ oid, id, hd: "2", js_api: "1", autoplay: "1" });
    if (this.media.pass) options.set("hash", this.media.pass);
    return `${HOST}/video_ext.php?${options}`;
  }

  knock() {
    this.post({ method: "init" });
  }

  hear(said) {
    if (typeof said.event !== "string") return;
    if (said.event === "autoplaySoundProhibited") this.isRefused = true;
    if (said.event === "adStarted" || said.event === "adCompleted") this.hearAd(said.event === "adStarted");
    if (Number.isFinite(said.duration)) this.duration = said.duration;
    this.hearState(HAPPENED[said.event] ?? STATES[said.state] ?? this.state);
    if (Number.isFinite(said.time)) this.hearTime(said.time);
    if (said.event === "inited") this.hearReady();
  }

  say(word, value) {
    if (word === "seek") this.post({ method: "seek", time: value });
    else if (word === "volume") this.post({ method: "set_volume", volume: value });
    else this.post({ method: word });
  }
}
