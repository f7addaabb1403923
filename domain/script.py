"""A webinar's script: chat, polls, offers and pins that come by themselves on the clock of an AUTO session.

Folded from the log of a live session, edited, moved, checked. What plays of it when is decided by the room. Pure.
"""

import datetime as dtm
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from domain.arrival import arrival_key
from domain.events import (
    ChatModerated,
    ChatPosted,
    Fact,
    HostPosted,
    MessagePinned,
    Offer,
    OfferHidden,
    OfferLaunched,
    PollClosed,
    PollOpened,
    ScriptEntry,
    WebinarConfigured,
)
from domain.silences import Silences, key_of_seat

RECORDED: frozenset[str] = frozenset(
    event.name
    for event in (
        ChatPosted, HostPosted, ChatModerated, PollOpened, PollClosed, OfferLaunched, OfferHidden, MessagePinned,
    )
)  # fmt: skip
"""Facts of a live session that a script is folded from."""

MOST_ENTRIES = 20_000
MOST_TEXT, MOST_AUTHOR = 500, 60

Naming = Literal["pseudonym", "anonymous", "keep"]
"""How guests are called in the script: by a name of the list below, all «Гость», or by their own first name."""

PSEUDONYMS = (
    "Алина", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Захар", "Инна", "Кирилл", "Лидия", "Максим", "Нина",
    "Олег", "Полина", "Роман", "Софья", "Тимур", "Ульяна", "Фёдор", "Эмма", "Юрий", "Яна", "Артём", "Валерия",
    "Григорий", "Диана", "Евгений", "Зоя", "Игорь", "Кира", "Леонид", "Марина", "Никита", "Оксана", "Павел", "Регина",
    "Степан", "Таисия", "Филипп",
)  # fmt: skip
GUEST, HOST = "Гость", "Ведущий"


@dataclass(frozen=True, slots=True)
class Recording:
    """What became of a session: the entries, and how many of its lines were left out on purpose."""

    entries: tuple[ScriptEntry, ...]
    left_out: int = 0
    """Deleted lines, those of muted or held guests, forgotten ones, and what was said before or after the session."""


@dataclass(slots=True)
class _Tape:
    """The fold of one session's facts."""

    definition: WebinarConfigured
    opens_at: dtm.datetime
    length: float
    naming: Naming
    texts: Collection[tuple[str, str]]
    deleted: set[str] = field(default_factory=set)
    silences: Silences = field(default_factory=Silences)
    entries: list[ScriptEntry] = field(default_factory=list)
    touched: dict[str, float] = field(default_factory=dict)
    """When the host first touched an offer by hand: from then on its timetable said nothing."""
    names: dict[str, str] = field(default_factory=dict)
    left_out: int = 0

    def take(self, fact: Fact) -> None:
        at = (fact.occurred_at - self.opens_at).total_seconds()
        if not 0 <= at <= self.length:
            self.left_out += fact.name in {ChatPosted.name, HostPosted.name}
            return
        match fact.name:
            case ChatPosted.name:
                said_by = key_of_seat(fact.lead_id or "", fact.as_event(ChatPosted).seat)
                is_hidden = self.silences.cover(said_by, fact.occurred_at)
                self._line(fact.as_event(ChatPosted).action_id, fact.lead_id or "", at, is_hidden=is_hidden)
            case HostPosted.name:
                said = fact.as_event(HostPosted)
                self._line(said.action_id, said.by, at, is_host=True)
            case PollOpened.name | PollClosed.name:
                self._poll(fact, at)
            case OfferLaunched.name | OfferHidden.name:
                offer_id = str(fact.properties["offer_id"])
                self.touched.setdefault(offer_id, at)
                self._add(
                    fact, at, kind="offer_show" if fact.name == OfferLaunched.name else "offer_hide", target=offer_id
                )
            case MessagePinned.name:
                line_id = fact.as_event(MessagePinned).line_id
                self._add(fact, at, kind="pin" if line_id else "unpin", target=line_id)
            case _:
                pass

    def _line(self, action_id: str, subject: str, at: float, *, is_host: bool = False, is_hidden: bool = False) -> None:
        if is_hidden or action_id in self.deleted or (subject, action_id) not in self.texts:
            self.left_out += 1
            return
        author = (self.definition.host_name or HOST) if is_host else self._name(subject)
        self.entries.append(
            ScriptEntry(
                entry_id=action_id, at_seconds=round(at, 1), kind="line", author=author, is_host=is_host,
                subject_id=subject, ref=action_id,
            )
        )  # fmt: skip

    def _name(self, lead_id: str) -> str:
        if self.naming == "keep":
            return ""
        if self.naming == "anonymous":
            return GUEST
        number = len(self.names)
        round_no, place = divmod(number, len(PSEUDONYMS))
        return self.names.setdefault(lead_id, PSEUDONYMS[place] + (f" {round_no + 1}" if round_no else ""))

    def _poll(self, fact: Fact, at: float) -> None:
        if fact.name == PollOpened.name:
            poll = fact.as_event(PollOpened).poll
            self._add(fact, at, kind="poll_open", poll=poll, target=poll.poll_id)
            return
        closed = fact.as_event(PollClosed)
        self._add(fact, at, kind="poll_away" if closed.is_put_away else "poll_close", target=closed.poll_id)

    def _add(self, fact: Fact, at: float, **rest: object) -> None:
        entry = {"entry_id": fact.properties["action_id"], "at_seconds": round(at, 1), **rest}
        self.entries.append(ScriptEntry.model_validate(entry))

    def timetable(self) -> Iterator[ScriptEntry]:
        """What the offers' timetable did by itself until a hand touched them."""
        for offer in self.definition.offers:
            until = min(self.length, self.touched.get(offer.offer_id, self.length))
            for kind, at in (("offer_show", offer.show_at_seconds), ("offer_hide", offer.hide_at_seconds)):
                if offer.show_at_seconds is not None and at is not None and at < until:
                    entry_id = f"{kind}-{offer.offer_id}"
                    yield ScriptEntry.model_validate(
                        {"entry_id": entry_id, "at_seconds": at, "kind": kind, "target": offer.offer_id}
                    )


def recorded(
    facts: Iterable[Fact],
    definition: WebinarConfigured,
    *,
    opens_at: dtm.datetime,
    length_seconds: float,
    naming: Naming,
    texts: Collection[tuple[str, str]],
) -> Recording:
    """The script of a session that was. `texts` are the chat texts that still exist, by (subject, action id).

    Deleted, shadowed and held lines are left out, and pins of lines that are. Whose words a line is stays known, so
    that they are forgotten with their author.
    """
    ordered = sorted((fact for fact in facts if fact.name in RECORDED), key=arrival_key)
    tape = _Tape(definition, opens_at, length_seconds, naming, texts)
    for fact in ordered:
        if fact.name == ChatModerated.name:
            done = fact.as_event(ChatModerated)
            tape.silences.take(done, fact.occurred_at)
            _strike(tape.deleted, done)
    for fact in ordered:
        tape.take(fact)
    entries = in_order([*tape.entries, *tape.timetable()])
    lines = {entry.entry_id for entry in entries if entry.kind == "line"}
    return Recording(tuple(e for e in entries if e.kind != "pin" or e.target in lines), tape.left_out)


def _strike(deleted: set[str], done: ChatModerated) -> None:
    """Lines nobody but their author saw: deleted, or held back and never let through."""
    if done.deed in {"line_deleted", "line_held", "line_shadowed"} and done.line_id:
        deleted.add(done.line_id)
    elif done.deed == "line_released" and done.line_id:
        deleted.discard(done.line_id)


def of_definition(definition: WebinarConfigured) -> tuple[ScriptEntry, ...]:
    """The lines a webinar was configured with, as long as nobody has saved a script."""
    return in_order(
        ScriptEntry(
            entry_id=f"script-{number}", at_seconds=line.at_seconds, kind="line", author=line.author, text=line.text
        )
        for number, line in enumerate(definition.script)
    )


def in_order(entries: Iterable[ScriptEntry]) -> tuple[ScriptEntry, ...]:
    """By their second; what happens in the same second keeps its order."""
    return tuple(sorted(entries, key=lambda entry: entry.at_seconds))


def due(entries: Sequence[ScriptEntry], after: float, until: float) -> list[ScriptEntry]:
    """Entries with `after < at <= until`; `entries` must be in order. A room asks four times a second."""
    first, last = (bisect_right(entries, second, key=lambda entry: entry.at_seconds) for second in (after, until))
    return list(entries[first:last])


def moved(entries: Iterable[ScriptEntry], seconds: float) -> tuple[tuple[ScriptEntry, ...], int]:
    """All entries by so many seconds, and how many lines fell off before the beginning.

    Polls, offers and pins that would fall off stand at the beginning instead: what follows rests on them.
    """
    kept: list[ScriptEntry] = []
    lost = 0
    for entry in entries:
        at = round(entry.at_seconds + seconds, 1)
        if at < 0 and entry.kind == "line":
            lost += 1
        else:
            kept.append(entry.model_copy(update={"at_seconds": max(0.0, at)}))
    return in_order(kept), lost


def timed_offers(entries: Sequence[ScriptEntry], offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """The offers with the times at which the script first shows and then hides them: verdicts ask for those."""
    changed: list[Offer] = []
    for offer in offers:
        own = [entry for entry in entries if entry.target == offer.offer_id]
        shown = next((e.at_seconds for e in own if e.kind == "offer_show"), None)
        hidden = next(
            (e.at_seconds for e in own if e.kind == "offer_hide" and shown is not None and e.at_seconds > shown), None
        )
        times = {
            "show_at_seconds": None if shown is None else int(shown),
            "hide_at_seconds": None if hidden is None else int(hidden),
        }
        changed.append(offer.model_copy(update=times))
    return tuple(changed)


def faults(entries: Sequence[ScriptEntry], definition: WebinarConfigured) -> Mapping[str, str]:
    """What would not work when it plays, as a code by entry id: it is played as far as it goes, and told to staff."""
    offers = {offer.offer_id for offer in definition.offers}
    lines: set[str] = set()
    polls: set[str] = set()
    found: dict[str, str] = {}
    for entry in in_order(entries):
        code = _fault(entry, offers, lines, polls)
        if entry.at_seconds > definition.duration_seconds:
            code = "after_the_end"
        if code:
            found[entry.entry_id] = code
        if entry.kind == "line":
            lines.add(entry.entry_id)
        elif entry.poll is not None:
            polls.add(entry.poll.poll_id)
    return found


def _fault(entry: ScriptEntry, offers: set[str], lines: set[str], polls: set[str]) -> str:
    if entry.kind in {"offer_show", "offer_hide"} and entry.target not in offers:
        return "no_such_offer"
    if entry.kind == "pin" and entry.target not in lines:
        return "no_such_line"
    if entry.kind in {"poll_close", "poll_away"} and entry.target not in polls:
        return "poll_not_open"
    return ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What somebody who comes at a second finds in the room, as far as the script goes."""

    lines: tuple[ScriptEntry, ...] = ()
    poll: ScriptEntry | None = None
    is_poll_open: bool = False
    offers: tuple[str, ...] = ()
    pinned: ScriptEntry | None = None


def at_second(entries: Sequence[ScriptEntry], second: float, *, lines: int = 8) -> Moment:
    """The preview of one second."""
    said = [entry for entry in due(entries, -1, second) if entry.kind == "line"]
    poll: ScriptEntry | None = None
    is_open = False
    offers: dict[str, None] = {}
    pinned: str | None = None
    for entry in due(entries, -1, second):
        match entry.kind:
            case "poll_open":
                poll, is_open = entry, True
            case "poll_close" | "poll_away":
                is_open = False
                poll = None if entry.kind == "poll_away" else poll
            case "offer_show":
                offers[entry.target or ""] = None
            case "offer_hide":
                offers.pop(entry.target or "", None)
            case "pin" | "unpin":
                pinned = entry.target if entry.kind == "pin" else None
    stands = next((line for line in said if line.entry_id == pinned), None)
    return Moment(tuple(said[-lines:]), poll, is_open, tuple(offers), stands)


def filled(
    entries: Iterable[ScriptEntry], texts: Mapping[tuple[str, str], str], names: Mapping[tuple[str, str], str]
) -> tuple[ScriptEntry, ...]:
    """The entries with the words that lie in `people`; a line whose words are gone (forgotten) is gone."""
    found: list[ScriptEntry] = []
    for entry in entries:
        if entry.subject_id is None:
            found.append(entry)
        elif text := texts.get((entry.subject_id, entry.ref or "")):
            author = entry.author or _own_name(entry, names)
            found.append(entry.model_copy(update={"text": text, "author": author}))
    return tuple(found)


def _own_name(entry: ScriptEntry, names: Mapping[tuple[str, str], str]) -> str:
    """The name given with the line itself, else the person's."""
    subject = entry.subject_id or ""
    return names.get((subject, entry.ref or "")) or names.get((subject, ""), GUEST)


def emptied(
    entries: Iterable[ScriptEntry],
    texts: Mapping[tuple[str, str], str],
    names: Mapping[tuple[str, str], str],
    new_ref: Callable[[], str],
) -> tuple[tuple[ScriptEntry, ...], dict[tuple[str, str], str]]:
    """The opposite, for the log: people's words stay out of it. Returns also the words that were changed, by reference.

    A recorded line stays its author's when it is edited: it is forgotten with them.
    """
    stored: list[ScriptEntry] = []
    changed: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry.subject_id is None:
            stored.append(entry)
            continue
        ref = entry.ref or ""
        if texts.get((entry.subject_id, ref)) != entry.text:
            ref = new_ref()
            changed[entry.subject_id, ref] = entry.text
        # A name given with the line itself does not go along to a changed text: it is written down.
        is_own = not entry.is_host and entry.author == _own_name(entry, names)
        author = "" if is_own and (ref == entry.ref or (entry.subject_id, entry.ref) not in names) else entry.author
        stored.append(entry.model_copy(update={"text": "", "author": author, "ref": ref}))
    return tuple(stored), changed
