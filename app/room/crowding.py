"""How many fit: sockets from one address, and the queue before a full room. Pure but for the futures it resolves."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Addresses:
    """Open sockets by the address they come from."""

    most: int = 0
    """0: no limit."""
    _open: Counter[str] = field(default_factory=Counter)

    def enter(self, address: str) -> bool:
        """One more socket; False when the address has its share. An address nobody knows is not counted."""
        if self.most and address and self._open[address] >= self.most:
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        """One socket less."""
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]


@dataclass(slots=True)
class Waiter:
    """Somebody before the door."""

    send: Callable[[dict[str, Any]], None]
    is_there: Callable[[], bool]
    turn: asyncio.Future[None]
    told: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Queue:
    """Who waits for a seat, in the order of coming. Who comes back with the same seat keeps the place."""

    waiting: dict[str, Waiter] = field(default_factory=dict)
    """By the key of the seat."""
    called: set[str] = field(default_factory=set)
    """Those whose turn it was and who are on their way to their seat."""

    def wait(
        self, key: str, send: Callable[[dict[str, Any]], None], is_there: Callable[[], bool]
    ) -> asyncio.Future[None]:
        """Get in line; the future is done when it is their turn."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting[key] = Waiter(send, is_there, turn)
        self.tell()
        return turn

    def call(self, free: int) -> None:
        """So many seats are free: the first ones' turn has come. Who went away is forgotten."""
        for key in [key for key, waiter in self.waiting.items() if not waiter.is_there()]:
            self.waiting.pop(key).turn.cancel()
        for key in list(self.waiting)[: max(0, free)]:
            self.called.add(key)
            self.waiting.pop(key).turn.set_result(None)

    def tell(self) -> None:
        """Everybody whose place changed is told it."""
        of = len(self.waiting)
        for position, waiter in enumerate(self.waiting.values(), start=1):
            if waiter.told != (position, of):
                waiter.told = (position, of)
                waiter.send({"type": "queue", "position": position, "of": of})
