"""Scenarios as the page shows them: plain values made from the catalogue, the numbers and the pauses. No Reflex."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.shared import texts
from app.studio.bubbles import said
from app.studio.scenarios import words
from app.studio.scenarios.axes import Axis, axes_of, kind_of, stretch_of
from domain.pauses import Pauses
from domain.scenarios import CURRENT, Scenario, Step
from warehouse.reads.scenarios import StepNumbers

ALWAYS_SHOWN = ("sent", "skipped", "failed", "uncertain")
KINDS = {"sent": "good", "failed": "bad", "uncertain": "warn", "retrying": "warn", "skipped": "quiet"}


@dataclass(frozen=True)
class Count:
    """A number, what it counts, and the messages behind it."""

    name: str
    label: str
    value: int
    kind: str
    href: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    label: str
    left: str


@dataclass(frozen=True)
class StepCard:
    """One step: what, to whom, when; `left` and `width` place its window on the axis, in percent."""

    scenario: str
    key: str
    template: str
    label: str
    recipient: str
    message_class: str
    class_text: str
    due: str
    until: str
    conditions: str
    left: str
    width: str
    is_open: bool
    counts: list[Count]
    reasons: list[Count]
    is_paused: bool
    is_held: bool
    """Paused itself, or with its scenario."""
    pause_text: str


@dataclass(frozen=True)
class AxisCard:
    """An axis with the steps drawn on it."""

    label: str
    ticks: list[Tick]
    steps: list[StepCard]


@dataclass(frozen=True)
class ScenarioCard:
    """One scenario."""

    name: str
    label: str
    trigger: str
    version: int
    axes: list[AxisCard]
    is_paused: bool
    pause_text: str


@dataclass(frozen=True)
class Sight:
    """What the cards are made from besides the catalogue, and in which language."""

    numbers: Mapping[tuple[str, str], StepNumbers]
    pauses: Pauses
    language: str
    now: dtm.datetime

    def say(self, key: str, **values: object) -> str:
        """A text of the scenarios' part of the catalogue."""
        return texts.translate(self.language, f"studio.scenarios.{key}", **values)

    def pause_text(self, scenario: str, step: str | None) -> str:
        """Who holds exactly this, in words; "" if nobody does."""
        pause = self.pauses.holding(scenario, step, self.now)
        return self.say("paused_by", by=pause.by) if pause else ""


def scenario_cards(sight: Sight) -> list[ScenarioCard]:
    """Every scenario of the catalogue in the version new leads start."""
    return [_scenario(scenario, sight) for scenario in _ordered()]


def outbox_href(**asked: str) -> str:
    """Where the messages behind a number are listed."""
    return f"/studio/outbox?{urlencode(asked)}"


def _ordered() -> list[Scenario]:
    order = ("welcome", "session", "alerts", "after")
    return sorted(CURRENT.values(), key=lambda s: (order.index(s.name) if s.name in order else len(order), s.name))


def _scenario(scenario: Scenario, sight: Sight) -> ScenarioCard:
    axes = [
        AxisCard(
            label=sight.say(f"axis.{axis.kind}"),
            ticks=[Tick(label, f"{left}%") for label, left in axis.ticks(sight.language)],
            steps=[_step(step, scenario, axis, sight) for step in scenario.steps if kind_of(step) == axis.kind],
        )
        for axis in axes_of(scenario)
    ]
    return ScenarioCard(
        name=scenario.name,
        label=texts.localised(scenario.label, sight.language),
        trigger=scenario.trigger,
        version=scenario.version,
        axes=axes,
        is_paused=sight.pauses.holding(scenario.name, None, sight.now) is not None,
        pause_text=sight.pause_text(scenario.name, None),
    )


def _step(step: Step, scenario: Scenario, axis: Axis, sight: Sight) -> StepCard:
    stretch = stretch_of(step)
    left = axis.percent(stretch.start)
    right = axis.percent(stretch.end) if stretch.end is not None else 100.0
    return StepCard(
        scenario=scenario.name,
        key=step.key,
        template=step.template,
        label=texts.localised(step.label, sight.language),
        recipient=texts.translate(sight.language, f"studio.recipient.{step.recipient}"),
        message_class=step.message_class,
        class_text=sight.say(f"class.{step.message_class}"),
        due=words.due(step, scenario, sight.language),
        until=words.until(step, scenario, sight.language),
        conditions=_conditions(step, sight),
        left=f"{left}%",
        width=f"{max(right - left, 1.5):.2f}%",
        is_open=stretch.end is None,
        counts=_counts(step, scenario, sight),
        reasons=_reasons(step, scenario, sight),
        is_paused=sight.pauses.holding(scenario.name, step.key, sight.now) is not None,
        is_held=sight.pauses.is_held(scenario.name, step.key, sight.now),
        pause_text=sight.pause_text(scenario.name, step.key),
    )


def _conditions(step: Step, sight: Sight) -> str:
    def named(condition: str) -> str:
        return sight.say(f"condition.{condition}")

    parts = []
    if step.conditions:
        parts.append(sight.say("if", what=", ".join(map(named, step.conditions))))
    if step.exits:
        parts.append(sight.say("unless", what=", ".join(map(named, step.exits))))
    return "; ".join(parts)


def _counts(step: Step, scenario: Scenario, sight: Sight) -> list[Count]:
    numbers = sight.numbers.get((scenario.name, step.key), StepNumbers())
    where = {"scenario": scenario.name, "step": step.key}
    planned = Count(
        "planned",
        sight.say("planned"),
        numbers.planned,
        "",
        outbox_href(state="planned", **where),
    )
    found: dict[str, int] = dict(numbers.states)
    shown = list(ALWAYS_SHOWN)
    shown += [state for state, _ in numbers.states if state not in shown]
    return [planned] + [
        Count(
            state,
            texts.translate(sight.language, f"studio.message.{state}"),
            found.get(state, 0),
            KINDS.get(state, "") if found.get(state) else "none",
            outbox_href(state=state, **where),
        )
        for state in shown
    ]


def _reasons(step: Step, scenario: Scenario, sight: Sight) -> list[Count]:
    numbers = sight.numbers.get((scenario.name, step.key), StepNumbers())
    where = {"state": "skipped", "scenario": scenario.name, "step": step.key}
    return [
        Count(reason, said(reason, sight.language), messages, "quiet", outbox_href(**where, reason=reason))
        for reason, messages in numbers.reasons
    ]
