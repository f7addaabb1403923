"""The room over real sockets: who is let in, what is told, which facts are in the log and in which order."""

import datetime as dtm
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.shared.signing import sign
from domain.events import (
    ChatPosted,
    Completed,
    Emitter,
    Entered,
    Fact,
    FormSubmitted,
    Left,
    OfferClicked,
    OfferShown,
    ReplayWatched,
    Watched,
    WebinarStarted,
)
from tests.app.rooms import HEARTBEAT_SECONDS, WEBINAR, Browser, Page, Rooms, running
from warehouse.interface import Personal
from warehouse.local import LocalWarehouse

HURRIED = pytest.mark.parametrize("heartbeat", [HEARTBEAT_SECONDS])
"""Pages that say nothing for a second are given up: for tests about just that, the others may be slow."""


@pytest.fixture
def heartbeat() -> float:
    return 10.0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heartbeat: float) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", str(heartbeat))


@pytest.fixture
def rooms(warehouse: LocalWarehouse) -> Iterator[Rooms]:
    with running(warehouse) as opened:
        yield opened


@pytest.fixture
def anna(rooms: Rooms) -> Browser:
    """A guest of a session that began a second ago and lasts an hour."""
    rooms.schedule("S1", starts_in=-1, seconds=3600)
    return rooms.guest("S1", "lead-anna")


def names(facts: list[Fact]) -> list[str]:
    return [fact.name.removeprefix("client_webinar_") for fact in facts]


def close_code(page: Page) -> int:
    """How the server ended the connection."""
    with pytest.raises(ConnectionClosed) as closed:
        page.read_on()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_a_ticket_opens_one_socket(anna: Browser) -> None:
    ticket = anna.ticket().json()["ticket"]
    anna.page("p1", ticket=ticket).hear("hello")
    assert close_code(anna.page("p2", ticket=ticket)) == 4401


def test_a_visit_is_entered_watched_left_in_this_order(rooms: Rooms, anna: Browser) -> None:
    page = anna.page("p1")
    hello = page.hear("hello")
    assert (hello["stage"]["phase"], hello["name"], hello["heartbeat"]) == ("on_air", "Анна", 10)
    assert "ещё не время" not in str(hello)
    page.beat(1)
    rooms.facts("S1", until=Entered.name)
    page.beat(1.2)
    page.say(type="bye", position=1.3, playing=True, page="p1")
    facts = rooms.facts("S1", until=Left.name)
    assert names(facts) == ["entered", "watched", "left"]
    assert facts[2].as_event(Left).reason == "closed"
    assert {(fact.lead_id, fact.webinar_id) for fact in facts} == {("lead-anna", WEBINAR)}


def test_opening_the_page_alone_is_no_entry(rooms: Rooms, anna: Browser) -> None:
    page = anna.page("p1")
    page.hear("hello")
    page.beat(0, playing=False)
    page.close()
    other = rooms.guest("S1", "lead-boris")
    other.page("p2").beat(1)
    assert {fact.lead_id for fact in rooms.facts("S1", until=Entered.name)} == {"lead-boris"}


@HURRIED
def test_who_has_joined_is_not_asked_to_join_again(
    rooms: Rooms, anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.room.socket.JOIN_SECONDS", 0.1)
    page = anna.page("p1")
    page.hear("hello")
    for _ in range(2):
        page.hear("pulse")
    page.say(type="chat", id="c1", text="я тут")
    assert page.hear("ack")["ok"]


def test_the_seat_goes_to_the_newer_page_and_the_older_is_told(rooms: Rooms, anna: Browser) -> None:
    first = anna.page("p1")
    first.hear("hello")
    first.beat(1)
    rooms.facts("S1", until=Entered.name)
    second = anna.page("p2")
    assert second.hear("hello")["present"] == 1
    assert close_code(first) == 4409
    second.beat(1)
    facts = rooms.facts("S1", until=Entered.name, count=2)
    assert [fact.as_event(Left).reason for fact in facts if fact.name == Left.name] == ["taken_over"]
    assert [fact.as_event(Entered).visit_no for fact in facts if fact.name == Entered.name] == [1, 2]


@HURRIED
def test_a_dead_peer_has_left_at_its_last_heartbeat(rooms: Rooms, anna: Browser) -> None:
    page = anna.page("p1")
    page.hear("hello")
    page.beat(1)
    entered = rooms.facts("S1", until=Entered.name)[0]
    assert close_code(page) == 4408  # the socket stays open on our side, but nothing is said any more
    left = next(fact for fact in rooms.facts("S1", until=Left.name) if fact.name == Left.name)
    assert left.as_event(Left).reason == "timed_out"
    assert left.occurred_at - entered.occurred_at < dtm.timedelta(seconds=HEARTBEAT_SECONDS)


def test_a_page_that_reconnects_goes_on_with_its_visit(rooms: Rooms, anna: Browser) -> None:
    page = anna.page("p1")
    page.hear("hello")
    page.beat(1)
    rooms.facts("S1", until=Entered.name)
    again = anna.page("p1")
    again.hear("hello")
    again.beat(1.3)
    again.say(type="bye", position=1.4, playing=True, page="p1")
    assert names(rooms.facts("S1", until=Left.name)) == ["entered", "watched", "left"]


def test_a_restarted_app_goes_on_with_the_visit(warehouse: LocalWarehouse) -> None:
    with running(warehouse) as before:
        before.schedule("S1", starts_in=-1, seconds=3600)
        page = before.guest("S1", "lead-anna").page("p1")
        page.hear("hello")
        page.beat(1)
        before.facts("S1", until=Entered.name)
        page.socket.socket.close()  # the network is gone, and with it our process
    with running(warehouse) as after:
        after.schedule("S1", starts_in=-1, seconds=3600)
        page = after.guest("S1", "lead-anna").page("p1")
        page.hear("hello")
        page.beat(2)
        page.say(type="bye", position=2, playing=True, page="p1")
        facts = after.facts("S1", until=Left.name)
    assert [fact.as_event(Entered).visit_no for fact in facts if fact.name == Entered.name] == [1]


def test_a_chat_line_is_durable_before_it_is_called_sent_and_then_everybody_sees_it(
    rooms: Rooms, anna: Browser
) -> None:
    mine, theirs = anna.page("p1"), rooms.guest("S1", "lead-boris", "Борис").page("p2")
    mine.hear("hello")
    theirs.hear("hello")
    mine.say(type="chat", id="c1", text="  Слышно\nхорошо  ")
    ack = mine.hear("ack")
    (stored,) = [fact for fact in rooms.facts("S1") if fact.name == ChatPosted.name]
    assert (ack["ok"], ack["line"]) == (True, stored.properties["action_id"])
    (row,) = rooms.warehouse.people(["lead-anna"], [Personal.CHAT_TEXT])
    assert (row.value, row.ref) == ("Слышно хорошо", ack["line"])
    (line,) = theirs.hear("tick", having="chat")["chat"]
    assert (line["author"], line["text"]) == ("Анна", "Слышно хорошо")
    assert "lead-anna" not in str(line)
    history = rooms.guest("S1", "lead-vera").page("p3").hear("hello")
    assert ([said["text"] for said in history["chat"]], history["own"]) == (["Слышно хорошо"], [])


def test_the_chat_refuses_what_is_empty_too_long_or_too_fast(anna: Browser) -> None:
    page = anna.page("p1")
    page.hear("hello")
    errors = []
    for number, text in enumerate(("   ", "x" * 501, "один", "два")):
        page.say(type="chat", id=str(number), text=text)
        errors.append(page.hear("ack")["error"])
    assert errors == ["empty", "too_long", None, "too_fast"]


def test_an_offer_is_shown_clicked_and_its_form_sent_once(rooms: Rooms, anna: Browser) -> None:
    page = anna.page("p1")
    assert [offer["id"] for offer in page.hear("hello")["offers"]] == ["o1"]
    page.beat(1)
    rooms.facts("S1", until=Entered.name)
    for frame in ("offer_shown", "offer_shown", "offer_clicked"):
        page.say(type=frame, id="x", offer="o1")
        assert page.hear("ack")["ok"]
    for answer in ({}, {"contact": "+7 900 123-45-67"}, {"contact": "again"}):
        page.say(type="form", id="f", offer="o1", answers=answer)
        assert page.hear("ack")["error"] == (None if answer else "empty")
    facts = names(rooms.facts("S1", until=FormSubmitted.name))
    expected = [OfferShown.name, OfferClicked.name, FormSubmitted.name]
    assert facts == ["entered", *(name.removeprefix("client_webinar_") for name in expected)]
    (row,) = rooms.warehouse.people(["lead-anna"], [Personal.FORM_ANSWERS])
    assert "+7 900 123-45-67" in row.value


def test_a_session_ends_for_everybody_and_watching_its_recording_is_a_fact_of_its_own(rooms: Rooms) -> None:
    rooms.schedule("S2", starts_in=3600, seconds=2)
    anna = rooms.guest("S2", "lead-anna")
    page = anna.page("p1")
    assert page.hear("hello")["stage"]["phase"] == "lobby"
    assert anna.ticket("replay").json()["error"] == "not_yet"
    rooms.move("S2", starts_in=0, seconds=6)
    assert page.hear("tick", having="stage")["stage"]["phase"] == "on_air"
    page.beat()
    over = page.watch("over")
    page.beat(2)
    facts = rooms.facts("S2", until=Left.name)
    assert names(facts)[0] == "entered"
    assert [fact.as_event(Left).reason for fact in facts if fact.name == Left.name] == ["session_over"]
    assert Watched.name in {fact.name for fact in facts}
    assert over["replay"] == "/replay/S2"
    replay = anna.page("r1", use="replay")
    assert replay.hear("hello")["stage"]["phase"] == "replay"
    replay.say(type="beat", position=0, playing=True)
    replay.say(type="beat", position=1, playing=True)
    replay.close()
    assert ReplayWatched.name in {fact.name for fact in rooms.facts("S2", until=ReplayWatched.name)}


def test_a_live_room_plays_when_the_host_goes_on_air(rooms: Rooms) -> None:
    rooms.schedule("S3", starts_in=-60, seconds=600, mode="live")
    page = rooms.guest("S3", "lead-anna").page("p1")
    assert page.hear("hello")["stage"]["phase"] == "lobby"
    stated = {"emitter": Emitter.STUDIO, "occurred_at": dtm.datetime.now(dtm.UTC), "webinar_id": WEBINAR}
    rooms.warehouse.append([Fact.of(WebinarStarted(), session_id="S3", **stated)])  # type: ignore[arg-type]
    stage = page.hear("tick", having="stage")["stage"]
    assert (stage["phase"], stage["mode"], stage["media"]["kind"]) == ("on_air", "live", "file")


def test_the_video_is_served_in_ranges_to_who_has_a_seat_and_to_nobody_else(rooms: Rooms, anna: Browser) -> None:
    url = anna.page("p1").hear("hello")["stage"]["media"]["url"]
    part = anna.http.get(url, headers={"range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert Browser(rooms, "S1").http.get(url).status_code == 403
    assert anna.http.get(url.replace("sample.mp4", "other.mp4")).status_code == 404
    assert anna.http.get("/media/invented/sample.mp4").status_code == 403


def test_a_foreign_page_gets_neither_ticket_nor_socket(anna: Browser) -> None:
    foreign = {"origin": "https://evil.example"}
    answer = anna.http.post("/api/v1/rooms/S1/ticket", json={}, headers=foreign)
    assert (answer.status_code, answer.json()["error"]) == (403, "foreign_origin")
    with pytest.raises(InvalidStatus):
        anna.page("p1", origin="https://evil.example")


def test_without_a_seat_one_is_told_where_to_get_one(rooms: Rooms, anna: Browser) -> None:
    assert anna.ticket().status_code == 200
    answer = Browser(rooms, "S1").ticket()
    assert (answer.status_code, answer.json()["error"], answer.json()["landing"]) == (401, "no_seat", f"/w/{WEBINAR}")
    assert Browser(rooms, "S9").ticket().status_code == 404
    link = anna.http.get("/j/invented")
    assert (link.status_code, "Ссылка не открывает комнату" in link.text) == (404, True)


def test_what_is_no_frame_ends_the_connection(anna: Browser) -> None:
    for text, code in (("{", 4400), ('{"type":"dance"}', 4400), ("x" * 9000, 4413)):
        page = anna.page("p1")
        page.hear("hello")
        page.socket.send(text)
        assert close_code(page) == code
    page = anna.page("p1")
    with suppress(ConnectionClosed):  # the room may have hung up before the last of them is out
        for _ in range(60):
            page.beat(0)
    assert close_code(page) == 4429


def test_a_ticket_that_is_not_ours_opens_nothing(anna: Browser) -> None:
    assert close_code(anna.page("p1", ticket="invented")) == 4401


def test_a_page_that_closes_says_its_last_word_by_beacon(rooms: Rooms, anna: Browser) -> None:
    page = anna.page("p1")
    page.hear("hello")
    page.beat(1)
    rooms.facts("S1", until=Entered.name)
    answer = anna.http.post("/api/v1/rooms/S1/bye", json={"page": "p1", "position": 1.1, "playing": True})
    assert answer.status_code == 204
    assert names(rooms.facts("S1", until=Left.name)) == ["entered", "watched", "left"]
    assert Completed.name not in names(rooms.facts("S1"))


def test_an_address_of_the_whole_media_folder_opens_nothing(anna: Browser) -> None:
    until = int(time.time()) + 60
    for covered, status in (("sample.mp4", 200), (".", 403), ("", 403)):
        signed = sign("media", {"path": covered, "session": "S1", "until": until})
        assert anna.http.head(f"/media/{signed}/sample.mp4").status_code == status
