"""Who of the house is told what, and how often: never twice within the hour, of the end only who knew the beginning."""

import datetime as dtm
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import (
    Emitter,
    Event,
    Fact,
    MessagePlanned,
    StaffAlertsChanged,
    StaffAlertsEnded,
    TelegramBlocked,
    TelegramLinked,
    TelegramUnblocked,
)
from domain.failures import Failure
from domain.staff_alerts import FAILED, RECOVERED, Member, fold_staff, plan, still_holds

START = dtm.datetime(2030, 5, 1, 12, tzinfo=dtm.UTC)
MINUTE, HOUR = dtm.timedelta(minutes=1), dtm.timedelta(hours=1)
ANNA = Member("staff:anna", "linked", START - HOUR)


def broken(minute: int = 0, *, until: int | None = None, subject: str = "refresh_marts") -> Failure:
    since = START + minute * MINUTE
    return Failure("run", subject, since, since, recovered_at=None if until is None else START + until * MINUTE)


def told(failures: list[Failure], planned: list[Fact], minute: float, *staff: Member) -> list[str]:
    """Plan at that minute, remember what was planned; the names of the steps."""
    fresh = plan(failures, staff or (ANNA,), planned, START + minute * MINUTE)
    planned += fresh
    return [str(fact.properties["step"]) for fact in fresh]


def test_a_failure_is_told_at_once_then_after_an_hour_then_ever_more_seldom_but_daily() -> None:
    planned: list[Fact] = []
    moments = [minute for minute in range(0, 5 * 24 * 60, 10) if told([broken()], planned, minute)]
    hours = [minute / 60 for minute in moments]
    assert hours == [0, 1, 3, 7, 15, 31, 55, 79, 103]
    assert len({fact.event_id for fact in planned}) == len(planned)


def test_its_end_is_told_once_and_only_to_whom_it_was_told() -> None:
    planned: list[Fact] = []
    boris = Member("staff:boris", "linked", START)
    assert told([broken()], planned, 0, ANNA) == [FAILED]
    assert told([broken(until=5)], planned, 6, ANNA, boris) == [RECOVERED]
    assert planned[-1].properties["staff_id"] == "staff:anna"
    assert told([broken(until=5)], planned, 7, ANNA, boris) == []


def test_what_fails_and_comes_back_all_the_time_is_told_of_once_an_hour() -> None:
    planned: list[Fact] = []
    said = {}
    for minute in range(180):
        episodes = [
            broken(start, until=start + 1 if start + 1 <= minute else None) for start in range(0, minute + 1, 2)
        ]
        said[minute] = told(episodes, planned, minute)
    warned = [minute for minute, steps in said.items() if FAILED in steps]
    assert warned == [0, 60, 120]
    assert [minute for minute, steps in said.items() if RECOVERED in steps] == [1, 61, 121]


def test_an_end_is_not_told_while_the_same_thing_fails_anew() -> None:
    planned: list[Fact] = []
    assert told([broken()], planned, 0) == [FAILED]
    assert told([broken(until=5), broken(6)], planned, 7) == []
    assert told([broken(until=5), broken(6, until=8)], planned, 9) == [RECOVERED]


def test_things_are_told_of_apart_and_kinds_can_be_muted() -> None:
    both = [broken(), broken(subject="export_days")]
    assert told(both, [], 0) == [FAILED, FAILED]
    assert told(both, [], 0, replace(ANNA, muted=frozenset({"run"}))) == []


def test_nobody_is_written_to_who_is_blocked_unlinked_or_not_linked_yet() -> None:
    for nobody in (replace(ANNA, channel="blocked"), replace(ANNA, is_ended=True), Member("staff:new")):
        assert told([broken()], [], 0, nobody) == []


def test_whoever_links_while_something_fails_is_told_of_it() -> None:
    planned: list[Fact] = []
    told([broken()], planned, 0, ANNA)
    late = Member("staff:late", "linked", START + 10 * MINUTE)
    assert told([broken()], planned, 10, ANNA, late) == [FAILED]
    assert planned[-1].properties["staff_id"] == "staff:late"


def test_good_news_a_day_old_is_not_told() -> None:
    planned: list[Fact] = []
    told([broken()], planned, 0)
    assert told([broken(until=5)], planned, 25 * 60) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 50), st.sampled_from(["fails", "well", "look"])), max_size=40))
def test_never_twice_an_hour_and_never_an_end_without_its_beginning(story: list[tuple[int, str]]) -> None:
    failures: list[Failure] = []
    planned: list[Fact] = []
    minute = 0
    for pause, state in story:
        minute += pause
        is_open = bool(failures) and failures[-1].is_open
        if state == "fails" and not is_open:
            failures.append(broken(minute))
        elif state == "well" and is_open:
            failures[-1] = replace(failures[-1], recovered_at=START + minute * MINUTE)
        told(failures, planned, minute)
        assert plan(failures[::-1], (ANNA,), planned[::-1], START + minute * MINUTE) == [], "asked again: no more"
    warned = [fact.occurred_at for fact in planned if fact.properties["template"] == FAILED]
    assert all(later - earlier >= HOUR for earlier, later in pairwise(warned))
    ended = [fact.correlation_id for fact in planned if fact.properties["template"] == RECOVERED]
    assert len(ended) == len(set(ended))
    assert set(ended) <= {fact.correlation_id for fact in planned if fact.properties["template"] == FAILED}


def linked(update_id: int, staff_id: str = "staff:anna") -> TelegramLinked:
    return TelegramLinked(update_id=update_id, staff_id=staff_id)


def stated(event: Event, minute: int) -> Fact:
    emitter = Emitter.CORE if Emitter.CORE in event.emitters else Emitter.NOTIFIER
    return Fact.of(event, emitter=emitter, occurred_at=START + minute * MINUTE)


STORY = [
    stated(linked(1), 0),
    stated(StaffAlertsChanged(staff_id="staff:anna", kind="disk", is_on=False, action_id="a"), 1),
    stated(StaffAlertsChanged(staff_id="staff:anna", kind="run", is_on=False, action_id="b"), 2),
    stated(TelegramBlocked(cause="update:2", staff_id="staff:anna"), 3),
    stated(StaffAlertsChanged(staff_id="staff:anna", kind="disk", is_on=True, action_id="c"), 4),
    stated(TelegramUnblocked(cause="update:3", staff_id="staff:anna"), 5),
    stated(linked(4, "staff:boris"), 6),
    stated(StaffAlertsEnded(staff_id="staff:boris"), 7),
    stated(TelegramLinked(update_id=9, partner_id="olga"), 8),
]


@settings(deadline=None)
@given(st.permutations(STORY))
def test_members_do_not_depend_on_the_order_of_arrival(facts: list[Fact]) -> None:
    found = fold_staff(facts)
    assert found.keys() == {"staff:anna", "staff:boris"}
    assert (found["staff:anna"].channel, found["staff:anna"].muted) == ("linked", {"run"})
    assert found["staff:anna"].is_reachable
    assert not found["staff:boris"].is_reachable


def planned_of(failure: Failure) -> MessagePlanned:
    (fact,) = plan([failure], (ANNA,), [], START)
    return fact.as_event(MessagePlanned)


@pytest.mark.parametrize(
    ("failure", "member", "minute", "reason"),
    [
        (broken(), ANNA, 1, ""),
        (broken(until=1), ANNA, 2, "condition"),
        (broken(), replace(ANNA, channel="blocked"), 1, "channel_gone"),
        (broken(), replace(ANNA, is_ended=True), 1, "exited"),
        (broken(), replace(ANNA, muted=frozenset({"run"})), 1, "muted"),
        (broken(), ANNA, 61, "expired"),
        (None, ANNA, 1, "exited"),
    ],
)
def test_when_its_turn_comes_everything_is_asked_again(
    failure: Failure | None, member: Member, minute: int, reason: str
) -> None:
    found = still_holds(planned_of(broken()), failure, {"staff:anna": member}, START + minute * MINUTE)
    assert (found.then, found.reason) == ("withhold" if reason else "send", reason)
