// The landing page works without this script; with it times are the visitor's, the clock runs, and nothing typed is lost.
import { all, dressTimes } from "$/public/clock/dress.js";
import { days, newDay, split, zone, zoneName } from "$/public/clock/time.js";

const language = () => document.documentElement.lang || "ru";

function tick() {
  for (const box of all("[data-to]")) {
    const left = Date.parse(box.dataset.to) - Date.now();
    const { days: whole, clock } = split(left);
    const isOver = left <= 0;
    box.querySelector(".countdown-label").textContent = isOver ? box.dataset.after : box.dataset.before;
    box.querySelector(".countdown-days").textContent = !isOver && whole > 0 ? days(whole, language()) : "";
    box.querySelector(".countdown-clock").textContent = isOver ? "" : clock;
  }
}

// The server wrote the times in the webinar's zone; here they become the visitor's.
function dress() {
  const now = new Date();
  dressTimes(language());
  for (const heading of all("[data-day]")) {
    const day = newDay(heading.dataset.day, heading.dataset.before, language());
    heading.textContent = day;
    heading.hidden = !day;
  }
  for (const note of all("[data-zone]")) note.textContent = `${note.dataset.zone} ${zoneName(now, language())}`;
  for (const field of all("input[name=time_zone]")) field.value = zone();
  tick();
}

// The page as the server wrote it anew; false when the answer is no page of ours.
function swap(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const page = fresh.getElementById("page");
  if (!page) return false;
  document.title = fresh.title;
  document.documentElement.lang = fresh.documentElement.lang;
  document.getElementById("page").replaceWith(page);
  dress();
  return true;
}

function complain(form) {
  const said = document.createElement("p");
  said.className = "error";
  said.textContent = form.dataset.offline;
  document.getElementById("form-error").replaceChildren(said);
}

async function send(form) {
  const button = form.querySelector("#submit");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const told = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body: told, headers: { Accept: "application/json" } });
    if (answer.headers.get("content-type")?.startsWith("application/json")) {
      location.assign((await answer.json()).next);
      return;
    }
    if (swap(await answer.text())) {
      (document.querySelector("[aria-invalid=true]") ?? document.getElementById("submit"))?.focus();
      return;
    }
  } catch {
    // The network is away: said below, and everything typed stays.
  }
  button.removeAttribute("aria-disabled");
  complain(form);
}

// The other language, with what was typed and ticked so far.
async function speak(form, code) {
  document.cookie = `efir_lang=${code}; path=/; max-age=31536000; samesite=lax`;
  const asked = new URLSearchParams(new FormData(form));
  asked.set("lang", code);
  const typed = document.getElementById("sign-up");
  const kept = typed ? new FormData(typed) : null;
  try {
    if (!swap(await (await fetch(`${location.pathname}?${asked}`)).text())) throw new Error("no page");
  } catch {
    location.search = asked;
    return;
  }
  const fresh = document.getElementById("sign-up");
  if (!kept || !fresh) return;
  for (const field of fresh.elements) {
    if (!field.name || field.name === "language") continue;
    if (field.type === "checkbox") field.checked = kept.has(field.name);
    else if (field.type === "radio") field.checked = kept.get(field.name) === field.value;
    else if (kept.has(field.name)) field.value = kept.get(field.name);
  }
  document.getElementById(`lang-${code}`)?.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.id === "sign-up") send(form);
  else speak(form, event.submitter?.value ?? language());
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.getElementById("submit")?.removeAttribute("aria-disabled");
});

dress();
setInterval(tick, 500);
const opening = document.querySelector("input[name=opening]")?.value;
// A visit counts when a browser shows the page: link previews run no scripts.
if (opening) navigator.sendBeacon?.(`${location.pathname}/seen`, opening);
