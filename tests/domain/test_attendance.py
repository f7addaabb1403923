"""Presence becomes facts, facts become a verdict with reasons: the baseline and one change per case."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import classify, facts_of, final_at, union, watched
from domain.events import AttendanceFacts, AttendancePolicy
from domain.webinars import Session
from tests.domain.synthetic import LENGTH, OFFER, POLICY, START, Story, at, ended, started, usual_session, usual_webinar

WINDOW = (START, at(60))
BASE = AttendanceFacts(
    session_seconds=LENGTH, watched_seconds=0, planned_seconds=LENGTH, offer_at_seconds=OFFER.show_at_seconds
)


def facts(story: Story, session: Session | None = None) -> AttendanceFacts:
    return facts_of(story.log, session or usual_session(), usual_webinar())


def verdict(*, is_final: bool = True, policy: AttendancePolicy = POLICY, **changes: Any) -> tuple[str, str] | None:
    found = classify(BASE.model_copy(update=changes), policy, is_final=is_final)
    return (found.status, found.outcome) if found else None


def reasons(*, is_final: bool = True, policy: AttendancePolicy = POLICY, **changes: Any) -> tuple[str, ...]:
    found = classify(BASE.model_copy(update=changes), policy, is_final=is_final)
    assert found is not None
    return found.reasons


STAYED = {"watched_seconds": 1800, "joined_at_seconds": 0, "left_at_seconds": 3600, "visits": 1}
"""Half of the session in pieces, there from its beginning to its end."""


# --- watched seconds


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([], 0),
        ([(0, 10)], 600),
        ([(0, 10), (20, 30)], 1200),
        ([(0, 10), (5, 15)], 900),
        ([(0, 20), (5, 15)], 1200),
        ([(0, 10), (10, 20)], 1200),
        ([(-10, 10)], 600),
        ([(50, 70)], 600),
        ([(-20, -10), (70, 80)], 0),
        ([(10, 10), (20, 15)], 0),
    ],
    ids=[
        "nothing", "one", "two apart", "two devices overlapping", "one device inside the other", "touching",
        "from the lobby", "beyond the end", "outside", "empty and backward",
    ],
)  # fmt: skip
def test_watched_is_the_union_clipped_to_the_session(intervals: list[tuple[float, float]], expected: float) -> None:
    assert watched([(at(a), at(b)) for a, b in intervals], WINDOW) == expected


@given(st.lists(st.tuples(st.integers(-90, 200), st.integers(-90, 200)), max_size=20))
def test_the_union_is_never_longer_than_the_wall_clock(pairs: list[tuple[int, int]]) -> None:
    intervals = [(at(a), at(b)) for a, b in pairs]
    merged = union(intervals, WINDOW)
    total = watched(intervals, WINDOW)
    assert 0 <= total <= LENGTH
    assert total <= sum(max(0, b - a) * 60 for a, b in pairs)
    assert all(left[1] < right[0] for left, right in pairwise(merged))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8), st.randoms())
def test_the_union_does_not_depend_on_order_or_repetition(pairs: list[tuple[int, int]], random: Any) -> None:
    intervals = [(at(a), at(b)) for a, b in pairs]
    shuffled = intervals * 2
    random.shuffle(shuffled)
    assert watched(shuffled, WINDOW) == watched(intervals, WINDOW)


# --- facts


def test_somebody_who_never_came_has_blank_facts() -> None:
    assert facts(Story().registers(-60)) == BASE


def test_a_straight_visit() -> None:
    found = facts(Story().enters(5).watches(5, 20).leaves(20))
    assert (found.watched_seconds, found.joined_at_seconds, found.left_at_seconds, found.visits) == (900, 300, 1200, 1)


def test_two_devices_count_once_and_two_visits_twice() -> None:
    story = Story().enters(5).watches(5, 20).enters(10, visit=2).watches(10, 25, "laptop")
    found = facts(story)
    assert (found.watched_seconds, found.visits, found.left_at_seconds) == (1200, 2, 1500)


def test_the_lobby_is_counted_apart() -> None:
    found = facts(Story().enters(-10).watches(-10, 5))
    assert (found.lobby_seconds, found.watched_seconds, found.joined_at_seconds) == (600, 300, 0)


def test_an_entry_without_watching_is_a_presence_of_no_length() -> None:
    found = facts(Story().enters(12))
    assert (found.watched_seconds, found.joined_at_seconds, found.left_at_seconds) == (0, 720, 720)


def test_coming_back_after_the_end_is_no_visit() -> None:
    found = facts(Story().enters(70).watches(70, 80))
    assert (found.visits, found.watched_seconds, found.joined_at_seconds) == (0, 0, None)


def test_what_happened_in_other_sessions_is_passed_over() -> None:
    other = Session("other", "spring", "auto", START, LENGTH)
    assert facts(Story().enters(5).watches(5, 20), other) == BASE


def test_acts_in_the_room_are_facts() -> None:
    found = facts(Story().enters(0).watches(0, 50).sees_offer(40).clicks(41).submits(42).completes(50))
    assert (found.offer_shown, found.offer_clicked, found.form_submitted, found.completed) == (True, True, True, True)


def test_the_recording_is_counted_apart() -> None:
    found = facts(Story().watches_replay(120, 130).watches_replay(125, 135))
    assert (found.replay_seconds, found.watched_seconds) == (900, 0)


def test_a_live_session_that_runs_over_counts_on() -> None:
    session = usual_session(started(START), mode="live")
    assert facts(Story().enters(0).watches(50, 90), session).watched_seconds == 2400
    over = usual_session(started(START), ended(at(80)), mode="live")
    found = facts(Story().enters(0).watches(50, 90), over)
    assert (found.watched_seconds, found.session_seconds, found.planned_seconds) == (1800, 4800, 3600)


def test_an_offer_launched_by_hand_has_no_fixed_time() -> None:
    by_hand = OFFER.model_copy(update={"show_at_seconds": None})
    assert facts_of([], usual_session(), usual_webinar(offers=(by_hand,))).offer_at_seconds is None


# --- verdicts


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("not_attended", "missed")),
        ({"visits": 1}, ("not_attended", "lobby_only")),
        ({"lobby_seconds": 60}, ("not_attended", "lobby_only")),
        (
            {"watched_seconds": 120, "joined_at_seconds": 0, "left_at_seconds": 120},
            ("not_attended", "left_before_offer"),
        ),
        ({**STAYED, "left_at_seconds": 2000}, ("attended", "left_before_offer")),
        ({**STAYED, "left_at_seconds": 2400}, ("attended", "left_after_offer")),
        ({**STAYED, "left_at_seconds": 2000, "offer_shown": True}, ("attended", "left_after_offer")),
        (STAYED, ("attended", "left_after_offer")),
        ({**STAYED, "joined_at_seconds": 301}, ("attended", "joined_late")),
        ({**STAYED, "joined_at_seconds": 300}, ("attended", "left_after_offer")),
        ({**STAYED, "watched_seconds": 3420}, ("attended", "completed")),
        ({**STAYED, "watched_seconds": 3419}, ("attended", "left_after_offer")),
        ({**STAYED, "completed": True}, ("attended", "completed")),
        ({**STAYED, "watched_seconds": 3500, "offer_clicked": True}, ("attended", "offer_clicked")),
        ({**STAYED, "offer_clicked": True, "form_submitted": True}, ("attended", "form_submitted")),
        ({"replay_seconds": 30}, ("not_attended", "watched_replay")),
        ({"replay_seconds": 29}, ("not_attended", "missed")),
        ({**STAYED, "replay_seconds": 900}, ("attended", "left_after_offer")),
    ],
)
def test_each_outcome(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict(**changes) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(599, "not_attended"), (600, "attended")], ids=["a second short", "to the second"]
)
def test_ten_minutes_of_an_hour_is_attended(seconds: float, expected: str) -> None:
    found = verdict(watched_seconds=seconds, joined_at_seconds=0, left_at_seconds=seconds)
    assert found is not None
    assert found[0] == expected


def test_in_a_short_session_the_share_decides() -> None:
    short = {"session_seconds": 600, "planned_seconds": 600, "joined_at_seconds": 0, "left_at_seconds": 600}
    assert verdict(**short, watched_seconds=179) == ("not_attended", "left_after_offer")
    assert verdict(**short, watched_seconds=180) == ("attended", "left_after_offer")
    assert "reached_min_share_180s" in reasons(**short, watched_seconds=180)


def test_running_over_takes_nothing_back() -> None:
    assert verdict(session_seconds=7200, planned_seconds=1200, watched_seconds=360, joined_at_seconds=0) == (
        "attended",
        "left_before_offer",
    )


def test_a_policy_may_ask_for_nothing_but_somebody_who_never_came_has_not_attended() -> None:
    assert verdict(policy=AttendancePolicy(attended_minutes=0)) == ("not_attended", "missed")


@pytest.mark.parametrize("changes", [{}, {"watched_seconds": 599}, {"offer_clicked": True, "watched_seconds": 100}])
def test_nothing_negative_is_said_before_the_end(changes: dict[str, Any]) -> None:
    assert verdict(is_final=False, **changes) is None


def test_a_positive_verdict_comes_at_once_and_claims_no_more_than_is_known() -> None:
    assert verdict(is_final=False, watched_seconds=600, left_at_seconds=600) == ("attended", "watching")
    assert verdict(is_final=False, watched_seconds=3420) == ("attended", "completed")
    assert verdict(is_final=False, watched_seconds=700, offer_clicked=True) == ("attended", "offer_clicked")


def test_grace_passes_before_the_end_is_final() -> None:
    assert final_at(usual_session(), POLICY) == at(70)
    assert final_at(usual_session(started(START), mode="live"), POLICY) is None
    assert final_at(usual_session(started(START), ended(at(40)), mode="live"), POLICY) == at(50)


# --- reasons


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("watched_0s_of_3600s", "below_minimum_600s", "never_entered", "session_over")),
        ({"visits": 1}, ("watched_0s_of_3600s", "below_minimum_600s", "lobby_only", "session_over")),
        (
            {"watched_seconds": 620, "joined_at_seconds": 900, "left_at_seconds": 1520, "visits": 1},
            (
                "watched_620s_of_3600s",
                "reached_min_minutes_600s",
                "joined_at_900s",
                "left_at_1520s",
                "offer_at_2400s",
                "session_over",
            ),
        ),
        (
            {**STAYED, "watched_seconds": 3500, "offer_shown": True, "offer_clicked": True, "form_submitted": True},
            (
                "watched_3500s_of_3600s",
                "reached_completion_3420s",
                "offer_at_2400s",
                "offer_shown",
                "offer_clicked",
                "form_submitted",
                "session_over",
            ),
        ),
        (
            {"completed": True},
            ("watched_0s_of_3600s", "completion_reported", "session_over"),
        ),
        (
            {"replay_seconds": 60},
            ("watched_0s_of_3600s", "below_minimum_600s", "never_entered", "watched_replay", "session_over"),
        ),
    ],
)
def test_a_verdict_names_its_reasons(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert reasons(**changes) == expected


def test_a_verdict_given_on_air_says_so() -> None:
    assert reasons(is_final=False, watched_seconds=600)[-1] == "session_on_air"


# --- digests


def digest_of(*, is_final: bool = True, policy: AttendancePolicy = POLICY, **changes: Any) -> str:
    found = classify(BASE.model_copy(update={**STAYED, **changes}), policy, is_final=is_final)
    assert found is not None
    return found.digest


def test_on_air_every_further_heartbeat_is_the_same_verdict() -> None:
    digests = {digest_of(is_final=False, watched_seconds=600 + 30 * beat, visits=beat) for beat in range(60)}
    assert len(digests) == 1


def test_on_air_a_finer_outcome_is_another_verdict() -> None:
    assert digest_of(is_final=False) != digest_of(is_final=False, offer_clicked=True)


def test_the_final_verdict_differs_from_the_one_on_air() -> None:
    assert digest_of(is_final=False, offer_clicked=True) != digest_of(is_final=True, offer_clicked=True)


@pytest.mark.parametrize(
    "changes",
    [{"watched_seconds": 1860}, {"visits": 2}, {"offer_shown": True}, {"left_at_seconds": 3599}],
)
def test_a_late_fact_makes_another_final_verdict(changes: dict[str, Any]) -> None:
    assert digest_of() != digest_of(**changes)


def test_another_policy_makes_another_verdict() -> None:
    assert digest_of() != digest_of(policy=AttendancePolicy(version=2))
    assert digest_of() != digest_of(policy=AttendancePolicy(attended_minutes=20))


def test_watching_the_recording_makes_no_further_verdicts() -> None:
    seen = [digest_of(watched_seconds=0, joined_at_seconds=None, replay_seconds=30 * n) for n in range(1, 20)]
    assert len(set(seen)) == 1


def test_fractions_of_a_second_make_no_verdict() -> None:
    assert digest_of() == digest_of(watched_seconds=1800.2)


def test_a_verdict_is_a_fact_of_the_contract() -> None:
    found = classify(BASE, POLICY, is_final=True)
    assert found is not None
    event = found.event()
    assert (event.status, event.facts, event.facts_digest) == ("not_attended", BASE, found.digest)
