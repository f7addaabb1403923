"""What a page with a recording says: playback, and what its viewer does with an offer. An answer means: stored."""

import asyncio
import datetime as dtm
from typing import Any, Protocol

from app.replay.viewing import Viewer
from app.room import speech
from app.room.hall import Guest, Hall, Programme
from app.room.halls import encode
from app.room.ledger import Ledger
from app.room.seated import answer_of
from app.room.tracker import Track
from app.room.wire import framed
from app.shared import schedule

STORE_SECONDS = 8.0
DEEDS = {"offer_clicked": speech.offer_clicked, "form": speech.form}


class Connection(Protocol):
    """The page's socket, as far as it matters here."""

    def send(self, frame: bytes) -> None:
        """One framed message."""

    def end(self, code: int, reason: str) -> None:
        """Close it."""


class Watching:
    """One page with a recording. Its viewer was not in the session by that: no visit, no «shown», only own deeds."""

    __slots__ = ("_tasks", "connection", "guest", "hall", "ledger", "viewer")

    def __init__(self, connection: Connection, viewer: Viewer, ledger: Ledger) -> None:
        self.connection, self.viewer, self.ledger = connection, viewer, ledger
        policy = viewer.webinar.policy
        track = Track(viewer.seat, dtm.timedelta(seconds=10), policy.completed_share)
        track.visit_no = track.first_visit
        self.guest = Guest(track, "", submitted=viewer.submitted)
        self.hall = Hall(viewer.seat.session_id)
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, frame: dict[str, Any]) -> None:
        """One frame; `gone` is the connection's own word for its end."""
        kind = frame.get("type")
        if kind in {"gone", "bye"}:
            self.ledger.note(self.viewer.close())
            if kind == "bye":
                self.connection.end(1000, "bye")
        elif kind == "beat":
            self.ledger.note(self.viewer.beat(frame))
        elif kind in DEEDS:
            self._do(str(kind), frame)
        elif kind == "offer_shown":
            self._acknowledge(frame, None)
        else:
            self.connection.end(4400, "unknown frame")

    def _do(self, kind: str, frame: dict[str, Any]) -> None:
        programme = Programme.of(schedule.current(), self.viewer.seat.session_id)
        if programme is None:
            self._acknowledge(frame, "not_saved")
            return
        try:
            said = DEEDS[kind](frame, speech.Here(self.guest, self.hall, programme, dtm.datetime.now(dtm.UTC)))
        except speech.Unheard as refused:
            self._acknowledge(frame, refused.code)
            return
        task = asyncio.create_task(self._store(frame, said))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _store(self, frame: dict[str, Any], said: speech.Said) -> None:
        try:
            stored = self.ledger.state(said.facts, said.personal)
            receipts = await asyncio.wait_for(asyncio.shield(stored), STORE_SECONDS)
        except TimeoutError:
            self._acknowledge(frame, "not_saved")
            return
        is_kept = all(receipt.status != "rejected" for receipt in receipts)
        if is_kept and frame["type"] == "form":
            self.guest.submitted.add(str(frame.get("offer")))
        self._acknowledge(frame, None if is_kept else "not_saved")

    def _acknowledge(self, frame: dict[str, Any], error: str | None) -> None:
        self.connection.send(framed(encode({"type": "ack", "id": frame.get("id"), **answer_of(error)})))
