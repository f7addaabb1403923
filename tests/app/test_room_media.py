"""Video addresses: short-lived, renewed for who may watch, refused to who was sent out; recordings with offers."""

import datetime as dtm
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.replay.offers import offers_of_recording, stretches
from app.room import bans, media
from app.room.addresses import LONGEST, read
from app.shared.signing import sign
from domain.events import ChatModerated, Emitter, Fact, Offer, OfferHidden, OfferLaunched, WebinarConfigured
from domain.webinars import Session
from tests.app.rooms import WEBINAR, Rooms, running
from warehouse.local import LocalWarehouse

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "10")
    monkeypatch.setattr(bans, "_known", bans._Known())  # noqa: SLF001 - another test's sessions are not ours


@pytest.fixture
def rooms(warehouse: LocalWarehouse) -> Iterator[Rooms]:
    with running(warehouse) as opened:
        yield opened


def ban(rooms: Rooms, session_id: str, lead_id: str) -> None:
    """The host sends a guest out."""
    event = ChatModerated(action_id="ban", by="host@example.org", deed="guest_banned", guest_id=lead_id)
    now = dtm.datetime.now(dtm.UTC)
    stated = {"emitter": Emitter.STUDIO, "occurred_at": now, "webinar_id": WEBINAR, "session_id": session_id}
    rooms.warehouse.append([Fact.of(event, **stated)], quarantine=False)  # type: ignore[arg-type]


def test_who_sits_in_the_room_gets_a_fresh_address_that_works(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-5, seconds=24 * 3600)
    browser = rooms.guest("S1", "lead-anna")
    answer = browser.http.post("/api/v1/rooms/S1/media", json={})
    media = answer.json()["media"]
    assert (answer.status_code, media["kind"]) == (200, "file")
    assert browser.http.get(media["url"], headers={"Range": "bytes=0-9"}).status_code == 206
    body = read(media["url"].split("/")[2], dtm.datetime.now(dtm.UTC))
    assert body is not None
    assert body["until"] <= (dtm.datetime.now(dtm.UTC) + LONGEST).timestamp()


def test_an_address_is_dead_after_its_time() -> None:
    now = dtm.datetime.now(dtm.UTC)
    signed = sign("media", {"path": "a.mp4", "session": "S1", "until": int(now.timestamp()) + 60})
    assert read(signed, now) is not None
    assert read(signed, now + dtm.timedelta(seconds=61)) is None


@pytest.mark.parametrize(("starts_in", "status"), [(3600, 410), (-7200, 410)])
def test_before_and_after_the_show_there_is_no_address(rooms: Rooms, starts_in: float, status: int) -> None:
    rooms.schedule("S1", starts_in=starts_in, seconds=3600)
    answer = rooms.guest("S1", "lead-anna").http.post("/api/v1/rooms/S1/media", json={})
    assert (answer.status_code, answer.json()) == (status, {"error": "nothing_shown"})


def test_nobody_gets_an_address_without_a_seat_or_from_elsewhere(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-5, seconds=3600)
    browser = rooms.guest("S1", "lead-anna")
    foreign = browser.http.post("/api/v1/rooms/S1/media", json={}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    browser.http.cookies.clear()
    assert browser.http.post("/api/v1/rooms/S1/media", json={}).status_code == 401


@pytest.mark.parametrize(("language", "title"), [("ru", "Ссылка на видео устарела"), ("en", "has expired")])
def test_an_address_that_has_expired_says_so_in_the_language_and_theme_of_whoever_opened_it(
    rooms: Rooms, language: str, title: str
) -> None:
    browser = rooms.guest("S1", "lead-anna")
    headers = {"accept-language": language, "cookie": "efir_theme=dark"}
    answer = browser.http.get("/media/long-ago/sample.mp4", headers=headers)
    assert answer.status_code == 403
    assert title in answer.text
    assert f'<html lang="{language}" data-theme="dark">' in answer.text


def test_who_was_sent_out_sees_neither_the_video_nor_the_recording(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-3700, seconds=3600)
    good, bad = rooms.guest("S1", "lead-good"), rooms.guest("S1", "lead-bad")
    address = good.http.post("/api/v1/rooms/S1/media", json={"use": "replay"}).json()["media"]["url"]
    ban(rooms, "S1", "lead-bad")
    bans._known.sessions.clear()  # noqa: SLF001 - what was believed for ten seconds
    assert bad.http.post("/api/v1/rooms/S1/media", json={"use": "replay"}).json() == {"error": "banned"}
    assert (bad.ticket("replay").status_code, bad.ticket("replay").json()["error"]) == (403, "banned")
    assert bad.http.get(address).status_code == 403
    assert good.http.get(address, headers={"Range": "bytes=0-9"}).status_code == 206
    assert good.ticket("replay").status_code == 200


def test_an_offer_is_taken_from_a_recording_and_the_answer_means_stored(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-3700, seconds=3600)
    page = rooms.guest("S1", "lead-anna").page("p1", use="replay")
    told = page.hear("hello")
    assert [(offer["id"], offer["when"]) for offer in told["offers"]] == [("o1", [[0.0, None]])]
    page.say(type="offer_shown", id="s", offer="o1")
    assert page.hear("ack")["ok"]
    page.say(type="offer_clicked", id="c", offer="o1")
    assert page.hear("ack")["ok"]
    page.say(type="form", id="f", offer="o1", answers={"contact": "+7 900 000-00-00"})
    assert page.hear("ack")["ok"]
    page.say(type="form", id="g", offer="unknown", answers={"contact": "x"})
    assert page.hear("ack")["error"] == "unknown_offer"
    names = [fact.name for fact in rooms.facts("S1")]
    assert names == ["client_webinar_offer_clicked", "client_webinar_form_submitted"], "and no visit"
    again = rooms.guest("S1", "lead-anna").page("p2", use="replay")
    assert again.hear("hello")["submitted"] == ["o1"]


def offer(**changes: float | None) -> Offer:
    return Offer.model_validate({"offer_id": "o", "title": {"ru": "О"}, "button": {"ru": "Да"}, **changes})


def test_an_offer_stands_in_the_recording_where_it_stood_on_air() -> None:
    timed = offer(show_at_seconds=60, hide_at_seconds=90)
    assert stretches(timed, []) == [(60, 90)]
    assert stretches(offer(show_at_seconds=60), []) == [(60, None)]
    assert stretches(offer(), []) == []
    assert stretches(offer(), [(10, True), (20, False), (30, True)]) == [(10, 20), (30, None)]
    assert stretches(timed, [(70, False)]) == [(60, 70)]
    assert stretches(timed, [(10, True)]) == [(10, None)], "once the host has touched it, the timetable is over"
    assert stretches(timed, [(10, False)]) == []


def test_what_the_host_did_is_placed_on_the_recordings_clock() -> None:
    session = Session("S1", "w", "live", ZERO, 3600, "ended", ZERO, ZERO + dtm.timedelta(hours=1))
    definition = WebinarConfigured(action_id="a", slug="w", title={}, duration_seconds=3600, offers=(offer(),))

    def done(cls: type[OfferLaunched | OfferHidden], at: float) -> Fact:
        event = cls(action_id=f"{cls.name}{at}", by="h", offer_id="o")
        moment = ZERO + dtm.timedelta(seconds=at)
        return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=moment, webinar_id="w", session_id="S1")

    (found,) = offers_of_recording(session, definition, [done(OfferLaunched, 100), done(OfferHidden, 200)])
    assert (found["id"], found["when"]) == ("o", [(100.0, 200.0)])
    assert offers_of_recording(session, definition, []) == []


@pytest.mark.parametrize(
    ("covered", "name"),
    [
        ("show", "../secret.mp4"),
        ("show", "../../secret.mp4"),
        ("show", "link.mp4"),
        ("..", "secret.mp4"),
        ("../secret.mp4", "secret.mp4"),
        ("show/../../secret.mp4", "secret.mp4"),
    ],
)
def test_nothing_outside_the_signed_path_is_given_away(tmp_path: Path, covered: str, name: str) -> None:
    media_folder = tmp_path / "home" / "media"
    (media_folder / "show").mkdir(parents=True)
    for place in (tmp_path / "home", media_folder):
        (place / "secret.mp4").write_bytes(b"not yours")
    (media_folder / "show" / "part.mp4").write_bytes(b"yours")
    (media_folder / "show" / "link.mp4").symlink_to(tmp_path / "home" / "secret.mp4")
    assert media.locate("show", "part.mp4", [media_folder]) == media_folder / "show" / "part.mp4"
    assert media.locate(covered, name, [media_folder]) is None
