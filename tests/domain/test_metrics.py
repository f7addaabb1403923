"""The catalogue of metrics, the funnel's stages and the engagement score: complete, in both languages, checkable."""

import pytest

from domain.engagement import engagement
from domain.events import CATALOGUE
from domain.funnel import STAGES
from domain.metrics import BY_SLUG, METRICS, Metric

PUBLISHED = {"source", "first_touch_at", "watched_seconds", "attended", "completed", "attendance_rate",
             "completion_rate", "engagement", "conversion_rate"}  # fmt: skip


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.slug)
def test_a_metric_is_defined_in_both_languages(metric: Metric) -> None:
    for words in (metric.label, metric.definition):
        assert words.keys() == {"ru", "en"}
        assert all(words.values())
    assert all(text.endswith(".") for text in metric.definition.values())


def test_the_published_definitions_are_there_once() -> None:
    assert BY_SLUG.keys() >= PUBLISHED
    assert len(BY_SLUG) == len(METRICS)


def test_rates_say_what_they_are_over() -> None:
    assert BY_SLUG["attendance_rate"].definition["en"].startswith("Attended ÷ registered,")
    for slug in ("offer_click_rate", "conversion_rate"):
        assert "÷ attended" in BY_SLUG[slug].definition["en"]


def test_thresholds_in_the_words_are_those_of_the_policy() -> None:
    assert "10 minutes or 30% of the session" in BY_SLUG["attended"].definition["en"]
    assert "95%" in BY_SLUG["completed"].definition["en"]


def test_the_stages_are_in_the_order_of_the_funnel() -> None:
    assert [stage.slug for stage in STAGES] == [
        "touched",
        "lead",
        "linked",
        "registered",
        "entered",
        "attended",
        "completed",
        "clicked",
        "submitted",
    ]


def test_every_stage_hangs_on_an_event_of_the_contract() -> None:
    assert {stage.event for stage in STAGES} <= CATALOGUE.keys()
    assert all(stage.label.keys() == {"ru", "en"} for stage in STAGES)


@pytest.mark.parametrize(
    ("share", "acts", "clicked", "submitted", "expected"),
    [
        (0, 0, False, False, 0),
        (0.5, 0, False, False, 30),
        (1, 3, True, True, 100),
        (2, 99, True, True, 100),
        (-1, 0, False, False, 0),
        (1, 1, True, False, 77),
        (0.375, 0, False, False, 23),
    ],
)
def test_engagement_follows_its_formula(
    share: float, acts: int, expected: int, *, clicked: bool, submitted: bool
) -> None:
    assert engagement(share, acts, is_clicked=clicked, is_submitted=submitted) == expected
