"""Watching a recording: who may, and stretches of playback as facts. They never flip the verdict on the session."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.replay.offers import offers_of_recording
from app.room import handing, scripts
from app.room.airing import AIRED, Airing
from app.room.script import line_frames
from app.room.seats import Banned, Seat
from app.room.stage import millis, replay_until, source
from app.room.talk import in_order, placed, told_line
from app.shared import schedule, warehouse
from domain.events import Emitter, Fact, FormSubmitted, ReplayWatched
from domain.script import of_definition
from domain.silences import key_of_seat
from domain.webinars import Schedule, Session, Webinar
from warehouse.reads import room

FLUSH_SECONDS = 25.0
FASTEST = 2.6
"""Players offer double speed; a position that moved faster than this was moved by hand."""
SLACK_SECONDS = 1.5
CHAT_LINES = 500
MAX_GAP_SECONDS = 30.0


@dataclass(slots=True)
class Viewer:
    """One page with a recording."""

    seat: Seat
    connection: str
    session: Session
    webinar: Webinar
    until: dtm.datetime
    chat: list[dict[str, Any]]
    offers: list[dict[str, Any]] = field(default_factory=list)
    submitted: set[str] = field(default_factory=set)
    """Offers whose form this lead has sent."""
    handouts: list[dict[str, Any]] = field(default_factory=list)
    _since: tuple[dtm.datetime, float] | None = None
    _last: tuple[dtm.datetime, float] | None = None

    def hello(self, heartbeat_seconds: float, now: dtm.datetime | None = None) -> dict[str, Any]:
        """Everything the page needs."""
        moment = now or dtm.datetime.now(dtm.UTC)
        definition = self.webinar.definition
        return {
            "type": "hello",
            "heartbeat": heartbeat_seconds,
            "stage": {
                "phase": "replay",
                "title": definition.title,
                "host": definition.host_name,
                "duration": round(self.session.length_seconds),
                "until": millis(self.until),
                "landing": f"/w/{self.webinar.slug}",
                "media": source(self.webinar, self.session.session_id, self.until, moment),
            },
            "chat": self.chat,
            "offers": self.offers,
            "submitted": sorted(self.submitted),
            "handouts": self.handouts,
        }

    def beat(self, frame: Mapping[str, Any], now: dtm.datetime | None = None) -> list[Fact]:
        """Playback moved on, stood still, or jumped."""
        moment = now or dtm.datetime.now(dtm.UTC)
        try:
            position = max(0.0, float(frame.get("position") or 0))
        except (TypeError, ValueError):
            return []
        if frame.get("playing") is not True:
            said = self._stretch(moment, position)
            return said + self.close()
        said = self._stretch(moment, position)
        if self._since is None:
            self._since = self._last = (moment, position)
        elif (moment - self._since[0]).total_seconds() >= FLUSH_SECONDS:
            said += self.close()
            self._since = self._last = (moment, position)
        return said

    def _stretch(self, now: dtm.datetime, position: float) -> list[Fact]:
        """Extend what is open if playback got here by playing; else end it where it last was."""
        if self._since is None or self._last is None:
            return []
        elapsed, moved = (now - self._last[0]).total_seconds(), position - self._last[1]
        is_played = 0 <= moved <= elapsed * FASTEST + SLACK_SECONDS and elapsed <= MAX_GAP_SECONDS
        if is_played:
            self._last = (now, position)
            return []
        return self.close()

    def close(self) -> list[Fact]:
        """State the open stretch."""
        since, last, self._since, self._last = self._since, self._last, None, None
        if since is None or last is None or last[1] <= since[1] or last[0] <= since[0]:
            return []
        stretch = ReplayWatched(
            connection=self.connection,
            from_at=since[0],
            to_at=last[0],
            from_position_seconds=round(since[1], 3),
            to_position_seconds=round(last[1], 3),
        )
        seat = self.seat
        return [
            Fact.of(
                stretch,
                emitter=Emitter.TRACKER,
                occurred_at=last[0],
                lead_id=seat.lead_id,
                webinar_id=seat.webinar_id,
                session_id=seat.session_id,
            )
        ]


def open_replay(programme: Schedule, session_id: str, now: dtm.datetime) -> tuple[Session, Webinar, dtm.datetime] | str:
    """The session, its webinar and when the replay closes; or why there is none: unknown, not_yet, none, expired."""
    session = programme.sessions.get(session_id)
    webinar = programme.webinars.get(session.webinar_id) if session else None
    if session is None or webinar is None:
        return "unknown"
    until = replay_until(session, webinar)
    if until is None:
        return "none"
    if session.phase(now) != "over":
        return "not_yet"
    return (session, webinar, until) if now < until else "expired"


async def admit(seat: Seat, connection: str) -> Viewer | None:
    """The lead's viewing, if the replay is open. Raises Banned or WarehouseError."""
    found = open_replay(schedule.current(), seat.session_id, dtm.datetime.now(dtm.UTC))
    if isinstance(found, str):
        schedule.require()
        return None
    session, webinar, until = found
    aired = await warehouse.get().facts_of(session_ids=(seat.session_id,), names=AIRED)
    airing = Airing()
    airing.take_all(aired)
    if {seat.key, seat.lead_id} & airing.banned:
        raise Banned(seat.session_id)
    sent = await warehouse.get().facts_of(
        session_ids=(seat.session_id,), lead_ids=(seat.lead_id,), names=(FormSubmitted.name,)
    )
    return Viewer(
        seat,
        connection,
        session,
        webinar,
        until,
        await _chat(session, webinar, airing),
        offers_of_recording(session, webinar.definition, aired),
        {fact.as_event(FormSubmitted).offer_id for fact in sent},
        handing.frames(airing, webinar, session),
    )


async def _chat(session: Session, webinar: Webinar, airing: Airing) -> list[dict[str, Any]]:
    """What was said and what was prepared, by the recording's clock, without what the host took away."""
    said = await warehouse.get().run(room.chat, session.session_id, lines=CHAT_LINES)
    definition, zero = webinar.definition, millis(session.opens_at)
    chat = [
        told_line(line, definition)
        for line in said
        if line.action_id not in airing.deleted
        and not airing.is_private(line.action_id, key_of_seat(line.lead_id, line.seat), line.said_at)
    ]
    saved = await scripts.saved(webinar.webinar_id)
    entries = saved.entries if saved else of_definition(definition)
    told = line_frames(entries, -1, session.length_seconds, is_told=definition.is_script_disclosed)
    prepared = [line for line in told if line["id"] not in airing.deleted]
    return in_order(placed(line, zero) for line in (*chat, *prepared))
