import datetime as dtm

import pytest

from domain.events import (
    Emitter,
    Event,
    Fact,
    RegisteredForSession,
    ScheduleRuleSet,
    WebinarCancelled,
    WebinarConfigured,
)
from domain.offers import announced, chosen, due, obsolete, offered, session_id_of
from domain.reaction import react_sessions
from domain.recurrence import HORIZON, ScheduleRule
from domain.webinars import Schedule, fold_schedule

NOW = dtm.datetime(2026, 3, 4, 12, 13, tzinfo=dtm.UTC)  # a Wednesday, 15:13 in Moscow
HOUR = dtm.timedelta(hours=1)
WEEKLY = ScheduleRule.model_validate(
    {"kind": "recurring", "rrule": "FREQ=WEEKLY;BYDAY=TU,TH", "times": ["19:00"], "first_day": "2026-01-01"}
)
JUST_IN_TIME = ScheduleRule(kind="just_in_time")
ON_DEMAND = ScheduleRule(kind="on_demand")


def said(event: Event, at: dtm.datetime = NOW - 2 * HOUR, **ids: str) -> Fact:
    return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=at, webinar_id="w", **ids)  # type: ignore[arg-type]


def facts(rule: ScheduleRule, mode: str = "auto") -> list[Fact]:
    definition = WebinarConfigured(action_id="a", slug="w", title={"ru": "В"}, duration_seconds=1800, mode=mode)  # type: ignore[arg-type]
    return [said(definition), said(ScheduleRuleSet(action_id="r", rule=rule, by="host@example.org"))]


def plan(rule: ScheduleRule, *more: Fact, mode: str = "auto") -> Schedule:
    return fold_schedule([*facts(rule, mode), *more])


def test_recurring_sessions_are_announced_two_weeks_ahead_once() -> None:
    first = react_sessions(plan(WEEKLY), NOW)
    scheduled = [fact for fact in first.facts if fact.name == "webinar_scheduled"]
    starts = [dtm.datetime.fromisoformat(fact.properties["starts_at"]) for fact in scheduled]
    assert starts == [dtm.datetime(2026, 3, day, 16, tzinfo=dtm.UTC) for day in (5, 10, 12, 17)]
    assert all(NOW < at <= NOW + HORIZON for at in starts)
    again = react_sessions(fold_schedule([*facts(WEEKLY), *scheduled]), NOW)
    assert [fact for fact in again.facts if fact.name == "webinar_scheduled"] == []
    assert again.wake_at is not None
    assert again.wake_at <= NOW + HOUR, "the days ahead are looked at again"


def test_a_session_that_staff_cancelled_is_not_announced_or_offered_again() -> None:
    [first, *_] = due(plan(WEEKLY), NOW)
    news = [announced(first, emitter=Emitter.SCHEDULER, now=NOW - HOUR),
            said(WebinarCancelled(action_id="c"), NOW, session_id=first.session_id)]  # fmt: skip
    after = plan(WEEKLY, *news)
    assert first.session_id not in {session.session_id for session in due(after, NOW)}
    assert first.starts_at not in {session.starts_at for session in offered(after, "w", NOW)}


def test_who_comes_before_the_announcement_sees_the_slots_all_the_same() -> None:
    found = offered(plan(WEEKLY), "w", NOW, most=3)
    assert [session.session_id for session in found] == [session_id_of("w", session.starts_at) for session in found]
    announced_too = plan(WEEKLY, announced(found[0], emitter=Emitter.SCHEDULER, now=NOW))
    assert offered(announced_too, "w", NOW, most=3) == found


def test_just_in_time_offers_the_next_quarters_and_takes_one_that_is_near_by_now() -> None:
    found = offered(plan(JUST_IN_TIME), "w", NOW)
    assert [session.starts_at.minute for session in found] == [30, 45, 0]
    late = NOW + dtm.timedelta(minutes=16)  # 12:29: the slot at 12:30 is not offered any more, but was
    assert found[0].session_id not in {session.session_id for session in offered(plan(JUST_IN_TIME), "w", late)}
    assert chosen(plan(JUST_IN_TIME), found[0].session_id, late) == found[0]
    assert chosen(plan(JUST_IN_TIME), found[0].session_id, late + HOUR) is None


def test_on_demand_begins_now_however_long_the_page_stood_open() -> None:
    [session] = offered(plan(ON_DEMAND), "w", NOW)
    assert dtm.timedelta(0) < session.starts_at - NOW <= dtm.timedelta(seconds=80)
    later = NOW + 3 * HOUR
    taken = chosen(plan(ON_DEMAND), session.session_id, later)
    assert taken is not None
    assert dtm.timedelta(0) < taken.starts_at - later <= dtm.timedelta(seconds=80)
    assert chosen(plan(ON_DEMAND), "somebody's guess", later) is None


def test_a_show_that_others_started_on_demand_is_not_offered_to_newcomers() -> None:
    [theirs] = offered(plan(ON_DEMAND), "w", NOW)
    running = plan(ON_DEMAND, announced(theirs, emitter=Emitter.WEB_FORM, now=NOW))
    later = NOW + dtm.timedelta(minutes=10)
    assert [session.session_id for session in offered(running, "w", later)] != [theirs.session_id]
    assert len(offered(running, "w", later)) == 1


@pytest.mark.parametrize("rule", [JUST_IN_TIME, ON_DEMAND])
def test_a_live_webinar_has_nothing_to_start_by_itself(rule: ScheduleRule) -> None:
    assert offered(plan(rule, mode="live"), "w", NOW) == []
    assert offered(plan(WEEKLY, mode="live"), "w", NOW) != []


def test_another_rule_leaves_what_staff_scheduled_and_takes_back_what_the_old_rule_had() -> None:
    sessions = due(plan(WEEKLY), NOW)
    before = plan(WEEKLY, *(announced(session, emitter=Emitter.SCHEDULER, now=NOW) for session in sessions))
    thursdays = WEEKLY.model_copy(update={"rrule": "FREQ=WEEKLY;BYDAY=TH"})
    assert [session.starts_at.day for session in obsolete(before, "w", thursdays, NOW)] == [10, 17]
    assert obsolete(before, "w", WEEKLY, NOW) == []


def test_the_newest_rule_is_in_force_whatever_arrives_first() -> None:
    newer = said(ScheduleRuleSet(action_id="r2", rule=JUST_IN_TIME, by=""), NOW - HOUR)
    older = facts(WEEKLY)
    assert fold_schedule([newer, *older]).rules["w"] == fold_schedule([*older, newer]).rules["w"] == JUST_IN_TIME


def test_a_door_may_announce_the_slot_that_somebody_took() -> None:
    [session] = offered(plan(ON_DEMAND), "w", NOW)
    for door in (Emitter.WEB_FORM, Emitter.TELEGRAM_BOT):
        fact = announced(session, emitter=door, now=NOW)
        assert fact.session_id == session.session_id
    taken = Fact.of(RegisteredForSession(), emitter=Emitter.WEB_FORM, occurred_at=NOW, lead_id="l", webinar_id="w",
                    session_id=session.session_id)  # fmt: skip
    assert taken.session_id in fold_schedule([*facts(ON_DEMAND), fact]).sessions
