"""The app's picture of webinars, sessions and partners: the schedule's facts folded, fresh within a second.

One task follows the log while the server runs; pages and the room read `current()`.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable

from app.shared import warehouse
from domain.events import Fact
from domain.webinars import SCHEDULE_EVENTS, Schedule, fold_schedule, is_about_programme
from warehouse.interface import WarehouseError
from warehouse.reads import reaction as reads
from warehouse.reads.programme import programme_facts

logger = logging.getLogger(__name__)

WAIT_SECONDS = 3.0
RETRY_SECONDS = 1.0


class Projection:
    """The facts seen so far and what they fold to."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.facts: dict[int, Fact] = {}
        self.next_seq = 0
        self.schedule: Schedule = fold_schedule(())
        self.saving = asyncio.Lock()
        self.is_read = False
        """Whether all the log had at the start is in it: until then nobody knows that something is not there."""

    async def advance(self, wait_seconds: float) -> bool:
        """Read what the log has after the last look; true when there may be more at once."""
        door = warehouse.get()
        if not self.next_seq:
            last_seq = await door.run(reads.last_seq)
            self._fold(await door.run(programme_facts))
            self.next_seq = last_seq
        page = await door.facts_after(self.next_seq, wait_seconds=wait_seconds, names=SCHEDULE_EVENTS)
        self._fold(filter(is_about_programme, page.facts))
        self.next_seq = max(self.next_seq, page.next_seq)
        return bool(page.facts)

    def _fold(self, news: Iterable[Fact]) -> None:
        if fresh := {fact.seq or 0: fact for fact in news}:
            self.facts |= fresh
            self.schedule = fold_schedule(self.facts.values())


_projection = Projection()


def current() -> Schedule:
    """The schedule as the log tells it."""
    return _projection.schedule


def is_read() -> bool:
    """Whether what `current()` does not have is not there: the log was read to its end once."""
    return _projection.is_read


def require() -> None:
    """Raises WarehouseError as long as nobody knows what is not there."""
    if not _projection.is_read:
        raise WarehouseError("The programme has not been read yet; try again.")


async def refresh() -> Schedule:
    """Catch up with the log now; for what must see its own write, and for tools without a server."""
    while await _projection.advance(0):
        pass
    _projection.is_read = True
    return _projection.schedule


def saving() -> asyncio.Lock:
    """To be held from reading what is to be saved again to having saved it: nobody saves what another has changed."""
    return _projection.saving


@contextlib.asynccontextmanager
async def followed() -> AsyncIterator[None]:
    """Follow the log from its beginning until the server stops. A warehouse that is away is waited for.

    Begins when the log has been read once, or could not be: whoever comes before would be told that there is no such
    webinar or session, and the room's page does not ask twice.
    """
    global _projection  # noqa: PLW0603 - one projection a process is the point
    _projection = Projection()
    looked = asyncio.Event()
    task = asyncio.create_task(_follow(looked), name="schedule")
    try:
        await looked.wait()
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow(looked: asyncio.Event) -> None:
    is_told = False
    while True:
        try:
            await (_projection.advance(WAIT_SECONDS) if _projection.is_read else refresh())
            is_told = False
            looked.set()
        except Exception as error:  # whatever it is: without this task nobody would see the programme change again
            if not is_told:
                is_away = isinstance(error, WarehouseError)
                logger.warning("The schedule cannot be followed, trying on: %s", error, exc_info=not is_away)
            is_told = True
            looked.set()
            await asyncio.sleep(RETRY_SECONDS)
