"""The same watching is the same verdict whatever the zone, the clock change, the midnight, or how it was cut up."""

import datetime as dtm
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import classify, facts_of
from domain.events import AttendanceFacts, Emitter, Entered, Fact, Watched, WebinarConfigured
from domain.webinars import Session, Webinar
from tests.domain.synthetic import LENGTH, OFFER, POLICY

WEBINAR = Webinar("w", WebinarConfigured(action_id="1", slug="w", title={}, duration_seconds=LENGTH, offers=(OFFER,)))
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago")
STRETCHES = [(-300, 120), (120, 700), (650, 900), (2300, 2500), (3590, 4000)]
"""Seconds of the session's clock: from the lobby, two that overlap, a gap, beyond the end."""
EXPECTED = 900 + 200 + 10


def stretches(start: dtm.datetime, zone: str, cuts: Sequence[tuple[float, float]]) -> list[Fact]:
    """The presence as an emitter of that zone writes it: local times with their offsets."""
    local = ZoneInfo(zone)
    found = []
    for number, (since, until) in enumerate(cuts):
        a, b = (start + dtm.timedelta(seconds=at) for at in (since, until))
        seen = Watched(connection=str(number), from_at=a, to_at=b, from_position_seconds=0, to_position_seconds=0)
        fact = stated(seen, b)
        wall = {"from_at": a.astimezone(local).isoformat(), "to_at": b.astimezone(local).isoformat()}
        found.append(fact.model_copy(update={"properties": fact.properties | wall}))
    return found


def stated(event: Any, at: dtm.datetime) -> Fact:
    return Fact.of(event, emitter=Emitter.TRACKER, occurred_at=at, lead_id="l", webinar_id="w", session_id="s")


def seen_at(start: dtm.datetime, zone: str, cuts: Sequence[tuple[float, float]] = STRETCHES) -> AttendanceFacts:
    session = Session("s", "w", "auto", start, LENGTH)
    return facts_of([stated(Entered(visit_no=1), start), *stretches(start, zone, cuts)], session, WEBINAR)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("wall", "at"),
    [
        ("spring forward in Berlin", dtm.datetime(2026, 3, 29, 0, 40, tzinfo=dtm.UTC)),
        ("fall back in Berlin: 2:30 comes twice", dtm.datetime(2026, 10, 25, 0, 30, tzinfo=dtm.UTC)),
        ("spring forward in Newfoundland", dtm.datetime(2026, 3, 8, 5, 10, tzinfo=dtm.UTC)),
        ("midnight in Kiritimati", dtm.datetime(2026, 3, 4, 9, 30, tzinfo=dtm.UTC)),
        ("new year in UTC", dtm.datetime(2026, 12, 31, 23, 30, tzinfo=dtm.UTC)),
        ("leap day", dtm.datetime(2028, 2, 28, 23, 30, tzinfo=dtm.UTC)),
    ],
)
def test_no_clock_change_zone_or_midnight_adds_or_takes_a_second(zone: str, wall: str, at: dtm.datetime) -> None:
    found = seen_at(at, zone)
    assert (found.watched_seconds, found.lobby_seconds, found.session_seconds) == (EXPECTED, 300, LENGTH), wall
    assert (found.joined_at_seconds, found.left_at_seconds) == (0, LENGTH)


moments = st.datetimes(dtm.datetime(2020, 1, 1), dtm.datetime(2035, 1, 1), timezones=st.just(dtm.UTC))  # noqa: DTZ001 - hypothesis wants them bare


@given(moments, moments, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_any_two_moments_and_zones_give_the_same_verdict(
    one: dtm.datetime, other: dtm.datetime, zone: str, far: str
) -> None:
    verdicts = [classify(seen_at(at, where), POLICY, is_final=True) for at, where in ((one, zone), (other, far))]
    assert verdicts[0] == verdicts[1]


pieces = st.lists(st.tuples(st.integers(-600, 4200), st.integers(0, 900)), max_size=12)


@given(pieces, st.randoms(use_true_random=False))
def test_how_presence_was_cut_up_repeated_and_ordered_does_not_matter(
    parts: list[tuple[int, int]], random: Any
) -> None:
    whole = [(float(since), float(since + length)) for since, length in parts]
    cut: list[tuple[float, float]] = []
    for since, until in whole:
        middle = random.uniform(since, until)
        cut += [(since, middle), (middle, until), (since, middle)]
    random.shuffle(cut)
    start = dtm.datetime(2026, 3, 4, 15, tzinfo=dtm.UTC)
    one, other = seen_at(start, "UTC", whole), seen_at(start, "UTC", cut)
    # Cutting at a fraction of a second rounds to microseconds.
    assert other.watched_seconds == pytest.approx(one.watched_seconds, abs=1e-4)
    assert other.lobby_seconds == pytest.approx(one.lobby_seconds, abs=1e-4)
    assert (other.joined_at_seconds, other.left_at_seconds) == (one.joined_at_seconds, one.left_at_seconds)
