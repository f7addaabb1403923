"""The catalogue of scenarios makes sense before anybody runs it."""

import datetime as dtm
from itertools import pairwise

import pytest
from pydantic import ValidationError

from domain.scenarios import CURRENT, SCENARIOS, SESSION, TEMPLATES, Moment, Scenario, Step

NAMES = {
    "welcome", "welcome_follow_up", "partner_new_lead", "registered", "reminder_24h", "reminder_1h", "reminder_10m",
    "live_now", "live_now_5m", "partner_entered", "partner_offer_clicked", "partner_form_submitted", "partner_attended",
    "partner_not_attended", "follow_up_attended", "follow_up_not_attended", "recording_offer",
    "next_session_offer", "session_moved", "session_cancelled",
}  # fmt: skip
STEP = SESSION.steps[0]


def test_the_templates_are_those_agreed_on() -> None:
    assert NAMES == TEMPLATES


def test_the_current_version_of_a_scenario_is_its_newest() -> None:
    assert {name: scenario.version for name, scenario in CURRENT.items()} == {
        name: max(version for other, version in SCENARIOS if other == name) for name, _ in SCENARIOS
    }


def test_the_windows_of_the_reminders_do_not_overlap() -> None:
    anchored = [step for step in SESSION.steps if step.anchor.occasion == "session_start"]
    windows = [(step.anchor.offset, step.until[0].offset) for step in anchored]
    assert all(due < until for due, until in windows)
    assert all(until <= due for (_, until), (due, _) in pairwise(windows))


def test_only_marketing_waits_for_decent_hours_and_needs_its_own_consent() -> None:
    marketing = {s.key for scenario in SCENARIOS.values() for s in scenario.steps if s.message_class == "marketing"}
    assert marketing == {"follow_up_attended", "follow_up_not_attended", "next_session_offer"}


def scenario(*steps: Step, is_session_bound: bool = True) -> Scenario:
    return Scenario(
        name="trial",
        label={"ru": "Проба", "en": "Trial"},
        trigger="core_lead_created",
        is_session_bound=is_session_bound,
        steps=steps,
    )


def test_a_step_key_must_not_occur_twice() -> None:
    with pytest.raises(ValidationError, match="occurs twice"):
        scenario(STEP, STEP)


def test_a_step_needs_words_in_both_languages() -> None:
    with pytest.raises(ValidationError, match="needs ru and en"):
        scenario(STEP.model_copy(update={"label": {"ru": "Только по-русски"}}))


def test_a_scenario_without_a_session_cannot_hang_on_one() -> None:
    step = STEP.model_copy(update={"anchor": Moment(occasion="session_start")})
    with pytest.raises(ValidationError, match="only a session-bound scenario"):
        scenario(step, is_session_bound=False)


def test_every_step_ends_some_time() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Step(
            key="endless",
            template="welcome",
            label={"ru": "Всегда", "en": "Always"},
            anchor=Moment(occasion="trigger", offset=dtm.timedelta(0)),
            until=(),
        )
