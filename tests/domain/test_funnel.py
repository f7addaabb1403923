"""The funnel's rules on people whose days can be counted on fingers."""

import datetime as dtm

import pytest

from domain.funnel import STAGES, Mode, Moments, walked, within

MONDAY = dtm.datetime(2026, 3, 2, tzinfo=dtm.UTC)
LATER = MONDAY + dtm.timedelta(days=365)
WEEK = dtm.timedelta(days=7)


def day(number: float) -> dtm.datetime:
    return MONDAY + dtm.timedelta(days=number)


def days(*numbers: float | None) -> Moments:
    known = tuple(None if number is None else day(number) for number in numbers)
    return (*known, *(None for _ in range(len(STAGES) - len(known))))


IN_TURN = days(0, 1, 2, 3, 4, 5, 6, 7, 8)
LINKED_LAST = days(0, 1, 5, 2, 3, 4)
"""Registered, came and attended before they linked Telegram."""
NEVER_LINKED = days(0, 1, None, 2, 3)


@pytest.mark.parametrize(
    ("firsts", "mode", "moments"),
    [
        (IN_TURN, "ordered", IN_TURN),
        (IN_TURN, "strict", IN_TURN),
        (IN_TURN, "any", IN_TURN),
        (LINKED_LAST, "ordered", days(0, 1, 5, 5, 5, 5)),
        (LINKED_LAST, "strict", days(0, 1, 5)),
        (LINKED_LAST, "any", LINKED_LAST),
        (NEVER_LINKED, "ordered", days(0, 1)),
        (NEVER_LINKED, "strict", days(0, 1)),
        (NEVER_LINKED, "any", NEVER_LINKED),
        (days(0), "ordered", days(0)),
        (days(0, 0, 0, 0), "strict", days(0, 0, 0, 0)),  # at the same moment is in turn
    ],
)
def test_an_order_says_which_stages_count(firsts: Moments, mode: Mode, moments: Moments) -> None:
    assert walked(firsts, mode) == moments


def test_the_whole_way_must_fit_into_one_window() -> None:
    way = within(IN_TURN, [day(0)], WEEK, LATER)
    assert (way.moments, way.reached) == (days(0, 1, 2, 3, 4, 5, 6, 7), 8)
    assert within(IN_TURN, [day(0)], dtm.timedelta(days=8), LATER).moments == IN_TURN


def test_the_window_begins_with_the_touch_that_leads_furthest() -> None:
    late = days(0, 20, 21, 22, 26)
    assert within(late, [day(0)], WEEK, LATER).reached == 1
    assert within(late, [day(0), day(19)], WEEK, LATER).moments == days(19, 20, 21, 22, 26)


def test_of_touches_that_lead_equally_far_the_earliest_begins_the_window() -> None:
    late = days(0, 20, 21, 22, 26)
    assert within(late, [day(0), day(19), day(19.5), day(20)], WEEK, LATER).moments[0] == day(19)
    assert within(days(0), [day(0), day(5)], WEEK, LATER).moments[0] == day(0)


def test_a_touch_after_the_form_begins_nothing() -> None:
    late = days(0, 1, 30)
    assert within(late, [day(0), day(29)], WEEK, LATER).moments == days(0, 1)


def test_who_may_still_come_further_is_told_from_who_will_not() -> None:
    assert within(days(0, 1), [day(0)], WEEK, day(6)).is_open
    assert not within(days(0, 1), [day(0)], WEEK, day(7)).is_open
    assert within(days(0), [day(0), day(5)], WEEK, day(11)).is_open
    assert not within(IN_TURN, [day(0)], WEEK * 2, day(9)).is_open  # there is nowhere further


def test_a_way_without_a_touch_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with a touch"):
        within((None, day(1)), [], WEEK, LATER)
