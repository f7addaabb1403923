"""Presence becomes facts: heartbeats of one lead in one session in, `entered`, `watched`, `left`, `completed` out.

Pure: time is an argument, nothing is sent or stored here. One lead has one seat at a time, so presence never overlaps.
"""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from app.room.seats import Seat
from domain.attendance import watched, window_of
from domain.events import Completed, Emitter, Entered, Event, Fact, Left, Watched
from domain.webinars import Session

FLUSH_AFTER = dtm.timedelta(seconds=25)
"""A presence interval this old is stated at the next heartbeat (10 s apart): a crash loses 30 s of watching at most."""

RESUME_WITHIN = dtm.timedelta(seconds=60)
"""A visit the log knows as open goes on if its lead is back this soon after its last sign of life: we restarted."""

RETURN_WITHIN = dtm.timedelta(seconds=20)
"""After a restart of ours pages have this long to come back before they are missed: the log knows their last sign of
life as much as a flush late."""

MISSED_BEATS = 2.5
"""Heartbeat periods without a sign of life after which a connection is dead: two missed, and half for the way."""

POSITION_SLACK = 5.0
"""A player whose position differs from the session's clock by more seconds is not believed."""

GUEST_VISITS = 1000
"""Visits of one seat."""

Reason = Literal["closed", "timed_out", "taken_over", "session_over", "banned"]


@dataclass(frozen=True, slots=True)
class Beat:
    """One sign of life from a page."""

    at: dtm.datetime
    position: float
    is_playing: bool
    is_visible: bool = True


@dataclass(slots=True)
class _Presence:
    """The open interval of a page."""

    since: Beat
    last: Beat


@dataclass(slots=True)
class Track:
    """One lead in one session, over all their visits."""

    seat: Seat
    heartbeat: dtm.timedelta
    completed_share: float
    visit_no: int = 0
    """The visit under way or the last one. Those of a guest's seat count from a number of their own."""
    is_inside: bool = False
    is_completed: bool = False
    last_seen_at: dtm.datetime | None = None
    page: str = ""
    """The page load that has the seat; a reconnect of the same page goes on where it was."""
    is_connected: bool = False
    recalled_at: dtm.datetime | None = None
    """When the log was asked about them; from then on they are waited for."""
    patience: dtm.timedelta = field(init=False)
    """Without a sign of life for longer than this a connection is dead."""
    _presence: _Presence | None = None
    _stated: list[tuple[dtm.datetime, dtm.datetime]] = field(default_factory=list)
    """Times of watching that were stated; those without a gap between them as one."""

    def __post_init__(self) -> None:
        self.patience = MISSED_BEATS * self.heartbeat

    def recall(self, facts: Iterable[Fact], now: dtm.datetime | None = None) -> None:
        """Take up what the log knows of this lead in this session."""
        self.recalled_at = now
        own = [fact for fact in facts if fact.session_id == self.seat.session_id]
        numbers = self._numbers()
        entries = {fact.as_event(Entered).visit_no: fact.occurred_at for fact in own if fact.name == Entered.name}
        entries = {number: at for number, at in entries.items() if number in numbers}
        exits = {fact.as_event(Left).visit_no for fact in own if fact.name == Left.name}
        seen = [fact.as_event(Watched) for fact in own if fact.name == Watched.name]
        self._stated = [(interval.from_at, interval.to_at) for interval in seen]
        self.is_completed = any(fact.name == Completed.name for fact in own)
        self.visit_no = max(entries, default=0)
        self.is_inside = self.visit_no > 0 and self.visit_no not in exits
        signs = [*entries.values(), *(interval.to_at for interval in seen)]
        self.last_seen_at = max(signs, default=None)

    @property
    def first_visit(self) -> int:
        """The number of this seat's first visit; also of what is done without one, in a recording."""
        return self._numbers()[0]

    def _numbers(self) -> range:
        """Which visits are this seat's: two seats of one lead are in the room at once and must not share a number."""
        guest = self.seat.guest
        first = GUEST_VISITS * (1 + int.from_bytes(sha256(guest.encode()).digest()[:3])) if guest else 0
        return range(first + 1, first + GUEST_VISITS)

    def sit(self, page: str, now: dtm.datetime, session: Session) -> list[Fact]:
        """A page takes the seat. The visit goes on if it is the same page, or if we lost it by restarting."""
        said: list[Fact] = []
        if self.is_inside and not self._goes_on(page, now):
            said = self.leave("taken_over", now, session) if self.is_connected else self.time_out(now, session)
        elif self.page != page:
            said = self._close_interval()
        self.page, self.is_connected = page, True
        return said

    def _goes_on(self, page: str, now: dtm.datetime) -> bool:
        if self.page:
            return page == self.page
        return self.last_seen_at is not None and now - self.last_seen_at <= RESUME_WITHIN

    def is_watching(self, now: dtm.datetime) -> bool:
        """A page of theirs is connected and its picture was running at a heartbeat that is not overdue."""
        open_ = self._presence
        is_fresh = open_ is not None and now - open_.last.at <= self.patience
        return self.is_inside and self.is_connected and is_fresh

    def lose(self) -> None:
        """The connection broke without a word: the visit waits for the same page until its heartbeats are missed."""
        self.is_connected = False

    def is_dead(self, now: dtm.datetime) -> bool:
        """No sign of life for too long while a visit or an interval is open."""
        if self.last_seen_at is None or now - self.last_seen_at <= self.patience:
            return False
        if not self.is_inside and self._presence is None:
            return False
        is_awaited = self.recalled_at is not None and self.last_seen_at <= self.recalled_at
        return not is_awaited or now - self.recalled_at > max(self.patience, RETURN_WITHIN)  # type: ignore[operator] # is_awaited

    def beat(self, beat: Beat, session: Session) -> list[Fact]:
        """A sign of life. The first one from a playing page on air enters the room."""
        beat = self._believed(beat, session)
        said: list[Fact] = []
        phase = session.phase(beat.at)
        if phase == "on_air" and beat.is_playing and not self.is_inside:
            said += self._close_interval()
            said.append(self._enter(beat.at))
        is_present = beat.is_playing or phase == "lobby"
        said += self._extend(beat) if is_present else self._close_interval()
        self.last_seen_at = beat.at
        return [*said, *self._complete(beat.at, session)]

    def time_out(self, now: dtm.datetime, session: Session) -> list[Fact]:
        """The heartbeats stopped: the visit ended with the last one."""
        return self.leave("timed_out", self.last_seen_at or now, session)

    def leave(self, reason: Reason, at: dtm.datetime, session: Session) -> list[Fact]:
        """The connection is over: state what is open, and that the visit ended."""
        said = self._close_interval()
        said += self._complete(at, session)
        if self.is_inside:
            self.is_inside = False
            said.append(self._fact(Left(visit_no=self.visit_no, reason=reason), at))
        self.page, self.is_connected = "", False
        return said

    def _enter(self, now: dtm.datetime) -> Fact:
        self.visit_no = self.visit_no + 1 if self.visit_no else self.first_visit
        self.is_inside = True
        return self._fact(Entered(visit_no=self.visit_no), now)

    def _believed(self, beat: Beat, session: Session) -> Beat:
        clock = session.position_seconds(beat.at)
        is_close = session.mode == "auto" and abs(beat.position - clock) <= POSITION_SLACK
        return beat if is_close else Beat(beat.at, clock, beat.is_playing, beat.is_visible)

    def _extend(self, beat: Beat) -> list[Fact]:
        """Stretch the open interval to this beat; begin anew after a gap, at a change of visibility, at flushing."""
        open_ = self._presence
        if open_ is None:
            self._presence = _Presence(beat, beat)
            return []
        if beat.at - open_.last.at > self.patience:
            said = self._close_interval()
            self._presence = _Presence(beat, beat)
            return said
        open_.last = beat
        if beat.is_visible == open_.since.is_visible and beat.at - open_.since.at < FLUSH_AFTER:
            return []
        said = self._close_interval()
        self._presence = _Presence(beat, beat)
        return said

    def _close_interval(self) -> list[Fact]:
        open_, self._presence = self._presence, None
        if open_ is None or open_.last.at <= open_.since.at:
            return []
        is_seamless = bool(self._stated) and self._stated[-1][1] == open_.since.at
        since = self._stated.pop()[0] if is_seamless else open_.since.at
        self._stated.append((since, open_.last.at))
        interval = Watched(
            connection=self.page,
            from_at=open_.since.at,
            to_at=open_.last.at,
            from_position_seconds=round(open_.since.position, 3),
            to_position_seconds=round(open_.last.position, 3),
            is_visible=open_.since.is_visible,
        )
        return [self._fact(interval, open_.last.at)]

    def _complete(self, now: dtm.datetime, session: Session) -> list[Fact]:
        """State completion once. A LIVE session's length is known only when it has ended."""
        if self.is_completed or not session.is_end_known or (length := session.length_seconds) <= 0:
            return []
        least = self.completed_share * length
        if (now - session.opens_at).total_seconds() < least:
            return []  # nobody can have watched so long
        current = [(self._presence.since.at, self._presence.last.at)] if self._presence else []
        seconds = watched([*self._stated, *current], window_of(session))
        if seconds < least:
            return []
        self.is_completed = True
        return [self._fact(Completed(watched_seconds=round(seconds, 3)), now)]

    def _fact(self, event: Event, at: dtm.datetime) -> Fact:
        return Fact.of(
            event,
            emitter=Emitter.TRACKER,
            occurred_at=at,
            lead_id=self.seat.lead_id,
            webinar_id=self.seat.webinar_id,
            session_id=self.seat.session_id,
        )
