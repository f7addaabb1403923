"""All rooms of this process: people come and go, one clock ticks for everybody, what happened goes to the log."""

import asyncio
import contextlib
import datetime as dtm
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from app.api.limits import Buckets
from app.room import garbage, scripts, timeline
from app.room.airing import AIRED
from app.room.audience import EVERY_SECONDS, Point
from app.room.crowding import Addresses
from app.room.desk import curve, snapshot, timed
from app.room.hall import Guest, Hall, Programme
from app.room.ledger import Ledger
from app.room.memory import Memory, Past
from app.room.questions import QUESTIONED
from app.room.seats import Banned, Seat
from app.room.talk import first_name, told_line
from app.room.tracker import Beat, Track
from app.room.wire import framed
from app.settings import Settings
from app.shared import schedule, warehouse
from domain.silences import key_of_seat
from warehouse.interface import Personal
from warehouse.reads import room

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
REST_SECONDS = 0.2
"""At least, where telling a room takes long: others get their turn, and lines gather in one frame."""
SWEEP_SECONDS = 1.0
AT_ONCE = 500
"""Pages that are written to before others get their turn."""
RECALL_DAYS = 2
LINES_AT_ONCE = 3
LINES_PER_SECOND = 3 / 5
QUESTIONS_PER_SECOND = 1 / 10


class Full(RuntimeError):  # noqa: N818 - reads as what happened
    """Neither a seat nor a place in the queue is left."""


class Unknown(LookupError):  # noqa: N818 - reads as what happened
    """There is no such session."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is in all rooms now, and how their facts fare."""

    rooms: int
    attendees: int
    """Sockets of guests: one a lead."""
    watching: int
    hosts: int
    """Sockets of consoles."""
    facts_waiting: int
    facts_lost: int


@dataclass(slots=True)
class Halls:
    """The rooms people are in, by session id."""

    heartbeat: dtm.timedelta = dtm.timedelta(seconds=10)
    ledger: Ledger = field(default_factory=Ledger)
    memory: Memory = field(default_factory=Memory)
    halls: dict[str, Hall] = field(default_factory=dict)
    lines: Buckets = field(default_factory=lambda: Buckets(per_second=LINES_PER_SECOND, burst=LINES_AT_ONCE))
    """How fast each guest may write."""
    questions: Buckets = field(default_factory=lambda: Buckets(per_second=QUESTIONS_PER_SECOND, burst=LINES_AT_ONCE))
    """How fast each guest may ask."""
    capacity: int = 0
    trusted_hops: int = 0
    addresses: Addresses = field(default_factory=Addresses)
    _opening: dict[str, asyncio.Lock] = field(default_factory=dict)
    _scripts: dict[str, scripts.Script] = field(default_factory=dict)
    """The newest version seen, by webinar."""
    _hurried: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self, settings: Settings) -> None:
        """Begin a life of the process: nothing in memory, the log tells the rest."""
        self.heartbeat = dtm.timedelta(seconds=settings.heartbeat_seconds)
        self.capacity, self.trusted_hops = settings.room_capacity, settings.trusted_proxy_hops
        self.addresses = Addresses(settings.room_sockets_per_address)
        self.ledger, self.memory = Ledger(), Memory()
        self.lines = Buckets(per_second=LINES_PER_SECOND, burst=LINES_AT_ONCE)
        self.questions = Buckets(per_second=QUESTIONS_PER_SECOND, burst=LINES_AT_ONCE)
        self.halls.clear()
        self._opening.clear()
        self._scripts.clear()
        self._hurried = asyncio.Event()

    async def join(
        self,
        seat: Seat,
        page: str,
        send: Callable[[bytes], None],
        dismiss: Callable[[str], None],
        is_there: Callable[[], bool] = lambda: True,
    ) -> tuple[Hall, Guest]:
        """Give the lead's seat to this page; the page that had it is dismissed. Before a full room it waits.

        Raises Unknown, Banned, Full, WarehouseError, or asyncio.CancelledError when the page went away in the queue.
        """
        hall = await self.open(seat.session_id)
        if {seat.key, seat.lead_id} & hall.airing.banned:
            raise Banned(seat.session_id)
        if hall.must_wait(seat.key, self.capacity):
            if len(hall.queue.waiting) >= self.capacity:
                raise Full(seat.session_id)
            await hall.queue.wait(seat.key, lambda frame: send(framed(encode(frame))), is_there)
        try:
            return await self._seat(hall, seat, page, send, dismiss)
        finally:
            hall.queue.called.discard(seat.key)

    async def _seat(
        self, hall: Hall, seat: Seat, page: str, send: Callable[[bytes], None], dismiss: Callable[[str], None]
    ) -> tuple[Hall, Guest]:
        guest = hall.guests.get(seat.key) or await self._recall(hall, seat)
        if self.halls.get(seat.session_id) is not hall:  # it was given up as empty while we read
            return await self.join(seat, page, send, dismiss)
        if {seat.key, seat.lead_id} & hall.airing.banned:  # while they stood in the queue, or we read
            raise Banned(seat.session_id)
        programme = self.programme(seat.session_id)
        if guest.dismiss is not None:
            guest.dismiss("taken_over" if guest.track.page != page else "replaced")
        self.ledger.note(guest.track.sit(page, _now(), programme.session))
        hall.attach(guest, send, dismiss)
        send(framed(hall.hello_json(guest, programme, _now(), heartbeat=self.heartbeat.total_seconds())))
        return hall, guest

    async def _recall(self, hall: Hall, seat: Seat) -> Guest:
        is_new = seat.lead_id in hall.newcomers and not seat.guest
        past = Past((), hall.newcomers[seat.lead_id]) if is_new else await self._past(seat)
        share = self.programme(seat.session_id).webinar.policy.completed_share
        track = Track(seat, self.heartbeat, share)
        track.recall(past.facts, _now())
        name = first_name(await self._guest_name(seat) if seat.guest else past.name)
        if not seat.guest:
            hall.newcomers.pop(seat.lead_id, None)
        # Another page of the same lead may have come while we read.
        submitted = set() if seat.guest else past.submitted
        return hall.guests.setdefault(seat.key, Guest(track, name, submitted=submitted))

    async def _past(self, seat: Seat) -> Past:
        """What the log tells of them, with the visit they have just ended: its number must not be given again."""
        await self.ledger.caught_up(lambda fact: fact.lead_id == seat.lead_id)
        return await self.memory.past(seat.session_id, seat.lead_id)

    async def _guest_name(self, seat: Seat) -> str:
        """What was typed for this seat; never the name of the lead whose contact it was."""
        rows = await warehouse.get().people((seat.lead_id,), (Personal.GUEST_NAME,))
        return next((row.value for row in rows if row.ref == seat.guest), "")

    async def open(self, session_id: str) -> Hall:
        """The session's room, made from the log if nobody is in it yet. Raises Unknown or WarehouseError."""
        async with self._opening.setdefault(session_id, asyncio.Lock()):
            if session_id not in self.halls:
                # With what was done in the room before it was given up as empty.
                await self.ledger.caught_up(lambda fact: fact.session_id == session_id)
                hall = Hall(session_id)
                people = await warehouse.get().run(room.people, session_id)
                hall.newcomers = {person.lead_id: person.name for person in people if not person.has_past}
                saved = await scripts.saved(self.programme(session_id).webinar.webinar_id)
                hall.talk.script = saved.entries if saved else None
                done = await warehouse.get().facts_of(session_ids=(session_id,), names=AIRED)
                hall.begin(self.programme(session_id), done, _now())
                await self._recall_talk(hall)
                await self._recall_board(hall)
                self._keep_time(hall, self.programme(session_id), _now())
                seen = partial(
                    room.audience, since=self.programme(session_id).session.opens_at, step_seconds=EVERY_SECONDS
                )
                hall.audience.seed(await warehouse.get().run(seen, session_id))
                # From here on changes are told; what is so now, newcomers have in their hello.
                hall.tick(self.programme(session_id), _now())
                hall.count(_now())
                if newer := self._newest(self.programme(session_id).webinar.webinar_id, saved):  # saved while we read
                    hall.talk.script = newer.entries
                self.halls[session_id] = hall
            return self.halls[session_id]

    async def _recall_talk(self, hall: Hall) -> None:
        """The last lines of the chat, and the pinned one however long ago it was said."""
        definition, talk = self.programme(hall.session_id).webinar.definition, hall.talk
        for line in await warehouse.get().run(room.chat, hall.session_id, lines=talk.lines.maxlen or 0):
            told = told_line(line, definition) | talk.quote(line.reply_to, definition)
            author = key_of_seat(line.lead_id, line.seat)
            talk.recall(told, author, is_shadow=hall.airing.is_private(line.action_id, author, line.said_at))
        if hall.airing.pinned and talk.pin(hall.airing.pinned, definition) is None:
            for line in await warehouse.get().run(room.chat, hall.session_id, lines=1, action_id=hall.airing.pinned):
                talk.pinned = told_line(line, definition)

    def attendance(self) -> Attendance:
        """Counts of this moment, for /metrics."""
        open_now, now = list(self.halls.values()), _now()
        return Attendance(
            rooms=len(open_now),
            attendees=self.present,
            watching=sum(hall.watching(now) for hall in open_now),
            hosts=sum(len(hall.desks) for hall in open_now),
            facts_waiting=self.ledger.waiting,
            facts_lost=self.ledger.lost,
        )

    @property
    def present(self) -> int:
        """How many have a page open, in all rooms."""
        return sum(hall.present for hall in self.halls.values())

    async def _recall_board(self, hall: Hall) -> None:
        """The questions with their texts and their authors' names."""
        facts = await warehouse.get().facts_of(session_ids=(hall.session_id,), names=QUESTIONED)
        subjects = {fact.lead_id or str(fact.properties.get("by", "")) for fact in facts} - {""}
        kinds = (Personal.NAME, Personal.GUEST_NAME, Personal.QUESTION_TEXT)
        rows = await warehouse.get().people(sorted(subjects), kinds) if subjects else []
        names = {row.subject_id: first_name(row.value) for row in rows if row.kind is Personal.NAME}
        typed = {row.ref: first_name(row.value) for row in rows if row.kind is Personal.GUEST_NAME}
        hall.board.texts = {row.ref: row.value for row in rows if row.kind is Personal.QUESTION_TEXT}
        for fact in facts:
            name = str(fact.properties.get("action_id", ""))
            hall.board.names[name] = typed.get(name) or names.get(fact.lead_id or "", "")
            asker = key_of_seat(fact.lead_id or "", fact.properties.get("seat"))
            is_shadow = hall.airing.silences.cover(asker, fact.occurred_at)
            hall.board.take(fact, asker, is_shadow=is_shadow)

    def _keep_time(self, hall: Hall, programme: Programme, now: dtm.datetime) -> None:
        """What the session's clock does: it is known before it happens, so it is seen while it is being stored."""
        if facts := timeline.due(hall.airing, programme.webinar.definition.polls, programme.session, now):
            hall.take(facts)
            self.ledger.state(facts)

    async def take_script(self, webinar_id: str) -> None:
        """A new version of a webinar's script was saved: its open rooms play on from it. Raises WarehouseError."""
        saved = self._newest(webinar_id, await scripts.saved(webinar_id))
        for hall in self.halls.values():
            session = schedule.current().sessions.get(hall.session_id)
            if session is not None and session.webinar_id == webinar_id:
                hall.talk.script = saved.entries if saved else None

    def _newest(self, webinar_id: str, read: scripts.Script | None) -> scripts.Script | None:
        """What was read, or a newer version that was read meanwhile: of two who read, the first may come last."""
        known = self._scripts.get(webinar_id)
        if read is None or (known is not None and known.revision > read.revision):
            return known
        self._scripts[webinar_id] = read
        return read

    def programme(self, session_id: str) -> Programme:
        """What the schedule says now. Raises Unknown; WarehouseError while the programme was never read."""
        found = Programme.of(schedule.current(), session_id)
        if found is None:
            schedule.require()
            raise Unknown(session_id)
        return found

    def beat(self, hall: Hall, guest: Guest, frame: dict[str, Any]) -> None:
        """A heartbeat frame."""
        session = self.programme(hall.session_id).session
        if said := hall.beat(guest, _beat(frame), session):
            self.ledger.note(said)

    def leave(self, hall: Hall, guest: Guest, send: Callable[[bytes], None], *, is_clean: bool) -> None:
        """The page's socket is closed. A page that said goodbye has left; one that broke off may come back."""
        if hall.pages.get(guest.seat.key) != send:
            return  # another page has the seat by now
        hall.detach(guest)
        session = self.programme(hall.session_id).session
        if is_clean:
            self.ledger.note(guest.track.leave("closed", _now(), session))
        else:
            guest.track.lose()

    def farewell(self, seat: Seat, page: str, frame: dict[str, Any]) -> None:
        """The page's last word, which may come beside its socket (sendBeacon)."""
        hall = self.halls.get(seat.session_id)
        guest = hall.guests.get(seat.key) if hall else None
        if hall is None or guest is None or guest.track.page != page:
            return
        session = self.programme(seat.session_id).session
        facts = [*hall.beat(guest, _beat(frame), session), *guest.track.leave("closed", _now(), session)]
        self.ledger.note(facts)

    def hurry(self) -> None:
        """A host did something: it is told now, not when the clock would have told it."""
        self._hurried.set()

    async def tick(self) -> None:
        """Tell everybody what changed, four times a second; look for the departed once a second."""
        swept_at = pulsed_at = took = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), max(REST_SECONDS, TICK_SECONDS - took))
            self._hurried.clear()
            now = time.monotonic()
            if is_sweep := now - swept_at >= SWEEP_SECONDS:
                swept_at = now
            if now - pulsed_at >= self.heartbeat.total_seconds():
                pulsed_at = now
                pulse = encode({"type": "pulse", "now": round(time.time() * 1000)})
                await self._guarded("The pulse", self._tell(pulse, *self.halls.values()))
            for hall in list(self.halls.values()):
                await self._guarded(f"A tick of room {hall.session_id}", self._tick(hall, is_sweep=is_sweep))
            took = time.monotonic() - now

    async def _guarded(self, what: str, work: Awaitable[None]) -> None:
        """The clock goes on whatever one of its strokes runs into."""
        try:
            await work
        except Exception:
            logger.exception("%s failed", what)

    async def _tell(self, payload: bytes, *halls: Hall, is_answered: bool = False) -> None:
        """The same bytes to every page; others get their turn in between, so that a big room delays no join.

        Not where pages answer at once: the last ones would wait for the answers of the first.
        """
        frame = framed(payload)
        for hall in halls:
            pages = list(hall.pages.items())
            at_once = max(AT_ONCE, len(pages)) if is_answered else AT_ONCE
            for start in range(0, len(pages), at_once):
                for lead_id, send in pages[start : start + at_once]:
                    if hall.pages.get(lead_id) is send:
                        self._send(send, frame)
                await asyncio.sleep(0)

    def _send(self, send: Callable[[bytes], None], frame: bytes) -> None:
        """To one page; a page that cannot be written to must not cost the others theirs."""
        try:
            send(frame)
        except Exception:
            logger.exception("A page could not be written to")

    async def _tick(self, hall: Hall, *, is_sweep: bool) -> None:
        programme, now = self.programme(hall.session_id), _now()
        self._keep_time(hall, programme, now)
        if frame := hall.tick(programme, now):
            await self._tell(encode(frame), hall, is_answered="offers" in frame)  # a page reports an offer it shows
        point = hall.count(now)
        if hall.desks:
            self._tell_desks(hall, programme, now, point)
        if is_sweep:
            self.ledger.note(hall.sweep(programme.session, now))
            self.ledger.note(hall.applause.due(programme.session, now, is_last=hall.is_idle))
            hall.queue.call(hall.free(self.capacity))
            hall.queue.tell()
            if hall.is_idle:
                self.halls.pop(hall.session_id, None)

    def _tell_desks(self, hall: Hall, programme: Programme, now: dtm.datetime, point: Point | None) -> None:
        """The whole picture to every console whenever it changed (hosts are few), the curve point by point."""
        picture = encode(snapshot(hall, programme, now))
        if picture != hall.pictured:
            hall.pictured = picture
            self._tell_hosts(hall, timed(picture, now))
        if point is not None:
            self._tell_hosts(hall, encode(curve([point], now)))

    def _tell_hosts(self, hall: Hall, payload: bytes) -> None:
        frame = framed(payload)
        for send in list(hall.desks.values()):
            send(frame)

    async def recover(self) -> None:
        """Take up the visits an earlier life of this process left open; their heartbeats decide about them."""
        since = _now() - dtm.timedelta(days=RECALL_DAYS)
        await schedule.refresh()
        for visit in await warehouse.get().run(room.open_visits, since=since):
            programme = Programme.of(schedule.current(), visit.session_id)
            if programme is None:
                continue
            seat = Seat(visit.lead_id, programme.webinar.webinar_id, visit.session_id)
            hall = None
            while hall is None or self.halls.get(visit.session_id) is not hall:  # given up as empty while we read
                hall = await self.open(visit.session_id)
                await self._recall(hall, seat)


halls = Halls()
"""The rooms of this process."""


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[None]:
    """The rooms' clock and their way to the log, while the server runs. Begins with no room open."""
    halls.start(Settings())
    tasks = [
        asyncio.create_task(halls.ledger.run(), name="room ledger"),
        asyncio.create_task(halls.tick(), name="room clock"),
        asyncio.create_task(garbage.keep(lambda: halls.present), name="room garbage"),
        asyncio.create_task(_recover(), name="room recovery"),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await halls.ledger.drain(seconds=3)


async def _recover() -> None:
    try:
        await halls.recover()
    except Exception:
        logger.exception("Open visits of an earlier life were not taken up")


def encode(frame: dict[str, Any]) -> bytes:
    """A frame as JSON."""
    return orjson.dumps(frame)


def _beat(frame: dict[str, Any]) -> Beat:
    try:
        position = float(frame.get("position") or 0)
    except (TypeError, ValueError):
        position = 0.0
    return Beat(_now(), position, frame.get("playing") is True, frame.get("visible") is not False)


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)
