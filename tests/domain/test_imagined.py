"""Imagined people meet the same rules as real ones. Times are minutes from clock zero."""

from typing import Any

import pytest

from domain.imagined import Imagined, Person, imagine
from domain.webinars import Schedule, fold_schedule
from tests.domain.synthetic import SESSION, at, cancelled, minutes_of, programme, schedule, vera
from tests.domain.test_pauses import paused

DAY = 24 * 60


def person(**traits: Any) -> Person:
    return Person(**{"session_id": SESSION, "hours_before": 72, "time_zone": "Europe/Moscow", **traits})


def lived(world: Schedule | None = None, **traits: Any) -> Imagined:
    return imagine(person(**traits), world or schedule())


def became(found: Imagined) -> dict[str, str]:
    return {step.step.key: step.reason or step.state for step in found.steps}


def planned(found: Imagined) -> dict[str, float]:
    return {step.step.key: minutes_of(step.at) for step in found.steps if step.state == "planned" and step.at}


def test_an_imagined_absentee_gets_what_a_real_one_got() -> None:
    assert planned(lived(coming="misses")) == vera().until(3 * DAY).planned


def test_an_imagined_attendee_gets_what_a_real_one_got() -> None:
    found = planned(lived(coming="attends"))
    assert {key: minute for key, minute in found.items() if minute > -10} == {
        "partner_entered": 0,
        "partner_attended": 10,
        "follow_up_attended": 60,
    }


def test_somebody_who_leaves_early_is_called_back_and_did_not_attend() -> None:
    found = became(lived(coming="leaves_early"))
    assert (found["live_now"], found["live_now_5m"]) == ("condition", "planned")
    assert (found["partner_not_attended"], found["recording_offer"]) == ("planned", "planned")


@pytest.mark.parametrize("hours", [30, 3, 0.5, 0.05])
def test_a_late_registrant_gets_only_what_is_ahead(hours: float) -> None:
    found = planned(lived(hours_before=hours))
    reminders = {"reminder_24h": 24, "reminder_1h": 1, "reminder_10m": 1 / 6}
    assert {key for key in reminders if key in found} == {key for key, due in reminders.items() if due < hours}


def test_without_telegram_nothing_arrives_and_the_reason_says_so() -> None:
    found = became(lived(is_linked=False, has_partner=False))
    assert found["welcome"] == found["registered"] == "channel_gone"
    assert "planned" not in found.values()


def test_without_consent_there_is_no_advertising() -> None:
    found = became(lived(purposes=("processing",)))
    assert (found["follow_up_not_attended"], found["welcome"]) == ("no_consent", "planned")


def test_without_a_partner_nobody_is_alerted() -> None:
    assert became(lived(has_partner=False))["partner_new_lead"] == "no_partner"


def test_a_live_session_is_imagined_to_begin_and_end_on_time() -> None:
    found = planned(lived(schedule(mode="live"), coming="misses"))
    assert (found["live_now"], found["follow_up_not_attended"]) == (0.25, 70)


def test_a_paused_scenario_is_seen_to_hold() -> None:
    found = became(lived(fold_schedule(programme(paused(-5 * DAY, "session")))))
    assert (found["registered"], found["welcome"]) == ("expired", "planned")


def test_a_cancelled_session_sends_nothing_of_its_own() -> None:
    assert set(planned(lived(schedule(cancelled(at(-4 * DAY)))))) == {
        "partner_new_lead",
        "welcome",
        "welcome_follow_up",
    }


def test_nobody_real_takes_part() -> None:
    found = lived(coming="attends")
    assert {fact.lead_id for fact in found.facts if fact.lead_id} == {"imagined-lead"}
    assert {fact.properties.get("partner_id") for fact in found.facts} <= {None, "imagined-partner"}


def test_an_unknown_session_is_refused() -> None:
    with pytest.raises(KeyError):
        imagine(Person(session_id="nowhere"), schedule())
