// Which screen shows which kind of video, and where a fresh address comes from.
import { FileScreen } from "$/public/room/file.js";
import { RutubeScreen } from "$/public/room/rutube.js";
import { VkScreen } from "$/public/room/vk.js";
import { YouTubeScreen } from "$/public/room/youtube.js";

const EMBEDS = { youtube: YouTubeScreen, vk: VkScreen, rutube: RutubeScreen };

export function screenOf(media, options) {
  const Kind = EMBEDS[media.kind] ?? FileScreen;
  return new Kind(media, options);
}

// What is shown now, with an address that works; null while the server cannot or will not say.
export async function freshMedia(session, use) {
  try {
    const answer = await fetch(`/api/v1/rooms/${session}/media`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ use }),
    });
    return answer.ok ? (await answer.json()).media : null;
  } catch {
    return null;
  }
}
