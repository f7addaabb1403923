"""Quiet hours by the wall clock: ordinary nights, clock changes and far zones."""

import datetime as dtm
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.quiet_hours import DEFAULT_ZONE, local_day, quiet_until, zone_of

NIGHT = (dtm.time(22), dtm.time(9))
ZONES = ["Europe/Moscow", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "UTC"]


def utc(text: str) -> dtm.datetime:
    return dtm.datetime.fromisoformat(text).replace(tzinfo=dtm.UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "end"),
    [
        ("2026-03-04T18:59", "Europe/Moscow", None),
        ("2026-03-04T19:00", "Europe/Moscow", "2026-03-05T06:00"),
        ("2026-03-04T23:30", "Europe/Moscow", "2026-03-05T06:00"),
        ("2026-03-05T05:59", "Europe/Moscow", "2026-03-05T06:00"),
        ("2026-03-05T06:00", "Europe/Moscow", None),
        ("2026-03-04T08:30", "Pacific/Kiritimati", "2026-03-04T19:00"),
        ("2026-03-04T10:00", "Pacific/Pago_Pago", "2026-03-04T20:00"),
        ("2026-03-04T17:00", "Asia/Kathmandu", "2026-03-05T03:15"),
        ("2026-03-29T00:30", "Europe/Berlin", "2026-03-29T07:00"),
        ("2026-10-24T23:30", "Europe/Berlin", "2026-10-25T08:00"),
        ("2026-11-01T03:00", "America/New_York", "2026-11-01T14:00"),
    ],
    ids=[
        "a minute before", "the first minute", "the night", "the last minute", "the morning", "the far east",
        "the far west", "an odd offset", "the night the clocks go forward", "the night they go back", "and in New York",
    ],
)  # fmt: skip
def test_quiet_hours_end_at_nine_by_the_clock_on_the_wall(moment: str, zone: str, end: str | None) -> None:
    assert quiet_until(utc(moment), ZoneInfo(zone), *NIGHT) == (utc(end) if end else None)


@given(st.integers(0, 365 * 24 * 60), st.sampled_from(ZONES))
def test_the_end_of_quiet_hours_is_ahead_near_and_decent(minute: int, name: str) -> None:
    start, zone = utc("2026-01-01T00:00") + dtm.timedelta(minutes=minute), ZoneInfo(name)
    end = quiet_until(start, zone, *NIGHT)
    if end is not None:
        assert start < end <= start + dtm.timedelta(hours=12)
        assert quiet_until(end, zone, *NIGHT) is None
        assert end.astimezone(zone).time() == dtm.time(9)


def test_the_first_name_that_is_a_zone_counts() -> None:
    assert zone_of("Asia/Tokyo", "Europe/Moscow").key == "Asia/Tokyo"
    assert zone_of(None, "Asia/Tokyo").key == "Asia/Tokyo"
    assert zone_of("Mars/Olympus", "Asia/Tokyo").key == "Asia/Tokyo"
    assert zone_of("../../etc/passwd", "").key == DEFAULT_ZONE
    assert zone_of(None).key == DEFAULT_ZONE


def test_the_day_is_the_day_there() -> None:
    moment = utc("2026-03-04T11:00")
    assert local_day(moment, ZoneInfo("Pacific/Kiritimati")) == dtm.date(2026, 3, 5)
    assert local_day(moment, ZoneInfo("Pacific/Pago_Pago")) == dtm.date(2026, 3, 4)


@pytest.mark.parametrize(
    ("wall", "begin", "end", "until"),
    [("13:30", 13, 14, "14:00"), ("14:00", 13, 14, None), ("12:59", 13, 14, None), ("03:00", 0, 0, None)],
    ids=["within one day", "their end", "before them", "none at all"],
)
def test_quiet_hours_are_whatever_the_webinar_says(wall: str, begin: int, end: int, until: str | None) -> None:
    found = quiet_until(utc(f"2026-03-04T{wall}"), ZoneInfo("UTC"), dtm.time(begin), dtm.time(end))
    assert found == (utc(f"2026-03-04T{until}") if until else None)
