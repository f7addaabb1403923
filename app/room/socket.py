"""The room's own WebSocket: frames in, frames out. It checks who speaks and how much; meaning is decided elsewhere.

Frames are JSON objects with a `type`. From the page: join, beat, chat, offer_shown, offer_clicked, form, bye. To the
page: hello, tick, ack, taken_over. Close codes 4400 bad frame, 4401 no seat, 4403 foreign origin, 4404 no such session,
4408 silent, 4409 taken over, 4413 too big, 4429 too fast, 4503 warehouse away.
"""

import asyncio
import datetime as dtm
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.api.limits import Buckets
from app.replay import viewing
from app.room import speech
from app.room.hall import Guest, Hall, Programme
from app.room.halls import Unknown, encode, halls
from app.room.seats import Seat, seat_of_ticket
from app.settings import Settings
from warehouse.interface import WarehouseError

MAX_FRAME = 8_192
JOIN_SECONDS = 10.0
QUEUE = 256
"""Frames that may wait for a slow page before it is given up."""
CLEAN_CODES = frozenset({1000, 1001})
STORE_SECONDS = 8.0

Handler = Callable[[dict[str, Any], Guest, Programme, dtm.datetime], speech.Said]
HANDLERS: dict[str, Handler] = {
    "chat": speech.chat,
    "offer_shown": speech.offer_shown,
    "offer_clicked": speech.offer_clicked,
    "form": speech.form,
}

_frames = Buckets(per_second=10, burst=40)


class Closed(Exception):  # noqa: N818 - reads as what happened
    """The connection must end with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def endpoint(socket: WebSocket) -> None:
    """One connection from its handshake to its end."""
    connection = Connection(socket, str(socket.path_params["session"]))
    if not is_own_origin(socket.headers.get("origin"), socket.headers.get("host", "")):
        await socket.close(4403, "foreign origin")
        return
    await socket.accept()
    await connection.serve()


def is_own_origin(origin: str | None, host: str) -> bool:
    """A browser always names the page's origin; it must be ours."""
    return origin is not None and (origin in Settings().origins or urlsplit(origin).netloc == host)


class Connection:
    """One page's socket."""

    def __init__(self, socket: WebSocket, session_id: str) -> None:
        self.socket = socket
        self.session_id = session_id
        self.name = uuid.uuid4().hex
        self._outbox: asyncio.Queue[str | Closed] = asyncio.Queue(QUEUE)
        self._storing: set[asyncio.Task[None]] = set()
        self._close_code = 1006

    async def serve(self) -> None:
        """Join, then read until somebody ends it."""
        writer = asyncio.create_task(self._write(), name="room writer")
        try:
            seat, use, frame = await self._admit()
            await (self._view(seat) if use == "replay" else self._sit(seat, frame))
        except Closed as closed:
            await self._close(closed.code, closed.reason)
        except WebSocketDisconnect as gone:
            self._close_code = gone.code
        finally:
            writer.cancel()

    async def _admit(self) -> tuple[Seat, str, dict[str, Any]]:
        try:
            frame = await asyncio.wait_for(self._read(), JOIN_SECONDS)
        except TimeoutError:
            raise Closed(4408, "no join") from None
        found = seat_of_ticket(str(frame.get("ticket", "")), self.session_id) if frame.get("type") == "join" else None
        if found is None:
            raise Closed(4401, "no seat")
        return *found, frame

    async def _sit(self, seat: Seat, joined: dict[str, Any]) -> None:
        page = str(joined.get("page", ""))[:64] or self.name
        try:
            hall, guest = await halls.join(seat, page, self.send, self._dismiss)
        except Unknown:
            raise Closed(4404, "no such session") from None
        except WarehouseError:
            raise Closed(4503, "warehouse away") from None
        try:
            while True:
                frame = await self._read()
                if frame.get("type") == "bye":
                    halls.farewell(seat, page, frame)
                    self._close_code = 1000
                    return
                self._heard(frame, hall, guest)
        except WebSocketDisconnect as gone:
            self._close_code = gone.code
        finally:
            halls.leave(hall, guest, self.send, is_clean=self._close_code in CLEAN_CODES)

    async def _view(self, seat: Seat) -> None:
        try:
            viewer = await viewing.admit(seat, self.name)
        except WarehouseError:
            raise Closed(4503, "warehouse away") from None
        if viewer is None:
            raise Closed(4404, "no replay")
        self.send(encode(viewer.hello(halls.heartbeat.total_seconds())))
        try:
            while True:
                frame = await self._read()
                halls.ledger.state(viewer.beat(frame))
        finally:
            halls.ledger.state(viewer.close())

    def _heard(self, frame: dict[str, Any], hall: Hall, guest: Guest) -> None:
        kind = frame.get("type")
        if kind == "beat":
            halls.beat(hall, guest, frame)
        elif kind in HANDLERS:
            if kind == "chat" and halls.lines.take(guest.seat.lead_id, time.monotonic()):
                self._acknowledge(frame, "too_fast")
                return
            task = asyncio.create_task(self._store(frame, hall, guest))
            self._storing.add(task)
            task.add_done_callback(self._storing.discard)
        else:
            raise Closed(4400, "unknown frame")

    async def _store(self, frame: dict[str, Any], hall: Hall, guest: Guest) -> None:
        """State what the guest did; they are told «sent» only when it is durable."""
        kind = str(frame["type"])
        try:
            said = HANDLERS[kind](frame, guest, halls.programme(hall.session_id), dtm.datetime.now(dtm.UTC))
        except speech.Unheard as refused:
            self._acknowledge(frame, refused.code)
            return
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
            hall.say(said.line, guest.seat.lead_id)
        if kind == "form":
            guest.submitted.add(str(frame.get("offer")))
        self._acknowledge(frame, None, said.line)

    def _acknowledge(self, frame: dict[str, Any], error: str | None, line: dict[str, Any] | None = None) -> None:
        answer = {"type": "ack", "id": frame.get("id"), "ok": error is None, "error": error}
        self.send(encode(answer | ({"line": line["id"]} if line else {})))

    async def _read(self) -> dict[str, Any]:
        text = await self.socket.receive_text()
        if len(text) > MAX_FRAME:
            raise Closed(4413, "frame too big")
        if _frames.take(self.name, time.monotonic()):
            raise Closed(4429, "too many frames")
        try:
            frame = orjson.loads(text)
        except orjson.JSONDecodeError:
            frame = None
        if not isinstance(frame, dict):
            raise Closed(4400, "not a frame")
        return frame

    def send(self, text: str) -> None:
        """Queue a frame; a page that does not take them is given up."""
        try:
            self._outbox.put_nowait(text)
        except asyncio.QueueFull:
            self._dismiss("too_slow")

    def _dismiss(self, reason: str) -> None:
        code = {"taken_over": 4409, "replaced": 4410, "timed_out": 4408}.get(reason, 4429)
        while self._outbox.full():
            self._outbox.get_nowait()
        self._outbox.put_nowait(Closed(code, reason))

    async def _write(self) -> None:
        while True:
            item = await self._outbox.get()
            if isinstance(item, Closed):
                await self._close(item.code, item.reason)
                return
            try:
                await self.socket.send_text(item)
            except (WebSocketDisconnect, RuntimeError):
                return

    async def _close(self, code: int, reason: str) -> None:
        if self.socket.application_state is not WebSocketState.DISCONNECTED:
            try:
                await self.socket.close(code, reason)
            except (WebSocketDisconnect, RuntimeError):
                return
