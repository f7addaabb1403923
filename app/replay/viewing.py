"""Watching a recording: who may, and stretches of playback as facts. It never touches the verdict on the session."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.room import scripts
from app.room.airing import Airing
from app.room.script import line_frames
from app.room.seats import Seat
from app.room.stage import millis, replay_until, source
from app.room.talk import in_order, placed, told_line
from app.shared import schedule, warehouse
from domain.events import ChatModerated, Emitter, Fact, ReplayWatched
from domain.script import of_definition
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
    _since: tuple[dtm.datetime, float] | None = None
    _last: tuple[dtm.datetime, float] | None = None

    def hello(self, heartbeat_seconds: float) -> dict[str, Any]:
        """Everything the page needs."""
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
                "media": source(self.webinar, self.session.session_id, self.until),
            },
            "chat": self.chat,
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
    """The lead's viewing, if the replay is open. Raises WarehouseError."""
    found = open_replay(schedule.current(), seat.session_id, dtm.datetime.now(dtm.UTC))
    if isinstance(found, str):
        return None
    session, webinar, until = found
    said = await warehouse.get().run(room.chat, seat.session_id, lines=CHAT_LINES)
    airing = Airing()
    airing.take_all(await warehouse.get().facts_of(session_ids=(seat.session_id,), names=(ChatModerated.name,)))
    definition, zero = webinar.definition, millis(session.opens_at)
    chat = [
        told_line(line, definition)
        for line in said
        if line.action_id not in airing.deleted and not airing.is_private(line.action_id, line.lead_id, line.said_at)
    ]
    saved = await scripts.saved(webinar.webinar_id)
    entries = saved.entries if saved else of_definition(definition)
    told = line_frames(entries, -1, session.length_seconds, is_told=definition.is_script_disclosed)
    prepared = [line for line in told if line["id"] not in airing.deleted]
    lines = in_order(placed(line, zero) for line in (*chat, *prepared))
    return Viewer(seat, connection, session, webinar, until, lines)
