"""Questions that tell whether a process is ready to be relied upon."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

ANSWER_SECONDS = 2.0


def port_answers(port: int, host: str = "127.0.0.1") -> Callable[[], Awaitable[bool]]:
    """True once something accepts connections there."""

    async def ask() -> bool:
        return await _connects(asyncio.open_connection(host, port))

    return ask


def socket_answers(path: Path) -> Callable[[], Awaitable[bool]]:
    """True once something accepts connections at the unix socket."""

    async def ask() -> bool:
        return await _connects(asyncio.open_unix_connection(path))

    return ask


def page_answers(port: int, path: str, host: str = "127.0.0.1") -> Callable[[], Awaitable[bool]]:
    """True once GET answers with 200."""

    async def ask() -> bool:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection(host, port)
                with contextlib.closing(writer):
                    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                    status = (await reader.readline()).split()
                return len(status) > 1 and status[1] == b"200"
        return False

    return ask


async def _connects(attempt: Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> bool:
    try:
        _, writer = await asyncio.wait_for(attempt, ANSWER_SECONDS)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def is_free(port: int, host: str) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
