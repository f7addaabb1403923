"""The audience over the whole session: a curve of fixed size, finer while it is short. Pure."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass, field

Point = tuple[int, int, int]
"""Unix seconds, pages open, of them watching."""

EVERY_SECONDS = 5
MOST_POINTS = 1_440
"""Two hours at the finest; a longer session is told at twice the step, and so on."""


@dataclass(slots=True)
class Curve:
    """Points at a step that doubles whenever there would be too many."""

    points: list[Point] = field(default_factory=list)
    step_seconds: int = EVERY_SECONDS

    def seed(self, points: Iterable[Point]) -> None:
        """Take up what the log knows of the time before this life of the process, oldest first."""
        self.points = sorted({*points})
        self._thin()

    def is_due(self, now: dtm.datetime) -> bool:
        """The last point is a step old."""
        return not self.points or int(now.timestamp()) - self.points[-1][0] >= self.step_seconds

    def take(self, now: dtm.datetime, present: int, watching: int) -> Point:
        """The audience at this moment, as a new point."""
        point = (int(now.timestamp()), present, watching)
        self.points.append(point)
        self._thin()
        return point

    def _thin(self) -> None:
        while len(self.points) > MOST_POINTS:
            self.step_seconds *= 2
            kept: list[Point] = []
            for point in self.points:
                if not kept or point[0] - kept[-1][0] >= self.step_seconds:
                    kept.append(point)
            self.points = kept
