"""Pausing holds and ejects nobody. Times are minutes from clock zero."""

import datetime as dtm
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.events import Emitter, Fact, ScenarioPaused, ScenarioResumed
from domain.pauses import fold_pauses
from domain.planner import preview
from domain.reaction import react
from domain.scenarios import CURRENT
from domain.webinars import SCHEDULE_EVENTS, fold_schedule
from tests.domain.synthetic import ANNA, Story, at, minutes_of, programme, vera
from tests.examples import examples

DAY = 24 * 60
AN_INSTANT = 1 / 600


def switched(event: type[Any], minutes: float, scenario: str, step: str | None = None) -> Fact:
    stated = event(action_id=f"{event.name}-{scenario}-{step}-{minutes}", scenario=scenario, step=step, by="admin")
    return Fact.of(stated, emitter=Emitter.STUDIO, occurred_at=at(minutes))


def paused(minutes: float, scenario: str, step: str | None = None) -> Fact:
    return switched(ScenarioPaused, minutes, scenario, step)


def resumed(minutes: float, scenario: str, step: str | None = None) -> Fact:
    return switched(ScenarioResumed, minutes, scenario, step)


def world(*switches: Fact) -> Story:
    """Vera, who never comes, while staff switches; each switch is known from its moment on."""
    story = vera()
    known: list[Fact] = []
    for switch in sorted(switches, key=lambda fact: fact.occurred_at):
        known.append(switch)
        minute = minutes_of(switch.occurred_at)
        story.until(minute - AN_INSTANT)
        story.schedule = fold_schedule(programme(*known))
        story.until(minute)
    return story


def test_a_paused_step_waits_and_says_so() -> None:
    story = world(paused(-70, "session", "reminder_1h")).until(-30)
    step = next(s for s in preview(story.log, story.schedule, story.now) if s.step.key == "reminder_1h")
    assert (step.state, step.reason, step.at) == ("waiting", "paused", at(-15))


def test_resumed_in_time_it_goes_out_then() -> None:
    story = world(paused(-70, "session", "reminder_1h"), resumed(-30, "session", "reminder_1h"))
    assert story.planned["reminder_1h"] == -30


def test_resumed_too_late_it_is_skipped_and_the_reason_names_the_pause() -> None:
    story = world(paused(-70, "session"), resumed(-14, "session")).until(DAY)
    [skip] = [fact for fact in story.named("message_skipped") if fact.properties["step"] == "reminder_1h"]
    assert (skip.properties["reason"], skip.properties["saw"]) == ("expired", ["paused"])
    assert story.planned["reminder_10m"] == -10, "what came due after the pause is on time"


def test_other_scenarios_go_on() -> None:
    story = world(paused(-2 * DAY, "session")).until(3 * DAY)
    assert {"follow_up_not_attended", "partner_not_attended"} <= story.planned.keys()
    assert not {"reminder_24h", "reminder_1h", "live_now"} & story.planned.keys()


def test_both_the_step_and_its_scenario_must_be_released() -> None:
    both = (paused(-70, "session"), paused(-69, "session", "reminder_1h"), resumed(-40, "session"))
    assert "reminder_1h" not in world(*both).until(-20).planned
    assert world(*both, resumed(-18, "session", "reminder_1h")).planned["reminder_1h"] == -18


def test_the_ten_minutes_after_the_welcome_count_from_the_welcome_that_went_out() -> None:
    day = -3 * DAY
    held = programme(paused(day - 5, "welcome", "welcome"))
    story = Story(fold_schedule(held)).touches(day - 1, partner_id=ANNA).form(day).links(day).until(day + 60)
    assert story.planned == {"partner_new_lead": day}
    story.goes_on(day + 90, *held, resumed(day + 90, "welcome", "welcome")).until(day + 200)
    assert (story.planned["welcome"], story.planned["welcome_follow_up"]) == (day + 90, day + 100)


def test_consent_is_asked_when_the_pause_is_over() -> None:
    held = paused(69, "after")
    story = world(held).until(80).withdraws(90)
    story.goes_on(100, *programme(held, resumed(100, "after")))
    assert story.messages["follow_up_not_attended"] == "no_consent"


def test_pausing_twice_is_pausing_once() -> None:
    story = world(paused(-70, "session"), paused(-60, "session"), resumed(-30, "session"))
    assert story.planned["reminder_1h"] == -30
    assert len(fold_pauses([paused(1, "after"), paused(2, "after"), resumed(3, "after")]).of["after", None]) == 1


def test_a_resume_out_of_nothing_changes_nothing() -> None:
    assert world(resumed(-70, "session")).until(DAY).planned == vera().until(DAY).planned


def test_the_schedule_reads_switches() -> None:
    assert {ScenarioPaused.name, ScenarioResumed.name} <= SCHEDULE_EVENTS


STEPS = [(name, step.key) for name, scenario in CURRENT.items() for step in scenario.steps]
targets = st.sampled_from([*((name, None) for name in CURRENT), *STEPS])
holds = st.lists(st.tuples(targets, st.integers(-3 * DAY + 2, 2 * DAY), st.integers(1, DAY)), min_size=1, max_size=4)


@given(holds)
@examples(25)
def test_nothing_is_planned_while_held_and_nothing_is_lost_that_was_released_in_time(
    stretches: list[tuple[tuple[str, str | None], int, int]],
) -> None:
    switches = []
    for (scenario, step), since, length in stretches:
        switches += [paused(since, scenario, step), resumed(since + length, scenario, step)]
    story = world(*switches).until(6 * DAY)
    pauses = story.schedule.pauses
    free = vera().until(6 * DAY)
    for fact in story.named("message_planned"):
        assert not pauses.is_held(fact.properties["scenario"], fact.properties["step"], fact.occurred_at)
        assert fact.occurred_at < dtm.datetime.fromisoformat(fact.properties["valid_until"])
    for fact in free.named("message_planned"):
        scenario, step = fact.properties["scenario"], fact.properties["step"]
        released = pauses.released_at(scenario, step, fact.occurred_at)
        valid_until = dtm.datetime.fromisoformat(fact.properties["valid_until"])
        if step in {"welcome_follow_up", *MARKETING}:  # counts from another message, or waits for decent hours
            assert step in story.messages
        elif released and released < valid_until:
            assert story.planned[step] == minutes_of(released)
        else:
            assert story.messages[step] == "expired"


MARKETING = {step.key for scenario in CURRENT.values() for step in scenario.steps if step.message_class == "marketing"}


@given(holds, st.integers(-3 * DAY + 2, 2 * DAY))
@examples(25)
def test_a_pause_known_only_later_is_the_same_pause(
    stretches: list[tuple[tuple[str, str | None], int, int]], minute: int
) -> None:
    switches = []
    for (scenario, step), since, length in stretches:
        switches += [paused(since, scenario, step), resumed(since + length, scenario, step)]
    log = vera().log
    folded = [fold_schedule(programme(*order)) for order in (switches, switches[::-1])]
    first, second = (react(log, schedule, at(minute)) for schedule in folded)
    assert first == second
