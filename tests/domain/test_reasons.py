"""Every code the rules give has a sentence in both languages."""

import pytest

from domain.attendance import classify
from domain.events import AttendanceFacts
from domain.reasons import as_clock, explain
from tests.domain.synthetic import POLICY

SKIPS = (
    "expired",
    "missed",
    "condition",
    "exited",
    "no_consent",
    "channel_gone",
    "cancelled",
    "capped",
    "no_partner",
    "muted",
)
WAITS = ("waiting_for_telegram", "quiet_hours", "not_due", "no_occasion", "session_unknown")
SEEN = (
    "in_room",
    "entered",
    "begun",
    "has_attended",
    "no_replay",
    "status_unknown",
    "3_a_day",
    "merged_into_lead-b",
    "told_as_lead-b",
    "telegram_blocked",
)


@pytest.mark.parametrize("code", [*SKIPS, *WAITS, *SEEN])
def test_a_planners_code_has_words(code: str) -> None:
    assert explain(code, "ru") != code
    assert explain(code, "en") not in {code, explain(code, "ru")}


@pytest.mark.parametrize("is_final", [True, False])
@pytest.mark.parametrize("watched", [0, 700, 3600])
@pytest.mark.parametrize("joined", [None, 900.0])
@pytest.mark.parametrize("acted", [True, False])
def test_a_verdicts_codes_have_words(*, is_final: bool, watched: float, joined: float | None, acted: bool) -> None:
    facts = AttendanceFacts(
        session_seconds=3600,
        watched_seconds=watched,
        joined_at_seconds=joined,
        left_at_seconds=joined,
        offer_at_seconds=2400,
        offer_shown=acted,
        offer_clicked=acted,
        form_submitted=acted,
        completed=acted,
        visits=int(acted),
        replay_seconds=60,
    )
    found = classify(facts, POLICY, is_final=is_final)
    for code in found.reasons if found else ():
        assert explain(code, "en") != code
        assert explain(code, "ru") != code


def test_numbers_are_shown_as_a_clock() -> None:
    assert explain("watched_620s_of_3600s", "en") == "Watched 10:20 of 1:00:00."
    assert explain("watched_620s_of_3600s") == "Просмотрено 10:20 из 1:00:00."


def test_a_count_is_no_clock() -> None:
    assert explain("3_a_day", "en") == "No more than 3 of these on one day."


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert explain("from_a_newer_release") == "from_a_newer_release"


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (42.9, "0:42"), (725, "12:05"), (3723, "1:02:03")])
def test_seconds_as_a_clock(seconds: float, shown: str) -> None:
    assert as_clock(seconds) == shown
