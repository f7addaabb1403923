"""What a page that has its seat says: heartbeats to the hall, deeds to the log, answers back."""

import asyncio
import datetime as dtm
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from app.room import asking, speech, stop_words
from app.room.hall import Guest, Hall
from app.room.halls import encode, halls
from app.room.wire import framed

CLEAN_CODES = frozenset({1000, 1001})
STORE_SECONDS = 8.0

DEEDS_KEPT = 100
"""Deeds of a guest whose repeats are known as such."""

Deed = asyncio.Task[dict[str, Any]]
HANDLERS: dict[str, Callable[[dict[str, Any], speech.Here], speech.Said]] = {
    "chat": speech.chat,
    "poll": speech.poll,
    "question": asking.question,
    "upvote": asking.upvote,
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
        elif kind == "reaction":
            programme, now = halls.programme(self.hall.session_id), dtm.datetime.now(dtm.UTC)
            self.hall.react(self.guest, frame.get("kind"), programme, now)
        elif kind not in HANDLERS:
            self.connection.end(4400, "unknown frame")
        else:
            self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        """What is said again after a reconnect is the same deed: it gets the first one's answer and meets no limit."""
        key = f"{frame['type']} {frame.get('id')}"
        if (deed := self.guest.deeds.get(key)) is None:
            try:
                said = self._meaning(frame)
            except speech.Unheard as refused:
                self._send(frame, answer_of(refused.code))
                return
            if not said.facts:
                self._send(frame, answer_of(None, said))
                return
            deed = self._begin(key, said, frame)
        self._start(self._answer(frame, deed))

    def _meaning(self, frame: dict[str, Any]) -> speech.Said:
        programme, now = halls.programme(self.hall.session_id), dtm.datetime.now(dtm.UTC)
        here, kind = speech.Here(self.guest, self.hall, programme, now), str(frame["type"])
        if (known := self._known(frame, here)) is not None:
            return known
        limits = {"chat": halls.lines, "question": halls.questions}.get(kind)
        if limits and limits.take(self.guest.seat.key, time.monotonic()):
            raise speech.Unheard("too_fast")
        return stop_words.weighed(HANDLERS[kind](frame, here), programme, now)

    def _known(self, frame: dict[str, Any], here: speech.Here) -> speech.Said | None:
        """Words that were stored in an earlier life of ours."""
        if frame["type"] == "chat" and (line := self.hall.talk.said(speech.line_id(frame, self.guest))):
            return speech.Said((), line=line)
        if frame["type"] == "question" and (name := asking.question_id(frame, here)) in self.hall.board.questions:
            return speech.Said((), answer={"question": name})
        return None

    def _begin(self, key: str, said: speech.Said, frame: dict[str, Any]) -> Deed:
        deeds = self.guest.deeds
        for old in list(deeds)[: max(0, len(deeds) - DEEDS_KEPT + 1)]:
            del deeds[old]
        deed = deeds[key] = asyncio.create_task(self._store(said, frame), name="deed")
        deed.add_done_callback(lambda done: None if is_done(done) else deeds.pop(key, None))
        return deed

    async def _store(self, said: speech.Said, frame: dict[str, Any]) -> dict[str, Any]:
        """State what the guest did, however long it takes; others are told only when it is durable."""
        receipts = await halls.ledger.state(said.facts, said.personal)
        if any(receipt.status == "rejected" for receipt in receipts):
            return {"ok": False, "error": "not_saved"}
        self.hall.take(said.facts, said.personal, self.guest)
        if said.line is not None and any(receipt.is_stored for receipt in receipts):
            self.hall.say(said.line, self.guest.seat.key)
        if frame["type"] == "form":
            self.guest.submitted.add(str(frame.get("offer")))
        return answer_of(None, said)

    async def _answer(self, frame: dict[str, Any], deed: Deed) -> None:
        """Guests are told «sent» only when it is in the log. `not_saved`: not yet; it is still being tried."""
        try:
            answer = await asyncio.wait_for(asyncio.shield(deed), STORE_SECONDS)
        except TimeoutError:
            answer = answer_of("not_saved")
        self._send(frame, answer)

    def _send(self, frame: dict[str, Any], answer: dict[str, Any]) -> None:
        self.connection.send(framed(encode({"type": "ack", "id": frame.get("id"), **answer})))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_done(deed: Deed) -> bool:
    """Whether it was done: what came to nothing may be tried anew under the same id."""
    return not deed.cancelled() and deed.exception() is None and bool(deed.result()["ok"])


def answer_of(error: str | None, said: speech.Said | None = None) -> dict[str, Any]:
    """What an `ack` says; a chat line comes with its id and the instant it was said."""
    line = said.line if said else None
    told = {"line": line["id"], "said": line["said"]} if line else {}
    return {"ok": error is None, "error": error, **told, **(said.answer if said else {})}
