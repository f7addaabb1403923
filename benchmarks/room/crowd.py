"""The crowd: thousands of room pages in one asyncio process, raw sockets, no WebSocket library.

Its limits: one core; a frame is looked at, not parsed, unless it must be; a page plays no video, masks with zeros and
takes its ticket on the connection it upgrades. One clock: who speaks and who hears are in this process.
"""

import asyncio
import json
import re
import struct
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

STAMP = re.compile(rb"@(\d+)@")
OFFERS = b'"offers":[{'
POLL = re.compile(rb'"poll":\{"id":"([^"]+)"')
PATIENCE = 60.0
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TICKET = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
    "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
)


@dataclass
class Heard:
    """What the whole crowd heard."""

    hellos: int = 0
    joins: list[float] = field(default_factory=list)
    """Seconds from connecting to the hello."""
    frames: int = 0
    octets: int = 0
    delivered: list[float] = field(default_factory=list)
    """Seconds from a line's writing to its arrival, one for each line and page."""
    is_counting: bool = False
    offers: list[float] = field(default_factory=list)
    """When a page heard of a new offer, by the clock."""
    polls: list[float] = field(default_factory=list)
    acks: int = 0
    refused: int = 0
    lost: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """What the server said when it threw somebody out."""


class Page(asyncio.Protocol):
    """One page of one guest."""

    def __init__(self, number: int, host: str, room: str, cookie: str, heard: Heard) -> None:
        self.number, self.host, self.room, self.cookie, self.heard = number, host, room, cookie, heard
        self.began = time.monotonic()
        self.is_open = self.is_leaving = False
        self.does_answer = False
        self.transport: asyncio.Transport
        self._buffer = b""
        self._step: Callable[[], bool] = self._ticket if cookie else self._upgraded

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a ticket, or open the socket at once where none is needed."""
        self.transport = transport  # type: ignore[assignment]
        if self.cookie:
            text = TICKET.format(path=f"/api/v1/rooms/{self.room}/ticket", host=self.host, cookie=self.cookie)
            self.transport.write(text.encode())
        else:
            self._upgrade("/")

    def _upgrade(self, path: str) -> None:
        self.transport.write(UPGRADE.format(path=path, host=self.host).encode())

    def connection_lost(self, _: Exception | None) -> None:
        """Count who was thrown out."""
        self.is_open = False
        if not self.is_leaving:
            self.heard.lost += 1

    def data_received(self, data: bytes) -> None:
        """Whatever came: as many steps as it is good for."""
        self._buffer = self._buffer + data if self._buffer else data
        while self._buffer and self._step():
            pass

    def _ticket(self) -> bool:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        if not found or length is None or len(rest) < int(length[1]):
            return False
        self._buffer = rest[int(length[1]) :]
        self.cookie = json.loads(rest[: int(length[1])])["ticket"]
        self._step = self._upgraded
        self._upgrade(f"/api/v1/rooms/{self.room}/socket")
        return True

    def _upgraded(self) -> bool:
        head, found, self._buffer = self._buffer.partition(b"\r\n\r\n")
        if not found:
            self._buffer = head
            return False
        assert b" 101 " in head.split(b"\r\n")[0], head
        self._step, self.is_open = self._frame, True
        if self.cookie:
            self.say(type="join", ticket=self.cookie, page=f"page-{self.number}")
        else:
            self.heard.hellos += 1
        return True

    def _frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + length:
            return False
        self._buffer = buffer[start + length :]
        if buffer[0] & 15 == 1:
            self._hear(buffer[start : start + length])
        elif buffer[0] & 15 == 9:  # a ping: browsers answer, so do we
            self.transport.write(b"\x8a" + bytes([0x80 | length]) + b"\0\0\0\0" + buffer[start : start + length])
        elif buffer[0] & 15 == 8 and not self.is_leaving:
            self.heard.reasons[buffer[start + 2 : start + length].decode()] += 1
        return True

    def _hear(self, text: bytes) -> None:
        heard = self.heard
        heard.frames += 1
        heard.octets += len(text)
        if text.startswith(b'{"type":"hello"'):
            heard.hellos += 1
            heard.joins.append(time.monotonic() - self.began)
            self.beat()
        elif heard.is_counting and (stamps := STAMP.findall(text)):
            now = time.monotonic_ns()
            heard.delivered.extend((now - int(stamp)) / 1e9 for stamp in stamps)
        if text.startswith(b'{"type":"ack"'):
            heard.acks += b'"ok":true' in text
            heard.refused += b'"ok":false' in text
        elif OFFERS in text and text.startswith(b'{"type":"tick"'):
            heard.offers.append(time.monotonic())
            shown = {"type": "offer_shown", "id": f"shown-{self.number}", "offer": "bench"}
            # As pages do: each waits its own part of a second.
            asyncio.get_running_loop().call_later(self.number * 7919 % 1000 / 1000, lambda: self.say(**shown))
        if (poll := POLL.search(text)) and not self.does_answer:
            self.does_answer = True
            heard.polls.append(time.monotonic())
            self._answer(poll[1].decode())

    def _answer(self, poll: str) -> None:
        """People think for some seconds, each their own time."""
        answer = {"type": "poll", "id": "answer", "poll": poll, "option": "12"[self.number % 2]}
        asyncio.get_running_loop().call_later(self.number % 500 / 100, lambda: self.say(**answer))

    def beat(self) -> None:
        """A sign of life of a page that plays."""
        self.say(type="beat", position=1.0, playing=True, visible=True)

    def say(self, **frame: Any) -> None:
        """Send a frame."""
        if self.is_open:
            self.transport.write(masked(json.dumps(frame).encode()))

    def leave(self) -> None:
        """Close the page as a browser does."""
        self.is_leaving = True
        if self.cookie:
            self.say(type="bye", position=1.0, playing=True, page=f"page-{self.number}")
        else:
            self.transport.close()


def masked(payload: bytes) -> bytes:
    """One text frame from a client; the mask is zero."""
    size = len(payload)
    head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
    return head + b"\0\0\0\0" + payload


async def join(
    pages: list[Page], count: int, rate: float, port: int, page: Callable[[int], Page], heard: Heard
) -> None:
    """So many pages, so many a second; returns when the last one is in."""
    loop = asyncio.get_running_loop()
    began, opening = time.monotonic(), []

    def make(number: int) -> Page:
        made = page(number)
        pages.append(made)
        return made

    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        opening.append(loop.create_task(loop.create_connection(partial(make, number), "127.0.0.1", port)))
    await asyncio.gather(*opening)
    while heard.hellos < count and time.monotonic() < began + count / rate + PATIENCE:  # noqa: ASYNC110 - polls a count
        await asyncio.sleep(0.05)
    pages.sort(key=lambda made: made.number)


async def hearts(pages: list[Page], every: float) -> None:
    """Everybody's heartbeat, spread evenly over the period."""
    pause = every / 100
    while True:
        for part in range(100):
            for page in pages[part::100]:
                page.beat()
            await asyncio.sleep(pause)
