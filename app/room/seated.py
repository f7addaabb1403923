"""What a page that has its seat says: heartbeats to the hall, deeds to the log, answers back."""

import asyncio
import datetime as dtm
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from app.room import speech
from app.room.hall import Guest, Hall, Programme
from app.room.halls import encode, halls
from app.room.wire import framed

CLEAN_CODES = frozenset({1000, 1001})
STORE_SECONDS = 8.0

Handler = Callable[[dict[str, Any], Guest, Programme, dtm.datetime], speech.Said]
HANDLERS: dict[str, Handler] = {
    "offer_shown": speech.offer_shown,
    "offer_clicked": speech.offer_clicked,
    "form": speech.form,
}


class Connection(Protocol):
    """The page's socket, as far as it matters here."""

    def send(self, frame: bytes) -> None:
        """One framed message."""

    def end(self, code: int, reason: str) -> None:
        """Close it."""


class Seated:
    """A page in its hall: what it says gets its meaning here."""

    __slots__ = ("_tasks", "connection", "guest", "hall", "page")

    def __init__(self, connection: Connection, hall: Hall, guest: Guest, page: str) -> None:
        self.connection, self.hall, self.guest, self.page = connection, hall, guest, page
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, frame: dict[str, Any]) -> None:
        """One frame; `gone` is the connection's own word for its end."""
        kind = frame.get("type")
        if kind == "beat":
            halls.beat(self.hall, self.guest, frame)
        elif kind == "bye":
            halls.farewell(self.guest.seat, self.page, frame)
            self.connection.end(1000, "bye")
        elif kind == "gone":
            is_clean = frame.get("code") in CLEAN_CODES
            halls.leave(self.hall, self.guest, self.connection.send, is_clean=is_clean)
        elif kind not in HANDLERS and kind not in {"chat", "poll"}:
            self.connection.end(4400, "unknown frame")
        elif kind == "chat" and halls.lines.take(self.guest.seat.lead_id, time.monotonic()):
            self._acknowledge(frame, "too_fast")
        else:
            self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        try:
            said = self._meaning(frame, dtm.datetime.now(dtm.UTC))
        except speech.Unheard as refused:
            self._acknowledge(frame, refused.code)
            return
        if said.facts:
            self._start(self._store(frame, said))
        else:
            self._acknowledge(frame, None)

    def _meaning(self, frame: dict[str, Any], now: dtm.datetime) -> speech.Said:
        programme, airing = halls.programme(self.hall.session_id), self.hall.airing
        if frame["type"] == "chat":
            return speech.chat(frame, self.guest, programme, now, slow_seconds=airing.slow_seconds)
        if frame["type"] == "poll":
            return speech.poll(frame, self.guest, airing.ballot, now)
        return HANDLERS[str(frame["type"])](frame, self.guest, programme, now)

    async def _store(self, frame: dict[str, Any], said: speech.Said) -> None:
        """State what the guest did; they are told «sent» only when it is durable, and others only after that."""
        try:
            stored = halls.ledger.state(said.facts, said.personal)
            receipts = await asyncio.wait_for(asyncio.shield(stored), STORE_SECONDS)
        except TimeoutError:
            self._acknowledge(frame, "not_saved")
            return
        if any(receipt.status == "rejected" for receipt in receipts):
            self._acknowledge(frame, "not_saved")
            return
        if said.line is not None and any(receipt.status == "accepted" for receipt in receipts):
            self.hall.say(said.line, self.guest.seat.lead_id)
        self.hall.airing.take_all(said.facts)
        if frame["type"] == "form":
            self.guest.submitted.add(str(frame.get("offer")))
        self._acknowledge(frame, None, said.line)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _acknowledge(self, frame: dict[str, Any], error: str | None, line: dict[str, Any] | None = None) -> None:
        answer = {"type": "ack", "id": frame.get("id"), "ok": error is None, "error": error}
        self.connection.send(framed(encode(answer | ({"line": line["id"]} if line else {}))))
