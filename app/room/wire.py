"""uvicorn's WebSocket protocol with a short cut for the room: framed bytes go straight out, messages come straight in.

Why: through ASGI every frame to every page is a coroutine, a dict and an encoding, and every heartbeat a queue and a
task switch. Decision 0010 has the figures. uvicorn takes it as `--ws app.room.wire:RoomProtocol`; connections that do
not ask for the short cut are served as ever.
"""

import struct
from collections.abc import Callable
from typing import cast

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

EXTENSION = "efir.wire"
BACKLOG = 512 * 1024
"""Bytes that may wait for a slow page before it is given up; it comes back and is told everything anew."""

_SMALL, _MEDIUM = 126, 65_536


def framed(payload: bytes) -> bytes:
    """A text message as one WebSocket frame from a server (RFC 6455, 5.2): never masked, never compressed."""
    size = len(payload)
    if size < _SMALL:
        return struct.pack("!BB", 0x81, size) + payload
    if size < _MEDIUM:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class Wire:
    """One connection's short cut."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: "RoomProtocol") -> None:
        self._protocol = protocol

    def write(self, frame: bytes) -> bool:
        """Send a framed message; False when the page is gone or too slow to be waited for."""
        protocol = self._protocol
        if protocol.close_sent or protocol.disconnected:
            return False
        if not protocol.writable.is_set() and protocol.transport.get_write_buffer_size() > BACKLOG:
            return False
        protocol.transport.write(frame)
        return True

    def listen(self, hear: Callable[[bytes], None]) -> None:
        """From now on every message is handed to `hear` at once; the ASGI side only learns of the end."""
        self._protocol.hear = hear

    @property
    def address(self) -> str:
        """The peer's IP address; behind a proxy the proxy's."""
        client = self._protocol.client
        return client[0] if client else ""


class RoomProtocol(WebSocketsSansIOProtocol):
    """The protocol uvicorn runs."""

    hear: Callable[[bytes], None] | None = None

    def handle_connect(self, event: Request) -> None:
        """Offer the short cut in the scope; the application's task has not begun yet."""
        super().handle_connect(event)
        if not self.close_sent:
            extensions = cast("dict[str, object]", self.scope["extensions"])
            extensions[EXTENSION] = Wire(self)

    def handle_text(self, event: Frame) -> None:
        """A whole message for who listens; else the usual way."""
        if self.hear is not None and event.fin:
            self.hear(bytes(event.data))
        else:
            super().handle_text(event)

    def start_keepalive(self) -> None:
        """No pings: the room has heartbeats of its own, Reflex's socket too."""


def wire_of(socket: WebSocket) -> Wire:
    """The connection's short cut. Raises RuntimeError when uvicorn runs another protocol."""
    wire = socket.scope.get("extensions", {}).get(EXTENSION)
    if not isinstance(wire, Wire):
        raise RuntimeError("Serve the app with `uvicorn --ws app.room.wire:RoomProtocol`.")  # noqa: TRY004 - not a type mix-up
    return wire
