"""One room in memory: what newcomers are told, what everybody is told at a tick, and that the future stays inside."""

import datetime as dtm
import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from app.room import addresses, media
from app.room.hall import Guest, Hall, Programme
from app.room.seats import Seat
from app.room.stage import source
from app.room.tracker import Beat, Track
from domain.events import Left, Offer, ScriptLine, WebinarConfigured
from domain.webinars import Schedule, Session, Webinar

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
SCRIPT = (
    ScriptLine(at_seconds=5, author="Марина", text="первая"),
    ScriptLine(at_seconds=50, author="Илья", text="вторая"),
)
OFFER = Offer(offer_id="o1", title={"ru": "Разбор"}, button={"ru": "Хочу"}, show_at_seconds=60, hide_at_seconds=80)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))


def at(seconds: float) -> dtm.datetime:
    return ZERO + dtm.timedelta(seconds=seconds)


def programme(**changes: Any) -> Programme:
    definition = WebinarConfigured(
        action_id="a", slug="funnel", title={"ru": "Воронка"}, duration_seconds=100, media_url="secret/film.mp4",
        script=SCRIPT, offers=(OFFER,),
    )  # fmt: skip
    fields: dict[str, Any] = {"mode": "auto", "starts_at": ZERO, "duration_seconds": 100, **changes}
    session, webinar = Session("S1", "funnel", **fields), Webinar("funnel", definition)
    schedule = Schedule(MappingProxyType({"funnel": webinar}), MappingProxyType({"S1": session}))
    return Programme(session, webinar, schedule)


def seated(hall: Hall, lead: str = "lead-1") -> tuple[Guest, list[bytes | str]]:
    frames: list[bytes | str] = []
    guest = Guest(Track(Seat(lead, "funnel", "S1"), dtm.timedelta(seconds=10), 0.95), "Анна")
    hall.guests[lead] = guest
    hall.attach(guest, frames.append, frames.append)
    return guest, frames


def test_before_the_start_nothing_of_the_show_is_told() -> None:
    hall = Hall("S1")
    guest, _ = seated(hall)
    told = json.dumps(hall.hello(guest, programme(), at(-10)), ensure_ascii=False)
    for secret in ("film.mp4", "/media/", "первая", "Разбор", "o1"):
        assert secret not in told


def test_a_latecomer_gets_what_was_due_and_not_what_is_ahead() -> None:
    hall = Hall("S1")
    guest, _ = seated(hall)
    hello = hall.hello(guest, programme(), at(30))
    assert [line["text"] for line in hello["chat"]] == ["первая"]
    assert hello["chat"][0]["simulated"] is True
    assert hello["offers"] == []
    assert hello["stage"]["zero"] == int(ZERO.timestamp() * 1000)
    assert "secret/film.mp4" not in json.dumps(hello)


def test_a_tick_tells_each_prepared_line_once_and_only_when_due() -> None:
    hall = Hall("S1")
    seated(hall)
    said = [hall.tick(programme(), at(seconds)) for seconds in (1, 4, 6, 7, 49, 51, 52)]
    texts = [line["text"] for frame in said if frame for line in frame.get("chat", [])]
    assert texts == ["первая", "вторая"]


def test_an_offer_comes_and_goes_at_its_seconds() -> None:
    hall = Hall("S1")
    seated(hall)
    shown = {}
    for seconds in (1, 59, 60, 70, 80, 90):
        frame = hall.tick(programme(), at(seconds)) or {}
        if "offers" in frame:
            shown[seconds] = [offer["id"] for offer in frame["offers"]]
    assert shown == {60: ["o1"], 80: []}


def test_a_quiet_room_is_told_nothing() -> None:
    hall = Hall("S1")
    seated(hall)
    hall.tick(programme(), at(10))
    assert hall.tick(programme(), at(11)) is None


def test_everybody_sees_a_line_and_only_its_author_knows_it_as_their_own() -> None:
    hall = Hall("S1")
    author, _ = seated(hall, "lead-1")
    other, _ = seated(hall, "lead-2")
    hall.say({"id": "l1", "author": "Анна", "text": "привет", "at": 3}, "lead-1")
    frame = hall.tick(programme(), at(3))
    assert frame is not None
    assert [line["id"] for line in frame["chat"]] == ["l1"]
    assert "lead-1" not in json.dumps(frame)
    assert hall.hello(author, programme(), at(4))["own"] == ["l1"]
    assert hall.hello(other, programme(), at(4))["own"] == []


def test_the_end_is_told_once_and_then_everybody_has_left() -> None:
    hall = Hall("S1")
    guest, _ = seated(hall)
    guest.track.sit("page", at(90), programme().session)
    hall.beat(guest, Beat(at(91), 91, is_playing=True), programme().session)
    hall.tick(programme(), at(99))
    frame = hall.tick(programme(), at(100.2))
    assert frame is not None
    assert frame["stage"]["phase"] == "over"
    assert hall.sweep(programme().session, at(100.3)) == []
    last_word = hall.beat(guest, Beat(at(100.4), 100, is_playing=True), programme().session)
    assert [fact.as_event(Left).reason for fact in last_word if fact.name == Left.name] == ["session_over"]
    assert hall.sweep(programme().session, at(104)) == []


def test_who_says_nothing_at_the_end_has_left_with_it() -> None:
    hall = Hall("S1")
    guest, _ = seated(hall)
    guest.track.sit("page", at(90), programme().session)
    hall.beat(guest, Beat(at(91), 91, is_playing=True), programme().session)
    hall.sweep(programme().session, at(100.3))
    said = hall.sweep(programme().session, at(104))
    assert [(fact.as_event(Left).reason, fact.occurred_at) for fact in said if fact.name == Left.name] == [
        ("session_over", at(100))
    ]


def test_a_silent_page_is_sent_away_and_its_guest_forgotten() -> None:
    hall = Hall("S1")
    guest, frames = seated(hall)
    guest.track.sit("page", at(0), programme().session)
    hall.beat(guest, Beat(at(1), 1, is_playing=True), programme().session)
    hall.sweep(programme().session, at(20))
    assert not hall.is_idle
    said = hall.sweep(programme().session, at(30))
    assert [fact.name for fact in said] == [Left.name]
    assert frames == ["timed_out"]
    assert hall.is_idle


def test_a_live_room_waits_for_its_host_and_starts_with_them() -> None:
    hall = Hall("S1")
    seated(hall)
    waiting = programme(mode="live")
    assert hall.tick(waiting, at(500)) is not None  # the newcomer is counted
    started = programme(mode="live", status="live", started_at=at(600))
    frame = hall.tick(started, at(600.2))
    assert frame is not None
    assert (frame["stage"]["phase"], frame["stage"]["zero"]) == ("on_air", int(at(600).timestamp() * 1000))


def test_a_signed_path_opens_its_file_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "shows").mkdir()
    for name in ("shows/one.mp4", "shows/two.mp4", "shows/part0.ts"):
        (tmp_path / name).write_text("x")
    places = [tmp_path]
    assert media.locate("shows/one.mp4", "one.mp4", places) == (tmp_path / "shows/one.mp4").resolve()
    assert media.locate("shows/one.mp4", "two.mp4", places) is None
    assert media.locate("shows", "part0.ts", places) == (tmp_path / "shows/part0.ts").resolve()


def test_a_playlist_in_the_root_of_the_media_folder_is_never_signed(tmp_path: Path) -> None:
    with pytest.raises(addresses.MediaError, match="folder of their own"):
        addresses.address("index.m3u8", "hls", "S1", at(0))
    with pytest.raises(addresses.MediaError, match="folder of their own"):
        addresses.address("/./index.m3u8", "hls", "S1", at(0))
    assert addresses.address("show/index.m3u8", "hls", "S1", at(0)).endswith("/index.m3u8")
    webinar = programme().webinar
    definition = webinar.definition.model_copy(update={"media_kind": "hls", "media_url": "index.m3u8"})
    assert source(Webinar("funnel", definition), "S1", at(0), at(0)) is None
