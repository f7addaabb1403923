"""Sources, the partner contract, and credits that sum exactly."""

import datetime as dtm
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attribution import (
    MODELS,
    UNATTRIBUTED,
    Model,
    Touch,
    credits_of,
    partner_of,
    referrer_class,
    source_of,
    touches_of,
)
from domain.events import Utm
from tests.domain.synthetic import ANNA, BORIS, Story, at

DAY = 24 * 60


def touch(minutes: float, source: str | None = None, *, partner: str | None = None, host: str | None = None) -> Touch:
    return Touch(at(minutes), Utm(source=source), host, partner_id=partner)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (None, "direct"),
        ("", "direct"),
        ("www.google.com", "search"),
        ("yandex.ru", "search"),
        ("ya.ru", "search"),
        ("m.vk.com", "social"),
        ("l.instagram.com", "social"),
        ("t.me", "messenger"),
        ("web.telegram.org", "messenger"),
        ("mail.google.com", "email"),
        ("go.mail.ru", "search"),
        ("blog.example.org", "referral"),
        ("Example.ORG.", "referral"),
    ],
)
def test_a_referrer_has_a_class(host: str | None, expected: str) -> None:
    assert referrer_class(host) == expected


def test_the_source_is_the_first_touchs_utm() -> None:
    assert source_of([touch(-2, "telegram_ads"), touch(-5, " VK ")]) == "vk"


def test_without_utm_the_referrers_class_is_the_source() -> None:
    assert source_of([touch(-5, host="yandex.ru"), touch(-2, "vk")]) == "search"


def test_without_touches_the_source_is_direct() -> None:
    assert source_of([]) == "direct"


def test_a_form_with_utm_values_is_a_touch_of_its_own() -> None:
    story = Story().touches(-5, source="vk").form(-1, utm=Utm(source="api"), emitter="collect_api")
    assert [found.source for found in touches_of(story.log)] == ["vk", "api"]


def test_a_form_without_them_is_none() -> None:
    assert len(touches_of(Story().touches(-5, source="vk").form(-1).log)) == 1


def test_the_first_valid_partner_link_wins() -> None:
    touches = [touch(-5, partner=BORIS), touch(-10, partner=ANNA), touch(-20)]
    assert partner_of(touches, at(0)) == ANNA


def test_a_partner_link_expires_after_thirty_days() -> None:
    touches = [touch(-31 * DAY, partner=ANNA), touch(-5, partner=BORIS)]
    assert partner_of(touches, at(0)) == BORIS


def test_a_partner_link_counts_to_the_last_minute_of_its_window() -> None:
    assert partner_of([touch(-30 * DAY, partner=ANNA)], at(0)) == ANNA


def test_a_link_opened_after_the_lead_was_created_does_not_count() -> None:
    assert partner_of([touch(1, partner=ANNA)], at(0)) is None


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {"vk": 100}),
        ("last", {"direct": 100}),
        ("last_non_direct", {"ads": 100}),
        ("linear", {"vk": 25, "mail": 25, "ads": 25, "direct": 25}),
        ("position", {"vk": 40, "mail": 10, "ads": 10, "direct": 40}),
    ],
)
def test_each_model_shares_as_published(model: Model, expected: dict[str, int]) -> None:
    assert credits_of(["vk", "mail", "ads", "direct"], 100, model) == expected


@pytest.mark.parametrize(("sources", "expected"), [(["vk"], {"vk": 99}), (["vk", "ads"], {"vk": 50, "ads": 49})])
def test_position_with_one_or_two_touches(sources: list[str], expected: dict[str, int]) -> None:
    assert credits_of(sources, 99, "position") == expected


def test_last_non_direct_falls_back_to_direct() -> None:
    assert credits_of(["direct", "direct"], 10, "last_non_direct") == {"direct": 10}


def test_a_source_that_comes_twice_gets_both_shares() -> None:
    assert credits_of(["vk", "ads", "vk"], 100, "linear") == {"vk": 67, "ads": 33}


def test_without_touches_the_amount_is_unattributed() -> None:
    assert credits_of([], 5, "linear") == {UNATTRIBUTED: 5}


def test_nothing_to_share_is_nothing() -> None:
    assert credits_of(["vk"], 0, "first") == {"vk": 0}


def test_every_model_is_listed() -> None:
    assert get_args(Model) == MODELS


@given(
    st.lists(st.sampled_from(["vk", "ads", "direct", "mail"]), max_size=12),
    st.integers(min_value=-(10**12), max_value=10**12),
    st.sampled_from(MODELS),
)
def test_credits_always_sum_exactly(sources: list[str], amount: int, model: Model) -> None:
    assert sum(credits_of(sources, amount, model).values()) == amount


def test_touches_are_in_event_order_whatever_the_order_of_arrival() -> None:
    story = Story().touches(-1, source="late").touches(-9, source="early")
    assert [found.touched_at for found in touches_of(story.log)] == [at(-9), at(-1)]
    assert touches_of(story.log)[0].touched_at + dtm.timedelta(minutes=8) == at(-1)
