// Times that a server wrote in another zone become the visitor's: `<time datetime data-shape>`, its zone in `.zone`.
import { localTime, zoneName } from "./time.js";

export const all = (selector) => [...document.querySelectorAll(selector)];

export function dressTimes(language) {
  for (const time of all("time[data-shape]")) {
    const at = new Date(time.dateTime);
    time.firstChild.textContent = localTime(at, language, time.dataset.shape);
    const named = time.querySelector(".zone");
    if (named) named.textContent = ` ${zoneName(at, language)}`;
  }
}
