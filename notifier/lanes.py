"""Rate lanes in front of the Bot API: who may be written to now. Pure: monotonic seconds come as arguments, no I/O.

Limits are Telegram's: 30/s for a bot (we stay at 25), 1/s per chat, 20/min per group; one message of a chat in flight.
The overall rate is paced evenly (a burst of a whole second, held up a little, would meet the next one at the server),
and once more at the call itself: what happens between `take` and the call takes longer on some days than on others.
"""

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeVar

T = TypeVar("T")
_REMEMBERED_CHATS = 10_000
"""Beyond this many, chats that may be written to at once are forgotten."""


class Priority(IntEnum):
    """Who goes first. An answer to a command is one message to one person who is looking at the chat: before waves."""

    REPLY = 0
    LIVE_NOW = 1
    CRITICAL = 2
    TRANSACTIONAL = 3
    MARKETING = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages per window, windows in seconds. `burst` messages may leave at once after a pause."""

    per_second: float = 25.0
    burst: int = 3
    chat_seconds: float = 1.0
    group: int = 20
    group_seconds: float = 60.0


@dataclass(frozen=True, slots=True, order=True)
class Ticket(Generic[T]):
    """A place in the queue: priority, then arrival."""

    priority: Priority
    number: int
    chat: str = field(compare=False)
    item: T = field(compare=False)


@dataclass(slots=True)
class _Chat:
    free_at: float = 0.0
    is_busy: bool = False
    recent: deque[float] = field(default_factory=deque)
    """Times of the last messages; kept for groups only."""


class Lanes(Generic[T]):
    """Tickets in; out come those allowed now, most urgent first. A slow or flooded chat holds up nobody else."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._numbers = itertools.count()
        self._ready: list[Ticket[T]] = []
        self._later: list[tuple[float, Ticket[T]]] = []
        self._parked: dict[str, list[Ticket[T]]] = {}
        self._chats: dict[str, _Chat] = {}
        self._slack = (self._limits.burst - 1) / self._limits.per_second
        self._paced_until = 0.0
        self._calls_until = 0.0
        self._halted_until = 0.0

    def eta_seconds(self, now: float) -> float:
        """How long what waits now will take at the limit's pace, Telegram's silence included."""
        waiting = len(self)
        return max(0.0, self._halted_until - now) + waiting / self._limits.per_second if waiting else 0.0

    def __len__(self) -> int:
        """How many wait, whatever for."""
        return len(self._ready) + len(self._later) + sum(map(len, self._parked.values()))

    def put(self, item: T, *, chat: str, priority: Priority, not_before: float = 0.0) -> None:
        """Queue an item for a chat, not to be taken before that moment."""
        heapq.heappush(self._later, (not_before, Ticket(priority, next(self._numbers), chat, item)))

    def halt(self, until: float) -> None:
        """Nothing leaves before `until`; halts only ever lengthen (a concurrent answer must not end one early)."""
        self._halted_until = max(self._halted_until, until)

    @property
    def halted_until(self) -> float:
        """When the last silence Telegram asked for ends; 0: it never did."""
        return self._halted_until

    def is_halted(self, now: float) -> bool:
        """Whether Telegram asked for silence that is not over."""
        return now < self._halted_until

    def take(self, now: float) -> Ticket[T] | None:
        """The most urgent ticket allowed now, or None; its chat is busy until `release`."""
        self._wake(now)
        if now < self._opens_at():
            return None
        while self._ready:
            ticket = heapq.heappop(self._ready)
            chat = self._chats.setdefault(ticket.chat, _Chat())
            if chat.is_busy:
                self._parked.setdefault(ticket.chat, []).append(ticket)
            elif (free_at := self._free_at(ticket.chat, chat, now)) > now:
                heapq.heappush(self._later, (free_at, ticket))
            else:
                self._count(ticket.chat, chat, now)
                return ticket
        return None

    def call_at(self, chat: str, now: float) -> float:
        """When the request of a taken ticket may leave, now that its record is durable; the limits count from then."""
        at = max(now, self._calls_until - self._slack)
        self._calls_until = max(self._calls_until, now) + 1 / self._limits.per_second
        state = self._chats[chat]
        state.free_at = max(state.free_at, at + self._limits.chat_seconds)
        if state.recent:
            state.recent[-1] = at
        return at

    def answered(self, chat: str, now: float) -> None:
        """The chat rests from here on: a request may be held up on its way, and Telegram counts arrivals."""
        state = self._chats[chat]
        state.free_at = max(state.free_at, now + self._limits.chat_seconds)

    def release(self, chat: str, now: float) -> None:
        """The chat's message is settled; what waited behind it goes on."""
        state = self._chats[chat]
        state.is_busy = False
        for ticket in self._parked.pop(chat, ()):
            heapq.heappush(self._later, (max(now, state.free_at), ticket))
        if len(self._chats) > _REMEMBERED_CHATS:
            self._forget(now)

    def next_at(self, now: float) -> float | None:
        """When to call `take` again; None: only after a `put` or a `release`."""
        if self._ready:
            return max(now, self._opens_at())
        return max(self._later[0][0], self._opens_at()) if self._later else None

    def _wake(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            heapq.heappush(self._ready, heapq.heappop(self._later)[1])

    def _opens_at(self) -> float:
        return max(self._halted_until, self._paced_until - self._slack)

    def _free_at(self, key: str, chat: _Chat, now: float) -> float:
        if not key.startswith("-"):
            return chat.free_at
        while chat.recent and chat.recent[0] <= now - self._limits.group_seconds:
            chat.recent.popleft()
        is_full = len(chat.recent) >= self._limits.group
        return max(chat.free_at, chat.recent[0] + self._limits.group_seconds if is_full else 0.0)

    def _count(self, key: str, chat: _Chat, now: float) -> None:
        self._paced_until = max(self._paced_until, now) + 1 / self._limits.per_second
        chat.is_busy = True
        chat.free_at = now + self._limits.chat_seconds
        if key.startswith("-"):
            chat.recent.append(now)

    def _forget(self, now: float) -> None:
        for key, chat in list(self._chats.items()):
            if (
                not chat.is_busy
                and key not in self._parked
                and self._free_at(key, chat, now) <= now
                and not chat.recent
            ):
                del self._chats[key]
