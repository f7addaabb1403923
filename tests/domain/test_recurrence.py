import datetime as dtm
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.recurrence import Blackout, RuleError, ScheduleRule, between, check_rrule, upcoming

WINTER, SUMMER = dtm.timedelta(hours=1), dtm.timedelta(hours=2)
ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")
MOMENTS = st.datetimes(
    dtm.datetime.fromisoformat("2025-01-01"), dtm.datetime.fromisoformat("2028-12-31"), timezones=st.just(dtm.UTC)
)


def utc(*parts: int) -> dtm.datetime:
    return dtm.datetime(*parts, tzinfo=dtm.UTC)  # type: ignore[misc,arg-type]


def weekly(rrule: str = "FREQ=WEEKLY;BYDAY=TU,TH", at: str = "19:00", **more: object) -> ScheduleRule:
    return ScheduleRule.model_validate(
        {"kind": "recurring", "rrule": rrule, "times": [at], "first_day": "2026-01-01", **more}
    )


def test_tuesdays_and_thursdays_at_seven_stay_at_seven_when_the_clocks_change() -> None:
    # Berlin: the clocks go forward on Sunday, 29 March 2026. 19:00 is 18:00 UTC before and 17:00 UTC after.
    found = upcoming(weekly(), "Europe/Berlin", utc(2026, 3, 26, 0), 3)
    assert found == [utc(2026, 3, 26, 18), utc(2026, 3, 31, 17), utc(2026, 4, 2, 17)]


def test_a_time_that_the_clocks_skip_is_read_as_before_the_change() -> None:
    [slot] = between(weekly("FREQ=DAILY", "02:30"), "Europe/Berlin", utc(2026, 3, 28, 12), utc(2026, 3, 29, 12))
    assert slot == utc(2026, 3, 29, 1, 30)
    assert slot.astimezone(ZoneInfo("Europe/Berlin")).hour == 3


def test_a_time_that_comes_twice_is_taken_the_first_time_only() -> None:
    found = between(weekly("FREQ=DAILY", "02:30"), "Europe/Berlin", utc(2026, 10, 24, 12), utc(2026, 10, 25, 12))
    assert found == [utc(2026, 10, 25, 0, 30)]


def test_count_interval_and_until_are_counted_from_the_first_day() -> None:
    rule = weekly("FREQ=WEEKLY;INTERVAL=2;COUNT=2", first_day="2026-03-03")
    assert upcoming(rule, "Etc/UTC", utc(2026, 1, 1), 9) == [utc(2026, 3, 3, 19), utc(2026, 3, 17, 19)]
    until = weekly("FREQ=DAILY;UNTIL=20260105", first_day="2026-01-04")
    assert upcoming(until, "Europe/Moscow", utc(2026, 1, 1), 9) == [utc(2026, 1, 4, 16), utc(2026, 1, 5, 16)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "rrule_empty"),
        ("FREQ=HOURLY", "rrule_too_often"),
        ("FREQ=DAILY;BYHOUR=1,2", "rrule_too_often"),
        ("DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "rrule_start"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260101", "rrule_start"),
        ("every tuesday", "rrule_unreadable"),
        ("FREQ=WEEKLY;BYDAY=XX", "rrule_unreadable"),
        ("FREQ=WEEKLY;UNTIL=soon", "rrule_unreadable"),
    ],
)
def test_a_rule_that_cannot_be_used_says_why(text: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        check_rrule(text)
    assert refused.value.code == code


def test_a_recurring_rule_needs_times_and_a_first_day() -> None:
    with pytest.raises(ValidationError):
        ScheduleRule(kind="recurring", rrule="FREQ=DAILY")


def test_just_in_time_is_the_next_quarter_that_can_still_be_reached() -> None:
    rule = ScheduleRule(kind="just_in_time", every_minutes=15, lead_minutes=3)
    found = upcoming(rule, "Europe/Moscow", utc(2026, 3, 4, 12, 13), 2)
    assert found == [utc(2026, 3, 4, 12, 30), utc(2026, 3, 4, 12, 45)], "12:15 is nearer than three minutes"


def test_on_demand_is_the_next_minute_one_can_reach() -> None:
    rule = ScheduleRule(kind="on_demand")
    assert upcoming(rule, "Europe/Moscow", utc(2026, 3, 4, 12, 13, 30), 1) == [utc(2026, 3, 4, 12, 14)]
    assert upcoming(rule, "Europe/Moscow", utc(2026, 3, 4, 12, 13, 50), 1) == [utc(2026, 3, 4, 12, 15)]


def test_a_night_without_shows_and_days_off() -> None:
    night = Blackout(since=dtm.time(22), until=dtm.time(9))
    rule = ScheduleRule(kind="just_in_time", every_minutes=60, blackouts=(night,), days_off=(dtm.date(2026, 3, 5),))
    found = upcoming(rule, "Europe/Moscow", utc(2026, 3, 4, 17, 30), 2)  # 20:30 in Moscow
    assert found == [utc(2026, 3, 4, 18), utc(2026, 3, 6, 6)], "21:00, and then 9:00 after the day off"


def test_days_off_and_blackouts_hold_for_recurring_shows_too() -> None:
    evening = Blackout(since=dtm.time(20), until=dtm.time(22), weekdays=(2,))  # Wednesday: 4 March 2026
    rule = ScheduleRule(
        kind="recurring", rrule="FREQ=DAILY", times=(dtm.time(12), dtm.time(21)), first_day=dtm.date(2026, 3, 4),
        blackouts=(evening,), days_off=(dtm.date(2026, 3, 5),),
    )  # fmt: skip
    found = upcoming(rule, "Europe/Moscow", utc(2026, 3, 4), 3)
    assert found == [utc(2026, 3, 4, 9), utc(2026, 3, 6, 9), utc(2026, 3, 6, 18)]


def test_a_blackout_of_some_days_runs_past_midnight_into_the_next() -> None:
    friday_night = Blackout(since=dtm.time(20), until=dtm.time(2), weekdays=(4,))
    days = {day: dtm.datetime(2026, 3, day, 1) for day in (6, 7, 8)}  # noqa: DTZ001 - local; 6 March 2026 is a Friday
    assert [friday_night.covers(at) for at in days.values()] == [False, True, False]


RULES = st.one_of(
    st.builds(
        ScheduleRule,
        kind=st.just("just_in_time"),
        every_minutes=st.sampled_from([15, 30, 60]),
        lead_minutes=st.integers(0, 60),
        blackouts=st.lists(
            st.builds(
                Blackout,
                since=st.times().map(lambda at: at.replace(microsecond=0)),
                until=st.times().map(lambda at: at.replace(microsecond=0)),
                weekdays=st.lists(st.integers(0, 5), min_size=1).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
    ),
    st.sampled_from(
        [
            weekly(),
            weekly("FREQ=DAILY", "02:30"),
            weekly("FREQ=MONTHLY;BYDAY=-1SU", "00:15"),
            weekly("FREQ=DAILY", "23:59"),
        ]
    ),
)


@given(RULES, st.sampled_from(ZONES), MOMENTS)
def test_slots_are_later_ascending_whole_and_never_in_a_blackout(
    rule: ScheduleRule, zone: str, after: dtm.datetime
) -> None:
    found = upcoming(rule, zone, after, 6)
    assert found == sorted(set(found))
    for slot in found:
        assert slot > after
        local = slot.astimezone(ZoneInfo(zone))
        assert not rule.is_off(local)
        if rule.kind == "just_in_time":
            assert local.minute % rule.every_minutes == 0
            assert slot >= after + dtm.timedelta(minutes=rule.lead_minutes)


@given(RULES, st.sampled_from(ZONES), MOMENTS, st.integers(1, 40))
def test_looking_later_never_changes_what_was_announced(
    rule: ScheduleRule, zone: str, after: dtm.datetime, hours: int
) -> None:
    later = after + dtm.timedelta(hours=hours)
    until = after + dtm.timedelta(days=10)
    before, now = between(rule, zone, after, until), between(rule, zone, later, until)
    assert now == [slot for slot in before if slot > later]


@given(st.sampled_from(ZONES), MOMENTS)
def test_a_daily_rule_has_its_time_of_day_on_every_day(zone: str, after: dtm.datetime) -> None:
    found = upcoming(weekly("FREQ=DAILY", "19:00"), zone, after, 10)
    local = [slot.astimezone(ZoneInfo(zone)) for slot in found]
    assert {at.time() for at in local} <= {dtm.time(19)}
    assert [(b.date() - a.date()).days for a, b in itertools.pairwise(local)] == [1] * (len(local) - 1)
