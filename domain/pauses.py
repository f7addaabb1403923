"""Scenarios and steps that staff holds: since when, until when. What a held step does is the planner's business."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from domain.events import Fact, ScenarioPaused, ScenarioResumed

Switched = tuple[str, str | None]
"""A scenario and one of its steps; no step: all of it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One stretch of time, from `since` up to `until` (exclusive; None: still held). `by`: who paused it."""

    since: dtm.datetime
    until: dtm.datetime | None = None
    by: str = ""

    def covers(self, moment: dtm.datetime) -> bool:
        """Whether it was held then."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Every pause there ever was, oldest first, by what was held."""

    of: Mapping[Switched, tuple[Pause, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def holding(self, scenario: str, step: str | None, moment: dtm.datetime) -> Pause | None:
        """The pause of exactly this scenario or step that covers the moment."""
        return next((pause for pause in self.of.get((scenario, step), ()) if pause.covers(moment)), None)

    def is_held(self, scenario: str, step: str, moment: dtm.datetime) -> bool:
        """Whether a step is held then, by itself or with its whole scenario."""
        return any(self.holding(scenario, part, moment) for part in (None, step))

    def released_at(self, scenario: str, step: str, moment: dtm.datetime) -> dtm.datetime | None:
        """The first moment from this one on at which the step is not held; None: not before somebody resumes it."""
        while pause := self.holding(scenario, None, moment) or self.holding(scenario, step, moment):
            if pause.until is None:
                return None
            moment = pause.until
        return moment


NO_PAUSES = Pauses()


def fold_pauses(ordered: Iterable[Fact]) -> Pauses:
    """Pauses from facts in event order. Pausing what is held, or resuming what is not, changes nothing."""
    found: dict[Switched, list[Pause]] = {}
    for fact in ordered:
        if fact.name not in {ScenarioPaused.name, ScenarioResumed.name}:
            continue
        held = found.setdefault((fact.properties["scenario"], fact.properties.get("step")), [])
        is_open = bool(held) and held[-1].until is None
        if fact.name == ScenarioPaused.name and not is_open:
            held.append(Pause(fact.occurred_at, by=fact.properties["by"]))
        elif fact.name == ScenarioResumed.name and is_open:
            held[-1] = Pause(held[-1].since, fact.occurred_at, held[-1].by)
    return Pauses(MappingProxyType({what: tuple(pauses) for what, pauses in found.items()}))
