"""Scripts as files: our own CSV there and back, a chat exported from elsewhere, Bizon365's report of a webinar. Pure.

A row that cannot be read is a complaint with its number; the others are taken.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.cells import bare
from domain.events import Poll, PollOption, ScriptEntry
from domain.script import MOST_AUTHOR, MOST_ENTRIES, MOST_TEXT, in_order

COLUMNS = ("time", "kind", "author", "text", "options", "target", "id")
KINDS = ("line", "host", "poll_open", "poll_close", "poll_away", "offer_show", "offer_hide", "pin", "unpin")
SYNONYMS = {
    "time": ("время", "тайминг", "секунда", "second", "seconds", "at"),
    "kind": ("тип", "вид", "команда", "type"),
    "author": ("автор", "имя", "кто", "name", "username", "user"),
    "text": ("текст", "сообщение", "вопрос", "message"),
    "options": ("ответы", "варианты", "answers"),
    "target": ("цель", "предложение", "offer"),
    "id": ("ид",),
}
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d(?:[.,]\d+)?)")
SECONDS = re.compile(r"\d{1,6}(?:[.,]\d+)?")
ENCODINGS = ("utf-8-sig", "cp1251")
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10


class Unreadable(ValueError):  # noqa: N818 - reads as what happened
    """Nothing of the file can be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: its number in the file (the header is 1), what is wrong, and the row as it stands."""

    number: int
    code: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file came to."""

    entries: tuple[ScriptEntry, ...]
    bad: tuple[BadRow, ...] = ()


def read(data: bytes) -> Taken:
    """Entries of a file, whichever of the accepted kinds it is. Raises Unreadable: encoding, empty, no_columns, ..."""
    text = _decoded(data)
    if not text.strip():
        raise Unreadable("empty")
    return _report(text) if text.lstrip().startswith("{") else _table(text)


def clock_seconds(text: str) -> float | None:
    """Seconds of `1:02:03`, `02:03`, `02:03.5` or plain seconds; None for anything else."""
    text = text.strip().removeprefix("'")
    if SECONDS.fullmatch(text):
        return float(text.replace(",", "."))
    found = CLOCK.fullmatch(text)
    if not found or (found[1] and int(found[2]) > 59):  # noqa: PLR2004 - sixty to an hour
        return None
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3].replace(",", "."))


def clock_text(seconds: float) -> str:
    """`1:02:03` or `02:03`, with tenths where there are any."""
    whole = int(seconds)
    tenths = round((seconds - whole) * 10)
    if tenths == 10:  # noqa: PLR2004 - rounds up to the next second
        whole, tenths = whole + 1, 0
    hours, rest = divmod(whole, 3600)
    clock = f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"
    return f"{clock}.{tenths}" if tenths else clock


def row_of(entry: ScriptEntry) -> tuple[str, ...]:
    """The entry as a row of our CSV; the text must have been filled in."""
    kind = "host" if entry.kind == "line" and entry.is_host else entry.kind
    text, options = entry.text, ""
    if entry.poll is not None:
        text = _said(entry.poll.question)
        options = " | ".join(_said(option.text) for option in entry.poll.options)
    return (clock_text(entry.at_seconds), kind, entry.author, text, options, entry.target or "", entry.entry_id)


def _said(texts: Mapping[str, str]) -> str:
    return texts.get("ru") or next(iter(texts.values()), "")


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("encoding")


def _table(text: str) -> Taken:
    first = text.splitlines()[0]
    delimiter = max(";\t,", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Unreadable("bad_quotes") from None
    columns = _columns(rows[0])
    entries: list[ScriptEntry] = []
    bad: list[BadRow] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(entries) >= MOST_ENTRIES:
            raise Unreadable("too_many")
        found = _entry({name: _cell(cells, place) for name, place in columns.items()}, number)
        if isinstance(found, str):
            bad.append(BadRow(number, found, tuple(cells)))
        else:
            entries.append(found)
    return Taken(in_order(entries), tuple(bad))


def _columns(header: Sequence[str]) -> dict[str, int]:
    known = {word: name for name in COLUMNS for word in (name, *SYNONYMS[name])}
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        if name := known.get(title.strip().casefold()):
            places.setdefault(name, place)
    if "time" not in places or not ({"text", "kind"} & places.keys()):
        raise Unreadable("no_columns")
    return places


def _cell(cells: Sequence[str], place: int) -> str:
    """A cell, without the apostrophe that keeps it from being a formula."""
    return bare(cells[place].strip()) if place < len(cells) else ""


def _entry(row: Mapping[str, str], number: int) -> ScriptEntry | str:
    """The entry of a row, or the code of what is wrong with it."""
    at = clock_seconds(row.get("time", ""))
    kind = row.get("kind", "").casefold() or "line"
    if at is None:
        return "not_a_time"
    if kind not in KINDS:
        return "unknown_kind"
    text = " ".join(row.get("text", "").split())
    shared: dict[str, Any] = {"entry_id": row.get("id", "")[:64] or f"row-{number}", "at_seconds": round(at, 1)}
    if kind in {"line", "host"}:
        return _line(shared, text, row.get("author", ""), is_host=kind == "host")
    if kind == "poll_open":
        return _poll(shared, text, row.get("options", ""), row.get("target", ""))
    if kind != "unpin" and not row.get("target"):
        return "no_target"
    return ScriptEntry(**shared, kind=kind, target=row.get("target") or None)


def _line(shared: Mapping[str, Any], text: str, author: str, *, is_host: bool) -> ScriptEntry | str:
    author = " ".join(author.split())
    if not text:
        return "no_text"
    if not author:
        return "no_author"
    if len(text) > MOST_TEXT or len(author) > MOST_AUTHOR:
        return "too_long"
    return ScriptEntry(**shared, kind="line", author=author, text=text, is_host=is_host)


def _poll(shared: Mapping[str, Any], question: str, options: str, target: str) -> ScriptEntry | str:
    poll = poll_of(question, options.split("|"), target or f"poll-{shared['entry_id']}")
    if isinstance(poll, str):
        return poll
    return ScriptEntry(**shared, kind="poll_open", poll=poll, target=poll.poll_id)


def poll_of(question: str, options: Sequence[str], poll_id: str) -> Poll | str:
    """A poll of plain texts, or the code of what is wrong."""
    question = " ".join(question.split())
    answers = [" ".join(option.split()) for option in options if option.strip()]
    if not question:
        return "no_text"
    if not FEWEST_OPTIONS <= len(answers) <= MOST_OPTIONS:
        return "poll_options"
    if len(question) > MOST_TEXT or any(len(answer) > MOST_TEXT for answer in answers):
        return "too_long"
    choices = tuple(PollOption(option_id=str(n), text={"ru": answer}) for n, answer in enumerate(answers, start=1))
    return Poll(poll_id=poll_id[:64], question={"ru": question}, options=choices)


def _report(text: str) -> Taken:
    """Bizon365's answer to `webinars/reports/get`: who they were, what they wrote, and at which second, by viewer."""
    try:
        whole = json.loads(text)
    except ValueError:
        raise Unreadable("not_json") from None
    report = whole.get("report", whole) if isinstance(whole, dict) else None
    if not isinstance(report, dict):
        raise Unreadable("not_a_report")
    people, said, when = (_inner(report.get(name)) for name in ("report", "messages", "messagesTS"))
    meta = people.get("usersMeta", people)
    if not said or not when:
        raise Unreadable("not_a_report")
    entries: list[ScriptEntry] = []
    bad: list[BadRow] = []
    for number, (viewer, line, second) in enumerate(_lines(said, when), start=1):
        who = meta.get(viewer) if isinstance(meta, Mapping) else None
        name = str((who or {}).get("username") or "Гость") if isinstance(who, Mapping) else "Гость"
        row = {
            "time": "" if second is None else str(second),
            "author": name.split()[0][:MOST_AUTHOR],
            "text": str(line),
        }
        found = _entry({**row, "id": f"bizon-{number}"}, number)
        if isinstance(found, str):
            bad.append(BadRow(number, found, (row["time"], row["author"], row["text"])))
        else:
            entries.append(found)
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("too_many")
    return Taken(in_order(entries), tuple(bad))


def _lines(said: Mapping[str, Any], when: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for viewer, lines in said.items():
        if not isinstance(lines, list):
            continue
        seconds = when.get(viewer)
        seconds = seconds if isinstance(seconds, list) else []
        for place, line in enumerate(lines):
            yield viewer, line, seconds[place] if place < len(seconds) else None


def _inner(part: object) -> dict[str, Any]:
    """A part of the report: JSON inside of JSON, or already an object."""
    if isinstance(part, str):
        try:
            part = json.loads(part)
        except ValueError:
            return {}
    return part if isinstance(part, dict) else {}
