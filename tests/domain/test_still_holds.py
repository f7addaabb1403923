"""Just before it is sent a message is asked again: everything that may have changed since it was planned, one by one.

Every story is Vera's; her «one hour before» is planned at minute −60 and has its turn in the lanes later.
"""

import datetime as dtm
from collections.abc import Callable
from typing import Any

import pytest

from domain.evaluation import PlannedStep
from domain.events import (
    Emitter,
    Fact,
    LeadAssigned,
    MessageLimits,
    MessagePlanned,
    PartnerAlertsChanged,
    TelegramBlocked,
)
from domain.leads import fold_lead
from domain.planner import still_holds
from domain.webinars import fold_schedule
from tests.domain.synthetic import ANNA, BORIS, SESSION, START, Story, at, cancelled, minutes_of, moved, programme, vera
from tests.domain.test_pauses import paused, resumed

REMINDER = "reminder_1h"


def asked(story: Story, step: str, minutes: float, *news: Any, **webinar: Any) -> PlannedStep:
    """What is true of a planned step at that minute, with these facts about the programme besides."""
    planned = next(f for f in story.named("message_planned") if f.properties["step"] == step)
    schedule = fold_schedule(programme(*news, **webinar))
    found = still_holds(fold_lead(story.log), schedule, planned.as_event(MessagePlanned), at(minutes))
    assert found is not None
    return found


def told(found: PlannedStep) -> tuple[str, str, tuple[str, ...]]:
    return found.state, found.reason, found.saw


def test_nothing_changed_and_it_is_sent() -> None:
    assert told(asked(vera().until(-60), REMINDER, -59)) == ("planned", "", ())


def test_everything_that_was_planned_may_be_sent_at_that_very_moment() -> None:
    story = vera().until(2 * 24 * 60)
    for planned in story.named("message_planned"):
        ready = minutes_of(planned.occurred_at)
        so_far = Story(log=[fact for fact in story.log if fact.occurred_at <= planned.occurred_at])
        assert asked(so_far, planned.properties["step"], ready).state == "planned", planned.properties["step"]


@pytest.mark.parametrize(
    ("happens", "told_then"),
    [
        (lambda story: story.withdraws(-59.5, "processing"), ("no_consent", ("processing_withdrawn",))),
        (lambda story: story.is_erased(-59.5), ("exited", ("erased",))),
        (lambda story: story.blocks(-59.5), ("channel_gone", ("telegram_blocked",))),
        (lambda story: story.enters(-59.5), ("condition", ("entered",))),
    ],
    ids=["consent withdrawn", "erased", "blocked", "entered the room"],
)
def test_what_the_lead_did_meanwhile_counts(
    happens: Callable[[Story], Story], told_then: tuple[str, tuple[str, ...]]
) -> None:
    assert told(asked(happens(vera().until(-60)), REMINDER, -59)) == ("skipped", *told_then)


def test_a_form_submitted_meanwhile_ends_the_follow_up() -> None:
    story = vera().enters(0).watches(0, 60).until(62)
    assert asked(story, "follow_up_attended", 63).state == "planned"
    assert told(asked(story.submits(62.5), "follow_up_attended", 63)) == ("skipped", "exited", ("form_submitted",))


def test_a_cancelled_session_is_not_announced() -> None:
    assert told(asked(vera().until(-60), REMINDER, -59, cancelled(at(-59.5)))) == ("skipped", "cancelled", ())


def test_a_session_that_moved_away_takes_its_message_along_and_keeps_its_place_in_the_wave() -> None:
    away = moved(START + dtm.timedelta(days=1), at(-59.5))
    story = vera().until(-60)
    found = asked(story, REMINDER, -59, away)
    assert (found.state, found.reason, found.at) == ("waiting", "not_due", at(24 * 60 - 60))
    assert asked(story, REMINDER, 24 * 60 - 60, away).state == "planned"
    assert told(asked(story, REMINDER, 24 * 60 - 15, away)) == ("skipped", "expired", ())


def test_a_session_that_moved_nearer_may_leave_no_time_for_it() -> None:
    nearer = moved(at(-50), at(-59.5))
    assert told(asked(vera().until(-60), REMINDER, -59, nearer))[:2] == ("skipped", "expired")


def test_its_time_runs_out_in_the_lane() -> None:
    assert told(asked(vera().until(-60), REMINDER, -15)) == ("skipped", "expired", ())


def test_what_staff_holds_waits_and_goes_on() -> None:
    story, hold = vera().until(-60), paused(-59.5, "session", REMINDER)
    assert told(asked(story, REMINDER, -59, hold))[:2] == ("waiting", "paused")
    assert asked(story, REMINDER, -58, hold, resumed(-58.5, "session", REMINDER)).state == "planned"


def test_marketing_that_reaches_its_turn_in_the_night_waits_for_the_morning() -> None:
    story = vera().until(2 * 24 * 60)
    night = MessageLimits(quiet_from=dtm.time(19, 10), quiet_to=dtm.time(9))  # the session ends at 19:00 in Moscow
    assert asked(story, "follow_up_not_attended", 75).state == "planned"
    found = asked(story, "follow_up_not_attended", 75, limits=night)
    assert (found.state, found.reason) == ("waiting", "quiet_hours")


def test_the_daily_cap_is_not_asked_again_of_a_message_that_is_counted_in_it() -> None:
    story = vera().until(2 * 24 * 60)
    assert asked(story, "follow_up_not_attended", 75, limits=MessageLimits(daily_cap=1)).state == "planned"


def test_a_partner_who_blocked_the_bot_or_muted_the_kind_is_not_told() -> None:
    story = vera().enters(1).until(1)
    gone = TelegramBlocked(cause="update:9", partner_id=ANNA)
    blocked = Fact.of(gone, emitter=Emitter.NOTIFIER, occurred_at=at(1.5))
    assert told(asked(story, "partner_entered", 2, blocked)) == ("skipped", "channel_gone", ("telegram_blocked",))
    mute = PartnerAlertsChanged(partner_id=ANNA, kind="entered", is_on=False, action_id="mute")
    muted = Fact.of(mute, emitter=Emitter.NOTIFIER, occurred_at=at(1.5))
    assert told(asked(story, "partner_entered", 2, muted)) == ("skipped", "muted", ("alerts_off",))


def test_a_message_of_a_rule_that_is_not_known_here_is_nobodys_guess() -> None:
    story = vera().until(-60)
    planned = story.named("message_planned")[0].as_event(MessagePlanned)
    newer = planned.model_copy(update={"message_key": f"session:99:{story.lead_id}:{SESSION}:new"})
    assert still_holds(fold_lead(story.log), story.schedule, newer, at(-59)) is None


def test_a_lead_that_was_given_to_another_partner_is_no_news_for_the_first() -> None:
    story = vera().enters(1).until(1)
    given = LeadAssigned(partner_id=BORIS, action_id="give", by="admin")
    story.tell(story.fact(given, Emitter.CRM, 1.5, session=None))
    assert told(asked(story, "partner_entered", 2)) == ("skipped", "no_partner", ("reassigned",))
