"""Watching a recording: stretches that were played become facts, jumps do not; the door opens and closes in time."""

import datetime as dtm
from types import MappingProxyType
from typing import Any

import pytest

from app.replay.viewing import Viewer, open_replay
from app.room.seats import Seat
from domain.events import Fact, ReplayWatched, WebinarConfigured
from domain.webinars import Schedule, Session, Webinar

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)


def at(seconds: float) -> dtm.datetime:
    return ZERO + dtm.timedelta(seconds=seconds)


def programme(*, replay_hours: int | None = 72, **changes: Any) -> Schedule:
    fields: dict[str, Any] = {"mode": "auto", "starts_at": ZERO, "duration_seconds": 100, **changes}
    definition = WebinarConfigured(
        action_id="a",
        slug="funnel",
        title={"ru": "Воронка"},
        duration_seconds=100,
        replay_hours=replay_hours,
        media_url="sample.mp4",
    )
    session = Session("S1", "funnel", **fields)
    return Schedule(MappingProxyType({"funnel": Webinar("funnel", definition)}), MappingProxyType({"S1": session}))


@pytest.fixture
def viewer() -> Viewer:
    schedule = programme()
    session, webinar = schedule.sessions["S1"], schedule.webinars["funnel"]
    return Viewer(Seat("lead-1", "funnel", "S1"), "c1", session, webinar, at(9999), [])


def play(viewer: Viewer, moments: list[tuple[float, float, bool]]) -> list[tuple[float, float]]:
    facts: list[Fact] = []
    for seconds, position, playing in moments:
        facts += viewer.beat({"position": position, "playing": playing}, at(seconds))
    facts += viewer.close()
    seen = [fact.as_event(ReplayWatched) for fact in facts]
    return [(stretch.from_position_seconds, stretch.to_position_seconds) for stretch in seen]


def test_what_was_played_is_a_stretch(viewer: Viewer) -> None:
    assert play(viewer, [(0, 0, True), (10, 10, True), (20, 20, True), (25, 25, False)]) == [(0, 25)]


def test_a_long_stretch_is_stated_on_the_way(viewer: Viewer) -> None:
    assert play(viewer, [(second, second, True) for second in range(0, 61, 10)]) == [(0, 30), (30, 60)]


def test_a_jump_is_not_watched(viewer: Viewer) -> None:
    moments: list[tuple[float, float, bool]] = [(0, 0, True), (10, 10, True), (11, 80, True), (15, 84, True)]
    assert play(viewer, moments) == [(0, 10), (80, 84)]


def test_double_speed_is_watching(viewer: Viewer) -> None:
    assert play(viewer, [(0, 0, True), (10, 20, True), (20, 40, False)]) == [(0, 40)]


def test_a_page_that_only_stands_there_watches_nothing(viewer: Viewer) -> None:
    assert play(viewer, [(0, 0, False), (10, 0, False), (20, 0, True)]) == []


def test_the_replay_opens_with_the_end_and_closes_after_its_hours() -> None:
    assert open_replay(programme(), "S1", at(50)) == "not_yet"
    assert not isinstance(open_replay(programme(), "S1", at(101)), str)
    assert open_replay(programme(replay_hours=1), "S1", at(100 + 3600)) == "expired"
    assert open_replay(programme(replay_hours=None), "S1", at(101)) == "none"
    assert open_replay(programme(), "S9", at(101)) == "unknown"


def test_a_live_session_that_never_ran_has_no_replay() -> None:
    assert open_replay(programme(mode="live"), "S1", at(5000)) == "none"
