"""A uvicorn protocol that can tear a connection: Starlette alone has no way to send a reset."""

import asyncio
import socket
import struct
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class TearableProtocol(H11Protocol):
    """Remembers transports by peer, so that a handler can tear the connection it is answering."""

    transports: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport."""
        super().connection_made(transport)
        if self.client:
            self.transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        super().connection_lost(exc)
        if self.client:
            self.transports.pop(self.client, None)


def tear(client: Any) -> None:
    """Send a TCP reset to this peer and forget what was not flushed."""
    transport = TearableProtocol.transports.get(tuple(client))
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
