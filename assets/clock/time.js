// Time as the visitor lives it, as text: the Reflex pages (clock.jsx), the landing page (landing.js) and the room say it alike.

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
export const two = (number) => String(number).padStart(2, "0");

const SHAPES = {
  full: { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long" },
  till: { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
  clock: { hour: "2-digit", minute: "2-digit" },
  short: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  date: { day: "numeric", month: "short" },
  option: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  precise: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

// The hour stays with its preposition: «в 21:12» never breaks across lines. Twelve hours have no leading nought.
export function localTime(at, language, shape = "full") {
  const text = new Intl.DateTimeFormat(language, SHAPES[shape] ?? SHAPES.full).format(at);
  return text.replace(/ (в|at) (?=\d)/, "\u00a0$1\u00a0").replace(/(^|\s)0(?=\d:[\d:]+\s[AP]M)/, "$1");
}

export const offsetName = (at, language, timeZone) => named(at, language, "shortOffset", timeZone);

function named(at, language, timeZoneName, timeZone) {
  const parts = new Intl.DateTimeFormat(language, { timeZoneName, timeZone }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

// Of the visitor's own zone, unless another is said.
export function zoneName(at, language, timeZone) {
  const offset = offsetName(at, language, timeZone);
  const name = named(at, language, "longGeneric", timeZone).replace(", стандартное время", "").replace(" Standard Time", " Time");
  return name.startsWith("GMT") || name.startsWith("UTC") ? offset : `${name}, ${offset}`;
}

// The day of a moment, where it is another than the day of the moment before it; else "".
export function newDay(at, before, language) {
  const day = (moment) => localTime(new Date(moment), language, "day");
  return before && day(before) === day(at) ? "" : day(at);
}

export function split(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return {
    days: Math.floor(seconds / 86400),
    clock: `${two(Math.floor((seconds % 86400) / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`,
  };
}

export function days(count, language) {
  try {
    return new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
  } catch {
    return String(count);
  }
}
