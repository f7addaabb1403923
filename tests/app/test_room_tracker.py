"""Heartbeats become facts: one lead, one AUTO session of 100 seconds, time passed in by hand."""

import datetime as dtm

import pytest

from app.room.seats import Seat
from app.room.tracker import Beat, Track
from domain.events import Completed, Entered, Fact, Left, Watched
from domain.webinars import Session

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
SEAT = Seat("lead-1", "funnel", "S1")
SESSION = Session("S1", "funnel", "auto", ZERO, 100)


def at(seconds: float) -> dtm.datetime:
    return ZERO + dtm.timedelta(seconds=seconds)


def beat(seconds: float, *, playing: bool = True, visible: bool = True, position: float | None = None) -> Beat:
    return Beat(at(seconds), seconds if position is None else position, playing, visible)


def track() -> Track:
    return Track(SEAT, dtm.timedelta(seconds=10), completed_share=0.95)


def names(facts: list[Fact]) -> list[str]:
    return [fact.name.removeprefix("client_webinar_") for fact in facts]


def intervals(facts: list[Fact]) -> list[tuple[float, float]]:
    found = [fact.as_event(Watched) for fact in facts if fact.name == Watched.name]
    return [((seen.from_at - ZERO).total_seconds(), (seen.to_at - ZERO).total_seconds()) for seen in found]


def watch(guest: Track, first: float, last: float, every: float = 10) -> list[Fact]:
    said: list[Fact] = []
    moment = first
    while moment <= last:
        said += guest.beat(beat(moment), SESSION)
        moment += every
    return said


def test_the_first_playing_heartbeat_on_air_enters_and_a_page_that_does_not_play_does_not() -> None:
    guest = track()
    guest.sit("page", at(1), SESSION)
    assert guest.beat(beat(1, playing=False), SESSION) == []
    said = guest.beat(beat(2), SESSION)
    assert names(said) == ["entered"]
    assert said[0].as_event(Entered).visit_no == 1
    assert guest.beat(beat(12), SESSION) == []


def test_waiting_in_the_lobby_is_presence_but_no_visit() -> None:
    guest = track()
    guest.sit("page", at(-30), SESSION)
    said = [fact for seconds in (-30, -20, -10) for fact in guest.beat(beat(seconds, playing=False), SESSION)]
    said += guest.beat(beat(0.5), SESSION)
    assert names(said) == ["watched", "entered"]
    assert intervals(said) == [(-30, -10)]


def test_an_interval_is_stated_within_thirty_seconds_and_the_next_one_goes_on_where_it_ended() -> None:
    guest = track()
    guest.sit("page", at(0), SESSION)
    said = watch(guest, 0, 60)
    assert intervals(said) == [(0, 30), (30, 60)]


def test_a_gap_of_missed_heartbeats_is_not_watched() -> None:
    guest = track()
    guest.sit("page", at(0), SESSION)
    said = watch(guest, 0, 10) + guest.beat(beat(50), SESSION) + guest.leave("closed", at(55), SESSION)
    assert intervals(said) == [(0, 10)]


def test_pausing_ends_the_interval_at_the_last_heartbeat_that_played() -> None:
    guest = track()
    guest.sit("page", at(0), SESSION)
    said = watch(guest, 0, 20) + guest.beat(beat(24, playing=False), SESSION)
    assert intervals(said) == [(0, 20)]


def test_a_hidden_page_is_watched_in_an_interval_of_its_own() -> None:
    guest = track()
    guest.sit("page", at(0), SESSION)
    said = guest.beat(beat(0), SESSION)
    said += guest.beat(beat(8, visible=False), SESSION)
    said += guest.beat(beat(16, visible=False), SESSION) + guest.leave("closed", at(16), SESSION)
    watched = [fact.as_event(Watched) for fact in said if fact.name == Watched.name]
    assert [(seen.is_visible, seen.to_position_seconds) for seen in watched] == [(True, 8), (False, 16)]


def test_a_closed_page_leaves_now_and_silence_leaves_at_the_last_heartbeat() -> None:
    closed, silent = track(), track()
    for guest in (closed, silent):
        guest.sit("page", at(0), SESSION)
        watch(guest, 0, 10)
    assert closed.leave("closed", at(13), SESSION)[-1].occurred_at == at(13)
    assert not silent.is_dead(at(30))
    assert silent.is_dead(at(36))
    left = silent.time_out(at(36), SESSION)[-1]
    assert (left.as_event(Left).reason, left.occurred_at) == ("timed_out", at(10))


def test_the_same_page_reconnects_into_the_same_visit_and_loses_nothing() -> None:
    guest = track()
    guest.sit("page", at(0), SESSION)
    said = watch(guest, 0, 10)
    guest.lose()
    said += guest.sit("page", at(14), SESSION) + guest.beat(beat(15), SESSION) + guest.leave("closed", at(15), SESSION)
    assert names(said) == ["entered", "watched", "left"]
    assert intervals(said) == [(0, 15)]


def test_a_second_page_takes_the_seat_over_and_begins_visit_two() -> None:
    guest = track()
    guest.sit("first", at(0), SESSION)
    watch(guest, 0, 10)
    said = guest.sit("second", at(12), SESSION)
    said += guest.beat(beat(13), SESSION)
    assert names(said) == ["watched", "left", "entered"]
    assert said[1].as_event(Left).reason == "taken_over"
    assert said[2].as_event(Entered).visit_no == 2


def test_a_restarted_tracker_goes_on_with_the_open_visit_without_entering_again() -> None:
    before = track()
    before.sit("page", at(0), SESSION)
    log = watch(before, 0, 30)
    after = track()
    after.recall(log)
    said = after.sit("page", at(45), SESSION) + after.beat(beat(46), SESSION) + after.beat(beat(56), SESSION)
    assert said == []
    assert names(after.leave("closed", at(57), SESSION)) == ["watched", "left"]


def test_a_visit_the_log_has_open_for_long_is_ended_where_its_last_sign_of_life_was() -> None:
    before = track()
    before.sit("page", at(-200), SESSION)
    log = watch(before, 0, 30)
    after = track()
    after.recall(log)
    said = after.sit("other page", at(95), SESSION)
    assert names(said) == ["left"]
    assert (said[0].as_event(Left).reason, said[0].occurred_at) == ("timed_out", at(30))
    assert after.beat(beat(96), SESSION)[0].as_event(Entered).visit_no == 2


def test_completion_is_stated_once_when_the_policys_share_was_watched() -> None:
    guest = track()
    guest.sit("page", at(0), SESSION)
    said = watch(guest, 0, 94, every=1)
    assert Completed.name not in {fact.name for fact in said}
    said = watch(guest, 95, 99, every=1)
    assert [fact.as_event(Completed).watched_seconds for fact in said if fact.name == Completed.name] == [95]


def test_a_page_that_joined_late_does_not_complete() -> None:
    guest = track()
    guest.sit("page", at(10), SESSION)
    said = watch(guest, 10, 100, every=5) + guest.leave("session_over", at(100), SESSION)
    assert Completed.name not in {fact.name for fact in said}


def test_completion_counts_what_earlier_visits_watched() -> None:
    before = track()
    before.sit("page", at(0), SESSION)
    log = watch(before, 0, 60, every=5) + before.leave("closed", at(60), SESSION)
    after = track()
    after.recall(log)
    after.sit("again", at(61), SESSION)
    said = watch(after, 61, 100, every=3)
    assert Completed.name in {fact.name for fact in said}


def test_a_position_far_from_the_servers_clock_is_not_believed() -> None:
    guest = track()
    guest.sit("page", at(0), SESSION)
    guest.beat(beat(0), SESSION)
    guest.beat(beat(10, position=90), SESSION)
    left = guest.leave("closed", at(10), SESSION)
    assert left[0].as_event(Watched).to_position_seconds == 10


def test_facts_of_a_repeated_life_have_the_same_ids() -> None:
    lives = []
    for _ in range(2):
        guest = track()
        guest.sit("page", at(0), SESSION)
        lives.append([fact.event_id for fact in watch(guest, 0, 60) + guest.leave("closed", at(61), SESSION)])
    assert lives[0] == lives[1]


@pytest.mark.parametrize("mode", ["live", "auto"])
def test_nobody_enters_a_room_that_is_not_on_air(mode: str) -> None:
    session = Session("S1", "funnel", "live", ZERO, 100) if mode == "live" else SESSION
    guest = track()
    guest.sit("page", at(-5), session)
    assert guest.beat(beat(-5), session) == []


def test_watching_is_a_connected_page_whose_picture_runs() -> None:
    guest = track()
    guest.sit("page", at(1), SESSION)
    guest.beat(beat(1), SESSION)
    assert guest.is_watching(at(2))
    assert not guest.is_watching(at(40)), "no heartbeat for too long"
    guest.beat(beat(11, playing=False), SESSION)
    assert not guest.is_watching(at(12)), "paused"
    guest.beat(beat(21), SESSION)
    guest.lose()
    assert not guest.is_watching(at(22)), "the connection broke"


def test_after_a_restart_a_page_is_waited_for_however_late_the_log_is() -> None:
    before = track()
    before.sit("page", at(1), SESSION)
    facts = watch(before, 1, 31)
    after = track()
    after.recall(facts, at(65))
    assert not after.is_dead(at(70)), "its last sign of life in the log is 39 seconds old"
    assert after.is_dead(at(91)), "it did not come back"
    after.sit("page", at(72), SESSION)
    assert names(after.beat(beat(72), SESSION)) == [], "the same visit goes on"
    assert not after.is_dead(at(90))
    assert after.is_dead(at(98)), "from its first heartbeat on it is missed as ever"
