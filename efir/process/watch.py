"""Sees which of the family falls over again and again, and whether the disk is nearly full. Light: it states nothing.

What it sees goes, as JSON, to a process of its own that is gone again (`efir.telling`).
"""

import asyncio
import datetime as dtm
import json
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from efir.process.child import Child

LEAST_FREE_GIB = 2.0
ENOUGH_FREE_GIB = 2.5
"""A disk that was nearly full is well again with a little more than that: it must not flicker."""
FALLS, WITHIN_SECONDS = 3, 600.0
"""So many ends within so long are no accident; as long without one, and it is over."""
LOOK_SECONDS = 15.0
AGAIN_SECONDS = 300.0
"""It is told again now and then: Dagster, which else plans reminders, may be what fails, and somebody must notice."""

Tell = Callable[[str], Awaitable[bool]]
"""Hands over what was seen, as JSON; False when it could not be stated now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that fails now, in words of `house_failed`."""

    kind: str
    subject: str
    since: str
    detail: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What fails and what is well; the rest is unknown."""

    failing: tuple[Seen, ...]
    well: tuple[tuple[str, str], ...]

    @property
    def gist(self) -> object:
        """What must differ for it to be news."""
        return {(one.kind, one.subject) for one in self.failing}, set(self.well)

    def as_json(self) -> str:
        """As `efir.telling` reads it."""
        return json.dumps(asdict(self))


class Watch:
    """Looks every few seconds and tells what is news, and all of it every few minutes; what was not taken, at once."""

    def __init__(self, children: Sequence[Child], home: Path, tell: Tell) -> None:
        self._children = children
        self._home = home
        self._tell = tell
        self._told: object = None
        self._told_at = 0.0

    async def for_ever(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look(time.monotonic(), dtm.datetime.now(dtm.UTC))

    async def look(self, monotonic: float, now: dtm.datetime) -> None:
        """One look."""
        sight = self.sight(monotonic, now)
        is_due = monotonic - self._told_at >= AGAIN_SECONDS
        if (sight.gist != self._told or is_due) and await self._tell(sight.as_json()):
            self._told, self._told_at = sight.gist, monotonic

    def sight(self, monotonic: float, now: dtm.datetime) -> Sight:
        """What there is to see at this moment."""
        failing: list[Seen] = []
        well: list[tuple[str, str]] = []
        for child in self._children:
            falls = [at for at in child.falls if monotonic - at < WITHIN_SECONDS]
            if len(falls) >= FALLS:
                since = now - dtm.timedelta(seconds=monotonic - falls[0])
                failing.append(Seen("process", child.spec.name, since.isoformat(), child.last_end))
            elif not falls and child.pid is not None:
                well.append(("process", child.spec.name))
        free = self._free_gib()
        if free is None:
            return Sight(tuple(failing), tuple(well))
        if free < LEAST_FREE_GIB:
            failing.append(Seen("disk", "data", now.isoformat(), f"{free:.1f}"))
        elif free >= ENOUGH_FREE_GIB:
            well.append(("disk", "data"))
        return Sight(tuple(failing), tuple(well))

    def _free_gib(self) -> float | None:
        """Room on the disk with the data; None when it cannot be told."""
        try:
            return shutil.disk_usage(self._home).free / 2**30
        except OSError:
            return None
