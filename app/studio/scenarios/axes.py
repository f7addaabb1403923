"""Where a step stands on its axis: minutes from the anchor, drawn so that ten minutes and seven days both fit."""

import datetime as dtm
import math
from dataclasses import dataclass

from app.studio.scenarios.words import span
from domain.scenarios import Scenario, Step

SESSION = "session"
EVENT = "event"
AROUND_SESSION = frozenset({"session_start", "on_air"})
_TICKS = (-1440, -60, -10, 0, 10, 60, 720, 1440, 2880, 10080)
_NEAR_MINUTES = 5.0
"""Within this distance the axis is nearly linear, beyond it logarithmic."""
_MARGIN = 4.0
"""Percent left free at both ends."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A step in minutes from the zero of its axis. `end` None: it ends with something whose distance is not fixed."""

    start: float
    end: float | None


@dataclass(frozen=True, slots=True)
class Axis:
    """What the drawn minutes span."""

    kind: str
    first: float
    last: float

    def percent(self, minutes: float) -> float:
        """Where a moment is drawn, from 0 to 100."""
        low, high = _bent(self.first), _bent(self.last)
        share = (_bent(minutes) - low) / (high - low) if high > low else 0.0
        return round(_MARGIN + share * (100 - 2 * _MARGIN), 2)

    def ticks(self, language: str) -> list[tuple[str, float]]:
        """Labels and where they stand."""
        shown = [minutes for minutes in _TICKS if self.first <= minutes <= self.last]
        return [(_label(minutes, language), self.percent(minutes)) for minutes in shown]


def kind_of(step: Step) -> str:
    """The axis a step is drawn on: around the session's start, or after whatever it hangs on."""
    return SESSION if step.anchor.occasion in AROUND_SESSION else EVENT


def stretch_of(step: Step) -> Stretch:
    """A step's window on its axis. The earliest end that has a fixed distance counts."""
    start = _minutes(step.anchor.offset)
    ends = []
    for moment in step.until:
        if moment.occasion == "due":
            ends.append(start + _minutes(moment.offset))
        elif kind_of(step) == SESSION and moment.occasion in AROUND_SESSION:
            ends.append(_minutes(moment.offset))
    return Stretch(start, min(ends, default=None))


def axes_of(scenario: Scenario) -> list[Axis]:
    """The axes a scenario needs, in the order of its steps."""
    found: list[Axis] = []
    for kind in dict.fromkeys(kind_of(step) for step in scenario.steps):
        stretches = [stretch_of(step) for step in scenario.steps if kind_of(step) == kind]
        ends = [stretch.end for stretch in stretches if stretch.end is not None]
        starts = [stretch.start for stretch in stretches]
        found.append(Axis(kind, min([0.0, *starts]), max([60.0, *starts, *ends])))
    return found


def _minutes(length: dtm.timedelta) -> float:
    return length.total_seconds() / 60


def _bent(minutes: float) -> float:
    return math.copysign(math.log1p(abs(minutes) / _NEAR_MINUTES), minutes)


def _label(minutes: int, language: str) -> str:
    if minutes == 0:
        return "0"
    return f"{'+' if minutes > 0 else '−'}{span(dtm.timedelta(minutes=minutes), language)}"
