"""The room's own WebSocket: frames in, frames out. It checks who speaks and how much; meaning is decided elsewhere.

Frames are JSON objects with a `type`. From the page: join, beat, bye and the deeds of `seated.HANDLERS`. To the page:
hello, tick, pulse, ack. Close codes 4400 bad frame, 4401 no seat, 4403 foreign origin, 4404 no such session,
4408 silent, 4409 taken over, 4410 banned, 4413 too big, 4429 too fast, 4430 full, 4503 warehouse away.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Collection, Coroutine
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.replay import viewing
from app.replay.watching import Watching
from app.room.halls import Full, Unknown, encode, halls
from app.room.seated import Seated
from app.room.seats import Banned, Seat, seat_of_ticket
from app.room.wire import Wire, framed, wire_of
from app.shared.address import address_of
from warehouse.interface import WarehouseError

MAX_FRAME = 8_192
JOIN_SECONDS = 10.0
EARLY = 8
"""Frames that are kept while the join is under way."""
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 10.0, 40.0


async def endpoint(socket: WebSocket, *, origins: Collection[str]) -> None:
    """One connection from its handshake to its end."""
    if not is_own_origin(socket.headers.get("origin"), socket.headers.get("host", ""), origins):
        await socket.close(4403, "foreign origin")
        return
    address = address_of(socket, halls.trusted_hops)
    if not halls.addresses.enter(address):
        await socket.close(4429, "too many sockets")
        return
    try:
        await Connection(socket, wire_of(socket), str(socket.path_params["session"])).serve()
    finally:
        halls.addresses.leave(address)


def is_own_origin(origin: str | None, host: str, origins: Collection[str]) -> bool:
    """A browser always names the page's origin; it must be ours."""
    return origin is not None and (origin in origins or urlsplit(origin).netloc == host)


class Connection:
    """One page's socket. Frames are heard as they come, without a task switch; the task only waits for the end."""

    __slots__ = (
        "_allowance",
        "_allowed_at",
        "_early",
        "_hear",
        "_is_ending",
        "_silence",
        "_tasks",
        "name",
        "session_id",
        "socket",
        "wire",
    )

    def __init__(self, socket: WebSocket, wire: Wire, session_id: str) -> None:
        self.socket = socket
        self.wire = wire
        self.session_id = session_id
        self.name = uuid.uuid4().hex
        self._hear: Callable[[dict[str, Any]], None] = self.admit
        self._early: list[dict[str, Any]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_ending = False
        self._silence: asyncio.TimerHandle | None = None
        self._allowance, self._allowed_at = FRAMES_AT_ONCE, time.monotonic()

    async def serve(self, opening: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
        """From the handshake to the end, whoever ends it. Without an `opening` the page must say soon who it is."""
        self.wire.listen(self._arrived)
        await self.socket.accept()
        if opening is None:
            self._silence = asyncio.get_running_loop().call_later(JOIN_SECONDS, self.end, 4408, "no join")
        else:
            self._start(opening())
        code = 1006
        try:
            while (message := await self.socket.receive())["type"] == "websocket.receive":
                self.end(4400, "bad frame")  # binary or in pieces: no page of ours
            code = int(message.get("code") or 1006)
        finally:
            self._heard_of()
            self._hear({"type": "gone", "code": code})

    def _arrived(self, data: bytes) -> None:
        """One message from the page; one that lost its seat a moment ago has nothing more to say."""
        if self._is_ending:
            return
        if len(data) > MAX_FRAME:
            self.end(4413, "frame too big")
            return
        now = time.monotonic()
        self._allowance = min(FRAMES_AT_ONCE, self._allowance + (now - self._allowed_at) * FRAMES_PER_SECOND) - 1
        self._allowed_at = now
        if self._allowance < 0:
            self.end(4429, "too many frames")
            return
        try:
            frame = orjson.loads(data)
        except orjson.JSONDecodeError:
            frame = None
        if isinstance(frame, dict) and frame.get("type") != "gone":
            self._hear(frame)
        else:
            self.end(4400, "bad frame")

    def admit(self, frame: dict[str, Any]) -> None:
        """The first frame says who joins, with a ticket."""
        if frame["type"] == "gone":
            return
        found = seat_of_ticket(str(frame.get("ticket", "")), self.session_id) if frame.get("type") == "join" else None
        if found is None:
            self.end(4401, "no seat")
            return
        self._heard_of()
        seat, use = found
        self.hold()
        self._start(self._view(seat) if use == "replay" else self._sit(seat, frame))

    def _heard_of(self) -> None:
        if self._silence is not None:
            self._silence.cancel()

    def hold(self) -> None:
        """Keep what comes until somebody listens."""
        self._hear = self._wait

    def _wait(self, frame: dict[str, Any]) -> None:
        """The join is under way; what an eager page says meanwhile is heard after it."""
        if len(self._early) < EARLY or frame.get("type") == "gone":
            self._early.append(frame)

    async def _sit(self, seat: Seat, joined: dict[str, Any]) -> None:
        page = str(joined.get("page", ""))[:64] or self.name
        try:
            hall, guest = await halls.join(seat, page, self.send, self.dismiss, self.is_there)
        except Banned:
            self.end(4410, "banned")
            return
        except Full:
            self.end(4430, "full")
            return
        except Unknown:
            self.end(4404, "no such session")
            return
        except WarehouseError:
            self.end(4503, "warehouse away")
            return
        except asyncio.CancelledError:
            return  # the page went away while it stood in the queue
        self.listen(Seated(self, hall, guest, page).hear)

    async def _view(self, seat: Seat) -> None:
        try:
            viewer = await viewing.admit(seat, self.name)
        except Banned:
            self.end(4410, "banned")
            return
        except WarehouseError:
            self.end(4503, "warehouse away")
            return
        if viewer is None:
            self.end(4404, "no replay")
            return
        self.send(framed(encode(viewer.hello(halls.heartbeat.total_seconds()))))
        self.listen(Watching(self, viewer, halls.ledger).hear)

    def listen(self, hear: Callable[[dict[str, Any]], None]) -> None:
        """From now on `hear` gets the frames, and at last one of type `gone`."""
        self._hear = hear
        early, self._early = self._early, []
        for frame in early:
            hear(frame)

    def is_there(self) -> bool:
        """Whether the page has not gone."""
        return not self._is_ending and self.socket.client_state is WebSocketState.CONNECTED

    def send(self, frame: bytes) -> None:
        """One framed message; a page too slow for its frames is given up, it comes back and is told everything."""
        if not self.wire.write(frame):
            self.end(4408, "too slow")

    def dismiss(self, reason: str) -> None:
        """The page loses its seat."""
        self.end({"taken_over": 4409, "banned": 4410}.get(reason, 4408), reason)

    def end(self, code: int, reason: str) -> None:
        """Close the socket. Doing it twice is fine."""
        self._is_ending = True
        if self.socket.application_state is WebSocketState.CONNECTED:
            self._start(self._close(code, reason))

    async def _close(self, code: int, reason: str) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self.socket.close(code, reason)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
