"""The room's way into the log: facts gather while one append is under way and go out together in the next.

Nothing is lost while the warehouse is away: the batch is tried again until it is taken.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.shared import warehouse
from domain.events import Fact
from warehouse.interface import PersonalRow, Receipt, WarehouseError

logger = logging.getLogger(__name__)

MAX_BATCH = 2_000
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(slots=True)
class _Entry:
    facts: Sequence[Fact]
    personal: Sequence[PersonalRow]
    stored: asyncio.Future[list[Receipt]]


@dataclass(slots=True)
class Ledger:
    """Facts on their way to the log, in order."""

    _waiting: list[_Entry] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def state(self, facts: Sequence[Fact], personal: Sequence[PersonalRow] = ()) -> asyncio.Future[list[Receipt]]:
        """Hand facts over; the future holds their receipts once they are durable."""
        stored: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        if facts:
            self._waiting.append(_Entry(facts, personal, stored))
            self._arrived.set()
        else:
            stored.set_result([])
        return stored

    async def run(self) -> None:
        """Write what arrives, for ever."""
        while True:
            await self._arrived.wait()
            await self._write_waiting()

    async def drain(self, seconds: float) -> None:
        """Write what is left, if it can be done in this time; for the end of the server's life."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._write_waiting(), seconds)
        if self._waiting:
            logger.error("%s entries of the room were not stored: the warehouse does not answer.", len(self._waiting))

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            receipts = await self._append(batch)
            del self._waiting[: len(batch)]
            for entry in batch:
                own, receipts = receipts[: len(entry.facts)], receipts[len(entry.facts) :]
                if not entry.stored.done():
                    entry.stored.set_result(own)
        self._arrived.clear()

    def _next_batch(self) -> list[_Entry]:
        batch: list[_Entry] = []
        size = 0
        for entry in self._waiting:
            if batch and size + len(entry.facts) > MAX_BATCH:
                break
            batch.append(entry)
            size += len(entry.facts)
        return batch

    async def _append(self, batch: Sequence[_Entry]) -> list[Receipt]:
        facts = [fact for entry in batch for fact in entry.facts]
        personal = [row for entry in batch for row in entry.personal]
        attempt = 0
        while True:
            try:
                # Restarted and doubled trackers may state a visit twice: the first statement stands.
                return await warehouse.get().append(facts, personal=personal, quarantine=False)
            except WarehouseError as error:
                if attempt == 0:
                    logger.warning("The room waits for the warehouse: %s", error)
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                attempt += 1
