// Time as the visitor lives it: local time with its zone named, a countdown, and the zone for the form.
import { createElement as h, useEffect, useState } from "react";
import { days, localTime, offsetName, split, two, zone, zoneName } from "$/public/clock/time.js";

export function LocalTime({ at, language = "ru", withZone = true, shape = "full", className }) {
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const moment = new Date(at);
  if (!ready || Number.isNaN(moment.getTime())) return h("time", { className: className });
  return h(
    "time",
    { dateTime: moment.toISOString(), className: className },
    localTime(moment, language, shape),
    withZone ? h("span", { className: "zone" }, ` ${zoneName(moment, language)}`) : null,
  );
}

// One of several moments to choose from, then what it is called: where a select is too narrow, names are cut, not times.
export function TimeOption({ value, label, at, language = "ru" }) {
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const moment = new Date(at);
  const isTold = ready && !Number.isNaN(moment.getTime());
  const told = isTold ? `${localTime(moment, language, "option")} ${offsetName(moment, language)} · ` : "";
  return h("option", { value }, `${told}${label}`);
}

// A mark on what is due before this day of the visitor ends.
export function DueToday({ at, label, className }) {
  const [now, setNow] = useState(null);
  useEffect(() => setNow(new Date()), [at]);
  const isToday = now !== null && new Date(at).toDateString() === now.toDateString();
  return isToday ? h("span", { className: className, "data-kind": "warn", "data-testid": "today" }, label) : null;
}

export function ZoneNote({ language = "ru", prefix = "", zone: told = "", className }) {
  const [text, setText] = useState("");
  useEffect(() => setText(zoneName(new Date(), language, told || undefined)), [language, told]);
  return h("span", { className: className }, text ? `${prefix} ${text}` : "");
}

// `offset` is server time minus browser time in ms: a browser with a wrong clock still counts to the right moment.
export function Countdown({ to, language = "ru", before = "", after = "", offset = 0, className }) {
  const [now, setNow] = useState(null);
  useEffect(() => {
    const update = () => setNow(Date.now() + offset);
    update();
    const timer = setInterval(update, 500);
    return () => clearInterval(timer);
  }, [to, offset]);
  const target = new Date(to).getTime();
  if (now === null || Number.isNaN(target)) return h("span", { className: className, "data-testid": "countdown" });
  const left = split(target - now);
  const isOver = target <= now;
  return h(
    "span",
    { className: className, "data-testid": "countdown", role: "timer" },
    isOver || !before ? null : h("span", { className: "countdown-label" }, before),
    isOver
      ? h("span", { className: "countdown-label" }, after)
      : h(
          "span",
          { className: "timecode" },
          left.days > 0 ? h("span", { className: "countdown-days" }, days(left.days, language)) : null,
          h("span", { className: "countdown-clock" }, left.clock),
        ),
  );
}

// As a date and time field writes a moment: on the visitor's wall, to the minute.
function onTheWall(moment) {
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

export function MomentField({ at, name, id, className }) {
  const [value, setValue] = useState("");
  useEffect(() => setValue(onTheWall(new Date(at))), [at]);
  const changed = (event) => setValue(event.target.value);
  return h("input", { type: "datetime-local", id, name, className, value, onChange: changed });
}

// Yandex Calendar's own «new event» address; times without a zone are its owner's, which is most likely the browser's.
export function YandexCalendar({ label, title = "", startsAt, endsAt, text = "" }) {
  const [href, setHref] = useState("");
  useEffect(() => {
    const local = (at) => `${onTheWall(new Date(at))}:00`;
    if (!startsAt || !endsAt) return;
    const asked = { sidebar: "addEvent", name: title, startTs: local(startsAt), endTs: local(endsAt), description: text };
    setHref(`https://calendar.yandex.ru/week?${new URLSearchParams(asked)}`);
  }, [title, startsAt, endsAt, text]);
  return href ? h("a", { href, target: "_blank", rel: "noreferrer", id: "calendar-yandex" }, label) : null;
}

// The visitor's zone, unless another is told already.
export function ZoneField({ name = "time_zone", zone: told = "" }) {
  const [value, setValue] = useState("");
  useEffect(() => setValue(told || zone()), [told]);
  return h("input", { type: "hidden", name: name, value: value, readOnly: true });
}
