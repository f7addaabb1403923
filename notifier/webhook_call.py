"""One HTTP request to a receiver of webhooks: whom we connect to is judged when we connect, nothing is followed."""

import asyncio
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpcore

from domain.webhooks import ANSWER_KEPT, may_be_called, why_not

TIMEOUT_SECONDS = 15.0
"""For the whole of a request: name, connection, TLS, sending, answer."""
_CONNECT_SECONDS = 5.0
_READ_BYTES = ANSWER_KEPT * 4
"""Enough for so many characters of UTF-8; whatever else is said is not listened to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request. `code` as in `webhook_attempted`, "" when it was taken."""

    code: str
    status: int | None = None
    detail: str = ""
    text: str = ""
    retry_after: int | None = None


class PrivateAddressError(Exception):
    """The name leads to addresses that are not to be called."""


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to the address it has judged itself: a name that resolves otherwise a moment later changes nothing."""

    def __init__(self, *, is_private_allowed: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._is_private_allowed = is_private_allowed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, judge, connect. Raises PrivateAddressError, httpcore.ConnectError, httpcore.ConnectTimeout."""
        refused: Exception | None = None
        for address in await self._allowed(host, port):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused or PrivateAddressError(host)

    async def _allowed(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        addresses = dict.fromkeys(str(row[4][0]) for row in found)
        return [one for one in addresses if may_be_called(one, is_private_allowed=self._is_private_allowed)]


class Caller:
    """Posts to receivers, over one pool of connections; no proxy of the environment stands between."""

    def __init__(self, *, is_private_allowed: bool, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._backend = Guarded(is_private_allowed=is_private_allowed)
        self._seconds = timeout_seconds
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send once and say what became of it; never raises for what a receiver or the network does."""
        heard = _Heard()
        try:
            async with asyncio.timeout(self._seconds):
                await self._post(url, headers, body, heard)
        except PrivateAddressError:
            return Answer("private_address", detail="The name leads to an address that is not public.")
        except (TimeoutError, httpcore.TimeoutException):
            return heard.answer or Answer("timeout", detail=f"No answer within {self._seconds:g} s.")
        except httpcore.ConnectError as error:
            return Answer("unreachable", detail=_said(error))
        except httpcore.NetworkError as error:
            return heard.answer or Answer("broken_off", detail=_said(error))
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            return heard.answer or Answer("invalid_answer", detail=_said(error))
        return heard.answer or Answer("broken_off")

    async def close(self) -> None:
        """Close what is open."""
        if self._pool is not None:
            await self._pool.aclose()

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes, heard: "_Heard") -> None:
        if self._pool is None:
            self._pool = httpcore.AsyncConnectionPool(
                max_connections=None, max_keepalive_connections=0, network_backend=self._backend
            )
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        limits = {"connect": _CONNECT_SECONDS, "read": self._seconds, "write": self._seconds, "pool": self._seconds}
        async with self._pool.stream("POST", url, headers=pairs, content=body, extensions={"timeout": limits}) as got:
            heard.begin(got)
            async for chunk in got.aiter_stream():
                if heard.more(chunk):
                    return


class _Heard:
    """What a receiver has said so far: its status stands even if the rest never comes."""

    def __init__(self) -> None:
        self._status: int | None = None
        self._retry_after: int | None = None
        self._text = b""

    def begin(self, response: httpcore.Response) -> None:
        """The status line and headers are here."""
        self._status = response.status
        headers = {name.lower(): value for name, value in response.headers}
        after = headers.get(b"retry-after", b"").decode("latin-1").strip()
        self._retry_after = int(after) if after.isdecimal() and after.isascii() else None

    def more(self, chunk: bytes) -> bool:
        """A piece of the body; True: that is enough."""
        self._text += chunk[:_READ_BYTES]
        return len(self._text) >= _READ_BYTES

    @property
    def answer(self) -> Answer | None:
        """What was answered; None before the status."""
        if self._status is None:
            return None
        text = self._text.decode("utf-8", "replace").replace("\x00", "")[:ANSWER_KEPT]
        return Answer(why_not(self._status), self._status, text=text, retry_after=self._retry_after)


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
