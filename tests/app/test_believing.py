"""Nobody gains a watched second by a wrong clock, a forged position or a busy socket; bots and staff are nobody."""

import datetime as dtm
import json
import math
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import accounts, sessions
from app.access.roles import Role
from app.api.application import application
from app.room.seats import Seat
from app.room.tracker import Beat, Track
from domain.attendance import facts_of, watched, window_of
from domain.events import Emitter, Fact, Watched, WebinarConfigured
from domain.webinars import Session, Webinar
from tests.app.calling import Caller
from tests.app.rooms import WEBINAR, Browser, Rooms, running
from warehouse import emitter_keys as keys
from warehouse.local import LocalWarehouse

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
SEAT = Seat("lead-1", "funnel", "S1")
AUTO = Session("S1", "funnel", "auto", ZERO, 600)
LIVE = Session("S1", "funnel", "live", ZERO, 600, started_at=ZERO, ended_at=ZERO + dtm.timedelta(seconds=700))
HEARTBEAT = dtm.timedelta(seconds=10)

positions = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(-600, 1200))
gaps = st.floats(0, 60)
beats = st.lists(st.tuples(gaps, positions, st.booleans(), st.booleans()), min_size=1, max_size=60)


def lived(told: list[tuple[float, float, bool, bool]], session: Session) -> tuple[list[Fact], dtm.datetime]:
    """What the tracker states when such beats arrive at the server, the first a minute before the start."""
    track = Track(SEAT, HEARTBEAT, completed_share=0.95)
    now = ZERO - dtm.timedelta(seconds=60)
    said = track.sit("page", now, session)
    for gap, position, is_playing, is_visible in told:
        now += dtm.timedelta(seconds=gap)
        said += track.beat(Beat(now, position, is_playing, is_visible), session)
    return said + track.leave("closed", now, session), now


def seconds(facts: list[Fact], session: Session) -> float:
    webinar = Webinar("funnel", WebinarConfigured(action_id="1", slug="f", title={}, duration_seconds=600))
    return facts_of(facts, session, webinar).watched_seconds


@pytest.mark.parametrize("session", [AUTO, LIVE], ids=["auto", "live"])
@given(told=beats)
def test_what_is_watched_never_exceeds_the_servers_own_time(
    session: Session, told: list[tuple[float, float, bool, bool]]
) -> None:
    facts, now = lived(told, session)
    begun, ended = window_of(session)
    assert seconds(facts, session) <= max(0.0, (min(now, ended) - begun).total_seconds())
    stretches = [fact.as_event(Watched) for fact in facts if fact.name == Watched.name]
    assert all(ZERO - dtm.timedelta(seconds=60) <= one.from_at <= one.to_at <= now for one in stretches)
    total = sum((one.to_at - one.from_at).total_seconds() for one in stretches)
    assert total == pytest.approx(watched([(o.from_at, o.to_at) for o in stretches], (ZERO - dtm.timedelta(1), now)))


@pytest.mark.parametrize("session", [AUTO, LIVE], ids=["auto", "live"])
@given(told=beats)
def test_positions_a_page_claims_change_no_second_and_are_corrected_to_the_clock(
    session: Session, told: list[tuple[float, float, bool, bool]]
) -> None:
    honest = [(gap, 0.0, is_playing, is_visible) for gap, _, is_playing, is_visible in told]
    facts = lived(told, session)[0]
    assert seconds(facts, session) == seconds(lived(honest, session)[0], session)
    for one in (fact.as_event(Watched) for fact in facts if fact.name == Watched.name):
        for at, position in ((one.from_at, one.from_position_seconds), (one.to_at, one.to_position_seconds)):
            assert math.isfinite(position)
            assert abs(position - session.position_seconds(at)) <= 5.001


def test_beats_ten_times_a_second_watch_no_faster_than_one_every_ten() -> None:
    slow = [(10.0, 0.0, True, True)] * 30
    fast = [(0.1, 0.0, True, True)] * 3000
    assert seconds(lived(slow, AUTO)[0], AUTO) == pytest.approx(seconds(lived(fast, AUTO)[0], AUTO), abs=10)


def test_a_page_that_beats_now_and_then_is_not_there_in_between() -> None:
    rare = [(60.0, 0.0, True, True)] * 10
    assert seconds(lived(rare, AUTO)[0], AUTO) == 0


# --- over the wire


@pytest.fixture
def rooms(warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "10")
    with running(warehouse) as opened:
        yield opened


def test_a_browser_whose_clock_is_a_day_ahead_watches_by_ours(rooms: Rooms) -> None:
    began = dtm.datetime.now(dtm.UTC)
    rooms.schedule("S1", starts_in=-1, seconds=3600)
    page = rooms.guest("S1", "lead-anna").page("p1")
    page.hear("hello")
    ahead = (began + dtm.timedelta(days=1)).timestamp() * 1000
    forged = {
        "now": ahead,
        "at": ahead,
        "from_at": "2020-01-01T00:00:00Z",
        "watched_seconds": 3600,
        "to_at": "2030-01-01",
    }
    for _ in range(3):
        page.say(type="beat", position=3599, playing=True, visible=True, **forged)
    page.close()
    facts = rooms.facts("S1", until="client_webinar_left")
    stretches = [fact.as_event(Watched) for fact in facts if fact.name == Watched.name]
    assert stretches
    ended = dtm.datetime.now(dtm.UTC)
    assert all(began <= one.from_at <= one.to_at <= ended and one.to_position_seconds < 60 for one in stretches)
    assert "client_webinar_completed" not in {fact.name for fact in facts}


@pytest.mark.parametrize("agent", ["TelegramBot (like TwitterBot)", "facebookexternalhit/1.1", "WhatsApp/2.23"])
def test_a_link_preview_that_follows_a_personal_link_has_not_come(rooms: Rooms, agent: str) -> None:
    rooms.schedule("S1", starts_in=-1, seconds=3600)
    bot = rooms.guest("S1", "lead-anna")  # the GET of /j/<token>, answered with the way to the room
    for _ in range(3):
        bot.http.get("/room/S1", headers={"user-agent": agent})
        bot.ticket()
    rooms.guest("S1", "lead-boris").page("p1").beat(1)
    assert {fact.lead_id for fact in rooms.facts("S1", until="client_webinar_entered")} == {"lead-boris"}


def test_staff_have_no_seat_and_leave_no_trace(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-1, seconds=3600)
    now = dtm.datetime.now(dtm.UTC)
    link = accounts.create_invite(rooms.warehouse, "host@example.org", Role.HOST, now, rooms.origin)
    account = accounts.accept_invite(rooms.warehouse, link.rpartition("/")[2], "шесть зелёных лошадей", now)
    assert account
    host = Browser(rooms, "S1")
    host.http.cookies.set("efir_session", sessions.start(rooms.warehouse, account, now))
    assert (host.ticket().status_code, host.ticket().json()["error"]) == (401, "no_seat")
    assert rooms.facts("S1") == []


def test_prepared_chat_lines_are_marked_and_are_no_facts(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-3601, seconds=7200)  # the script's line stands at second 3600
    page = rooms.guest("S1", "lead-anna").page("p1")
    lines = page.hear("hello")["chat"]
    assert [line["author"] for line in lines if line.get("simulated")] == ["Марина"]
    page.beat(3601)
    assert "client_webinar_chat_posted" not in {f.name for f in rooms.facts("S1", until="client_webinar_entered")}


# --- the collect API


def presence(since: dtm.datetime, until: dtm.datetime, at: dtm.datetime) -> dict[str, Any]:
    return {
        "event_id": str(uuid.uuid4()), "name": "client_webinar_watched", "occurred_at": at.isoformat(),
        "lead_id": "lead-anna", "webinar_id": WEBINAR, "session_id": "S1",
        "properties": {
            "connection": "forged", "from_at": since.isoformat(), "to_at": until.isoformat(),
            "from_position_seconds": 0, "to_position_seconds": 1,
        },
    }  # fmt: skip


def collected(warehouse: LocalWarehouse, emitter: Emitter, body: dict[str, Any]) -> dict[str, Any]:
    key = keys.add(warehouse, "some key", emitter, now=dtm.datetime.now(dtm.UTC))
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    answer = Caller(application(lambda: warehouse)).post("/api/v1/events", content=json.dumps(body), headers=headers)
    result: dict[str, Any] = answer.json()["results"][0]
    return result


@pytest.mark.parametrize("emitter", [Emitter.COLLECT_API, Emitter.IMPORT])
def test_a_key_that_is_no_trackers_cannot_say_that_somebody_watched(
    warehouse: LocalWarehouse, emitter: Emitter
) -> None:
    now = dtm.datetime.now(dtm.UTC)
    told = collected(warehouse, emitter, presence(now - dtm.timedelta(minutes=5), now, now))
    assert (told["status"], told["code"]) == ("rejected", "emitter_not_allowed")
    assert warehouse.facts_of(session_ids=["S1"]) == []


def test_not_even_a_tracker_knows_what_will_be_watched(warehouse: LocalWarehouse) -> None:
    now = dtm.datetime.now(dtm.UTC)
    told = collected(warehouse, Emitter.TRACKER, presence(now, now + dtm.timedelta(hours=1), now))
    assert (told["status"], told["code"]) == ("rejected", "occurred_in_future")
    assert warehouse.facts_of(session_ids=["S1"]) == []
