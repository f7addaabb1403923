"""One session's room in memory: who sits in it, what was said lately, what everybody must be told at the next tick.

Time is an argument. Frames are dicts; encoding and sending is the socket's business. What is lost with this object
is only what the log can tell again.
"""

import asyncio
import datetime as dtm
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.room import handing, script
from app.room.airing import Airing
from app.room.audience import Curve, Point
from app.room.crowding import Queue
from app.room.notices import Notices
from app.room.questions import Board
from app.room.reactions import PAUSE, Applause
from app.room.seats import Seat
from app.room.stage import millis, stage
from app.room.talk import Line, Talk, in_order, placed, without
from app.room.tracker import Beat, Track
from domain.events import Fact, MessagePinned, Offer, QuestionAsked, ScriptEntry
from domain.script import due
from domain.webinars import Schedule, Session, Webinar
from warehouse.interface import Personal, PersonalRow

PRESENCE_EVERY = dtm.timedelta(seconds=2)
FAREWELL = dtm.timedelta(seconds=3)
"""How long after the end the pages may still send their last heartbeat."""


@dataclass(slots=True)
class Guest:
    """One lead in the room: their track, their name, and the end of their page while there is one."""

    track: Track
    name: str
    dismiss: Callable[[str], None] | None = None
    """Close the page's socket, saying why; None while there is no page."""
    submitted: set[str] = field(default_factory=set)
    shown: set[tuple[int, str]] = field(default_factory=set)
    spoke_at: dtm.datetime | None = None
    reacted_at: dtm.datetime | None = None
    deeds: dict[str, asyncio.Task[dict[str, Any]]] = field(default_factory=dict)
    """What a page asked for lately, by its own id: said again after a reconnect it is the same deed."""

    @property
    def seat(self) -> Seat:
        """Whose seat it is."""
        return self.track.seat


@dataclass(slots=True)
class Hall:
    """The room of one session."""

    session_id: str
    guests: dict[str, Guest] = field(default_factory=dict)
    """By the key of their seat; a guest without a page is kept while their visit may go on."""
    pages: dict[str, Callable[[bytes], None]] = field(default_factory=dict)
    """The ways to the open pages, by the key of the seat: one for each guest who has a page."""
    desks: dict[str, Callable[[bytes], None]] = field(default_factory=dict)
    """The ways to the consoles of hosts; a host is no attendee and is not counted."""
    queue: Queue = field(default_factory=Queue)
    """Who waits for a seat because the room is full."""
    pictured: bytes = b""
    """What the consoles were told last."""
    airing: Airing = field(default_factory=Airing)
    talk: Talk = field(default_factory=Talk)
    board: Board = field(default_factory=Board)
    applause: Applause = field(default_factory=Applause)
    audience: Curve = field(default_factory=Curve)
    """Over the whole session."""
    newcomers: dict[str, str] = field(default_factory=dict)
    """Names by lead id of those who have a place and were never here: the log need not be asked about them."""
    _notices: Notices = field(default_factory=Notices)
    _alike: dict[str, Any] | None = None
    _alike_json: bytes = b""
    _position: float | None = None
    _offers: tuple[tuple[str, dtm.datetime | None], ...] = ()
    _handouts: tuple[Any, ...] = ()
    _present: int = 0
    _present_at: dtm.datetime | None = None
    _stage_key: tuple[Any, ...] = ()
    _closing_at: dtm.datetime | None = None

    @property
    def present(self) -> int:
        """How many leads have a page open in the room."""
        return len(self.pages)

    def watching(self, now: dtm.datetime) -> int:
        """How many have the picture running: paused players and broken connections do not count."""
        return sum(guest.track.is_watching(now) for guest in self.guests.values())

    def count(self, now: dtm.datetime) -> Point | None:
        """A new point of the audience's curve, if it is time for one."""
        if self.audience.is_due(now):
            return self.audience.take(now, self.present, self.watching(now))
        return None

    def ban(self, lead_id: str, session: Session, now: dtm.datetime) -> list[Fact]:
        """The guest is sent out: the visit ends at once, the page is closed."""
        guest = self.guests.get(lead_id)
        if guest is None:
            return []
        said = guest.track.leave("banned", now, session)
        if guest.dismiss is not None:
            guest.dismiss("banned")
        self.detach(guest)
        self.guests.pop(lead_id)
        return said

    def entries(self, programme: "Programme") -> tuple[ScriptEntry, ...]:
        """What plays by itself in this session, in the order of the clock."""
        return self.talk.entries(programme.webinar.definition)

    def begin(self, programme: "Programme", done: Sequence[Fact], now: dtm.datetime) -> None:
        """Stand where the room stood: what the host and the script did up to now. From here on changes are told."""
        session = programme.session
        position = session.position_seconds(now)
        has_begun = session.phase(now) in {"on_air", "over"}
        played = due(self.entries(programme), -1, position) if has_begun else ()
        self.airing.replay(done, played, session.opens_at)
        # The very first second is told by the first tick on air.
        self._position = position if has_begun else -1.0

    def offers(self, programme: "Programme", now: dtm.datetime) -> list[Offer]:
        """The offers on the screen: by the timetable and by the host's hand. None before the start.

        What stands there at the end stays: the last minute is when people decide.
        """
        session, definition = programme.session, programme.webinar.definition
        if session.phase(now) not in ("on_air", "over") or not session.has_run:
            return []
        elapsed = (now - session.opens_at).total_seconds()
        timetable = script.offers_at(definition, session.position_seconds(now), elapsed)
        return self.airing.standing(definition.offers, timetable, now)

    def _offer_frames(self, programme: "Programme", now: dtm.datetime) -> list[dict[str, Any]]:
        untils = ((o, self.airing.until(o, programme.session.opens_at)) for o in self.offers(programme, now))
        return script.offer_frames([(offer, millis(until) if until else None) for offer, until in untils])

    def take(self, facts: Iterable[Fact], personal: Iterable[PersonalRow] = (), by: Guest | None = None) -> None:
        """What was done, and is in the log: the room stands accordingly, also for who comes in before its next tick."""
        self._alike, self._alike_json = None, b""
        key = by.seat.key if by else None
        self.board.texts |= {row.ref: row.value for row in personal if row.kind is Personal.QUESTION_TEXT}
        for fact in facts:
            self.airing.take(fact)
            if fact.name == MessagePinned.name:
                self.talk.keep(self.airing.pinned)
            self.board.take(fact, key, is_shadow=key in self.airing.muted)
            if by is not None and fact.name == QuestionAsked.name:
                self.board.names[str(fact.properties["action_id"])] = by.name

    def react(self, guest: Guest, kind: object, programme: "Programme", now: dtm.datetime) -> None:
        """A reaction; too many of one guest and those of muted ones count for nothing."""
        is_open = programme.webinar.definition.is_reaction_open and programme.session.phase(now) == "on_air"
        is_early = guest.reacted_at is not None and now - guest.reacted_at < PAUSE
        if not is_open or is_early or guest.seat.key in self.airing.muted:
            return
        if self.applause.count(kind, now):
            guest.reacted_at = now

    def release_line(self, line_id: str) -> None:
        """A line that was held is for everybody from now on."""
        self.talk.release(line_id)

    def remove_line(self, line_id: str) -> None:
        """A line was deleted: everybody who has it forgets it."""
        self._notices.gone.append(line_id)

    def _is_for_all(self, line: Mapping[str, Any]) -> bool:
        return line["id"] not in self.airing.deleted and line["id"] not in self.talk.shadows

    def _told(self, lines: Iterable[Line], zero: int) -> list[Line]:
        """Lines as everybody may see them, in order."""
        seen = (placed(without(line, self._is_unseen), zero) for line in lines if self._is_for_all(line))
        return in_order(seen)

    def _is_unseen(self, line_id: str) -> bool:
        return line_id in self.airing.deleted or line_id in self.talk.shadows

    def _pinned(self, programme: "Programme") -> Line | None:
        pinned = self.talk.pin(self.airing.pinned, programme.webinar.definition)
        return placed(pinned, millis(programme.session.opens_at)) if pinned else None

    def attach(self, guest: Guest, send: Callable[[bytes], None], dismiss: Callable[[str], None]) -> None:
        """The guest has this page."""
        self.pages[guest.seat.key], guest.dismiss = send, dismiss

    def detach(self, guest: Guest) -> None:
        """The guest has no page any more."""
        self.pages.pop(guest.seat.key, None)
        guest.dismiss = None

    def hello(self, guest: Guest, programme: "Programme", now: dtm.datetime) -> dict[str, Any]:
        """Everything a newcomer needs, in one frame: what all are told alike is made once a tick and deed."""
        if self._alike is None:
            self._alike = self._told_to_all(programme, now)
        return {"type": "hello", **self._alike, **self._told_to(guest, programme, now)}

    def hello_json(self, guest: Guest, programme: "Programme", now: dtm.datetime, **more: Any) -> bytes:
        """The same, encoded: what is alike is encoded once a tick."""
        if self._alike is None or not self._alike_json:
            self._alike = self._told_to_all(programme, now)
            self._alike_json = orjson.dumps({"type": "hello", **self._alike})[:-1] + b","
        return self._alike_json + orjson.dumps(self._told_to(guest, programme, now) | more)[1:]

    def _told_to_all(self, programme: "Programme", now: dtm.datetime) -> dict[str, Any]:
        session, webinar = programme.session, programme.webinar
        position = session.position_seconds(now)
        is_on_air = session.phase(now) == "on_air"
        is_told = webinar.definition.is_script_disclosed
        entries = self.entries(programme) if is_on_air else ()
        prepared = script.line_frames(entries, -1, position, is_told=is_told, most=script.HISTORY)
        return {
            "stage": stage(session, webinar, programme.schedule, now),
            "chat": self._told([*prepared, *self.talk.lines], millis(session.opens_at))[-script.HISTORY :],
            "gone": [line["id"] for line in self.talk.lines if line["id"] in self.airing.deleted],
            "offers": self._offer_frames(programme, now),
            "questions": self.board.standing(),
            "handouts": handing.frames(self.airing, webinar, session),
            **self._notices.standing(self.airing, self._pinned(programme)),
        }

    def _told_to(self, guest: Guest, programme: "Programme", now: dtm.datetime) -> dict[str, Any]:
        ballot, key = self.airing.ballot, guest.seat.key
        lines = self._alike["chat"] if self._alike else []
        shadow = [placed(line, millis(programme.session.opens_at)) for line in self.talk.own_shadows(key)]
        return {
            **({"shadow": shadow} if shadow else {}),
            **self.board.told_to(key),
            "answered": ballot.answers.get(key) if ballot else None,
            "now": millis(now),
            "own": [line["id"] for line in lines if self.talk.authors.get(line["id"]) == key],
            "submitted": sorted(guest.submitted),
            "present": self.present,
            "name": guest.name,
        }

    def say(self, line: Line, lead_id: str) -> None:
        """A line of the chat, told to everybody at the next tick; a muted guest's or a held one only to its author."""
        is_shadow = lead_id in self.airing.muted or line["id"] in self.airing.held | self.airing.shadowed
        self.talk.say(line, lead_id, is_shadow=is_shadow)

    def tick(self, programme: "Programme", now: dtm.datetime) -> dict[str, Any] | None:
        """What changed since the last tick, as one frame for everybody; None when nothing did."""
        session = programme.session
        self._alike, self._alike_json = None, b""
        is_on_air = session.phase(now) == "on_air"
        position = session.position_seconds(now)
        lines = self._play(programme, position) if is_on_air else []
        frame: dict[str, Any] = {}
        if fresh := self._told([*lines, *self.talk.fresh()], millis(session.opens_at)):
            frame["chat"] = fresh
        if is_on_air:
            self._position = position
        standing = tuple((o.offer_id, self.airing.offers.get(o.offer_id)) for o in self.offers(programme, now))
        if standing != self._offers:
            self._offers = standing
            frame["offers"] = self._offer_frames(programme, now)
        frame |= self._notices.changes(self.airing, self._pinned(programme), now)
        frame |= self.board.changes(now)
        frame |= self._handout_changes(programme)
        if reactions := self.applause.fresh():
            frame["reactions"] = reactions
        if (present := self._presence(now)) is not None:
            frame["present"] = present
        key = (session.phase(now), session.opens_at, session.duration_seconds, programme.webinar.definition)
        if key != self._stage_key:
            if self._stage_key:
                frame["stage"] = stage(session, programme.webinar, programme.schedule, now)
            self._stage_key = key
        return {"type": "tick", "now": millis(now), **frame} if frame else None

    def _handout_changes(self, programme: "Programme") -> dict[str, Any]:
        before, self._handouts = self._handouts, (*self.airing.handouts, programme.webinar.definition.handouts)
        if before in ((), self._handouts):
            return {}
        return {"handouts": handing.frames(self.airing, programme.webinar, programme.session)}

    def _play(self, programme: "Programme", position: float) -> list[dict[str, Any]]:
        """What came due since the last tick happens; its lines are returned."""
        # The first tick of a hall says nothing of the past: newcomers have it in their hello.
        since = position if self._position is None else self._position
        entries = self.entries(programme)
        for entry in due(entries, since, position):
            self.airing.play(entry, programme.session.opens_at + dtm.timedelta(seconds=entry.at_seconds))
        is_told = programme.webinar.definition.is_script_disclosed
        return script.line_frames(entries, since, position, is_told=is_told)

    def _presence(self, now: dtm.datetime) -> int | None:
        if self.present == self._present:
            return None
        if self._present_at is not None and now - self._present_at < PRESENCE_EVERY:
            return None
        self._present, self._present_at = self.present, now
        return self._present

    def beat(self, guest: Guest, beat: Beat, session: Session) -> list[Fact]:
        """A sign of life; after the end it is the page's last word."""
        said = guest.track.beat(beat, session)
        if session.phase(beat.at) == "over" and guest.track.is_inside:
            said += guest.track.leave("session_over", session.ends_at, session)
        return said

    def sweep(self, session: Session, now: dtm.datetime) -> list[Fact]:
        """End the visits whose heartbeats stopped, and everybody's some seconds after the session."""
        said: list[Fact] = []
        is_over = session.phase(now) in ("over", "cancelled")
        if is_over and self._closing_at is None:
            self._closing_at = now + FAREWELL
        is_closing = is_over and self._closing_at is not None and now >= self._closing_at
        for lead_id, guest in list(self.guests.items()):
            if is_closing and guest.track.is_inside:
                said += guest.track.leave("session_over", min(session.ends_at, now), session)
            elif guest.track.is_dead(now):
                said += guest.track.time_out(now, session)
                if guest.dismiss is not None:
                    guest.dismiss("timed_out")
                self.detach(guest)
            if guest.dismiss is None and not guest.track.is_inside:
                said += guest.track.leave("closed", now, session)
                del self.guests[lead_id]
        return said

    @property
    def is_idle(self) -> bool:
        """Nobody is here and nobody is waited for."""
        return not self.guests and not self.desks and not self.queue.waiting

    def free(self, capacity: int) -> int:
        """How many seats are left; a great many where there is no limit."""
        return capacity - len(self.guests) - len(self.queue.called) if capacity else 1_000_000

    def must_wait(self, key: str, capacity: int) -> bool:
        """Whether there is no seat for this one yet: the room is full, or others wait already."""
        if key in self.guests or key in self.queue.called:
            return False
        return self.free(capacity) <= 0 or bool(self.queue.waiting)


@dataclass(frozen=True, slots=True)
class Programme:
    """What the schedule says about one session now."""

    session: Session
    webinar: Webinar
    schedule: Schedule

    @classmethod
    def of(cls, schedule: Schedule, session_id: str) -> "Programme | None":
        """The session with its webinar; None for one nobody announced."""
        session = schedule.sessions.get(session_id)
        webinar = schedule.webinars.get(session.webinar_id) if session else None
        return cls(session, webinar, schedule) if session and webinar else None
