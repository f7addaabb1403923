"""The room's way into the log: facts gather while one append is under way and go out together in the next.

What somebody waits for goes at once; what nobody waits for (signs of life) gathers for a moment, because the log
pays for every append alike, whether it brings one fact or a hundred.

Nothing is lost while the warehouse is away: the batch is tried again until it is taken, and up to MAX_WAITING facts
wait for it. What comes after is refused, which the page is told, and counted.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.shared import warehouse
from domain.events import Fact
from warehouse.interface import PersonalRow, Receipt, WarehouseError

logger = logging.getLogger(__name__)

MAX_BATCH = 2_000
MAX_WAITING = 200_000
"""Facts that may wait for the warehouse: some hundred megabytes, or a quarter of an hour of a crowded evening."""
GATHERED_SECONDS = 0.2
"""How long a fact nobody waits for may gather others; a crash loses that much of watching more."""
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
PATIENCE_SECONDS = 8.0
"""How long who reads the log waits for what the room has to tell it first."""


@dataclass(slots=True)
class _Entry:
    facts: Sequence[Fact]
    personal: Sequence[PersonalRow]
    stored: asyncio.Future[list[Receipt]]


@dataclass(slots=True)
class Ledger:
    """Facts on their way to the log, in order. `lost` counts those that were refused here and stand nowhere."""

    lost: int = 0
    waiting: int = 0
    """Facts not stored yet."""
    most: int = MAX_WAITING
    _waiting: list[_Entry] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _gathering: asyncio.TimerHandle | None = None

    def state(self, facts: Sequence[Fact], personal: Sequence[PersonalRow] = ()) -> asyncio.Future[list[Receipt]]:
        """Hand facts over, now; the future holds their receipts once they are durable."""
        stored = self._take(facts, personal)
        self._go()
        return stored

    def note(self, facts: Sequence[Fact]) -> asyncio.Future[list[Receipt]]:
        """The same without haste: they go with the next ones, or alone when they have gathered."""
        stored = self._take(facts)
        if facts and self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHERED_SECONDS, self._go)
        return stored

    def _go(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        if self._waiting:
            self._arrived.set()

    def _take(self, facts: Sequence[Fact], personal: Sequence[PersonalRow] = ()) -> asyncio.Future[list[Receipt]]:
        stored: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        if self.waiting + len(facts) > self.most:
            stored.set_result(self._lose(facts, "room_full", "The warehouse has been away for too long."))
        elif facts:
            self.waiting += len(facts)
            self._waiting.append(_Entry(facts, personal, stored))
        else:
            stored.set_result([])
        return stored

    async def caught_up(self, is_asked_about: Callable[[Fact], bool]) -> None:
        """All such facts that were handed over are in the log: who asks it about them is told all.

        Raises WarehouseError when that takes too long.
        """
        if not any(is_asked_about(fact) for entry in self._waiting for fact in entry.facts):
            return
        reached: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Entry((), (), reached))
        self._go()
        try:
            await asyncio.wait_for(reached, PATIENCE_SECONDS)
        except TimeoutError as error:
            raise WarehouseError("The warehouse takes no facts of the room; the room is told of again then.") from error

    async def run(self) -> None:
        """Write what arrives, for ever."""
        while True:
            await self._arrived.wait()
            try:
                await self._write_waiting()
            except Exception:
                logger.exception("The room's writer stumbled and goes on")
                await asyncio.sleep(RETRY_SECONDS[0])
                self._arrived.set()

    async def drain(self, seconds: float) -> None:
        """Write what is left, if it can be done in this time; for the end of the server's life."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._write_waiting(), seconds)
        if self._waiting:
            logger.error("%s entries of the room were not stored: the warehouse does not answer.", len(self._waiting))

    async def _write_waiting(self) -> None:
        """What waits now; what comes meanwhile has its own moment."""
        self._arrived.clear()
        left = len(self._waiting)
        while left > 0:
            batch = self._next_batch()
            receipts = await self._stored(batch)
            left -= len(batch)
            del self._waiting[: len(batch)]
            self.waiting -= len(receipts)
            for entry in batch:
                own, receipts = receipts[: len(entry.facts)], receipts[len(entry.facts) :]
                if not entry.stored.done():
                    entry.stored.set_result(own)

    def _next_batch(self) -> list[_Entry]:
        batch: list[_Entry] = []
        size = 0
        for entry in self._waiting:
            if batch and size + len(entry.facts) > MAX_BATCH:
                break
            batch.append(entry)
            size += len(entry.facts)
        return batch

    async def _stored(self, batch: Sequence[_Entry]) -> list[Receipt]:
        """Append; when something in the batch breaks the append itself, one by one, so that only that is lost."""
        try:
            return await self._append(batch)
        except Exception as error:
            if len(batch) > 1:
                return [receipt for entry in batch for receipt in await self._stored([entry])]
            logger.exception("Facts of the room cannot be stored")
            return self._lose(batch[0].facts, "not_storable", f"{type(error).__name__}: see the app's log.")

    def _lose(self, facts: Sequence[Fact], code: str, message: str) -> list[Receipt]:
        if not self.lost:
            logger.error("Facts of the room are being lost: %s", message)
        self.lost += len(facts)
        return [Receipt(fact.event_id, "rejected", code=code, message=message) for fact in facts]

    async def _append(self, batch: Sequence[_Entry]) -> list[Receipt]:
        facts = [fact for entry in batch for fact in entry.facts]
        personal = [row for entry in batch for row in entry.personal]
        attempt = 0
        while True:
            try:
                # Restarted and doubled trackers may state a visit twice: the first statement stands, and a second
                # that says something else is kept among the rejected facts.
                return await warehouse.get().append(facts, personal=personal)
            except WarehouseError as error:
                if attempt == 0:
                    logger.warning("The room waits for the warehouse: %s", error)
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                attempt += 1
