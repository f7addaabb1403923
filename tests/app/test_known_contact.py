"""Somebody types Anna's number. As an attacker would: what do they see, take over, change? And Anna on a new phone?"""

import asyncio
import datetime as dtm
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.registration import form, registrar, visits
from app.registration.thanks import Thanks
from app.room.seats import Seat, cookie_name, cookie_value
from app.shared import schedule, telegram
from app.shared import warehouse as connection
from domain.events import Emitter, Fact, TelegramLinked
from domain.leads import fold_lead
from domain.reaction import react
from tests.app.rooms import WEBINAR, Browser, Rooms, running
from tests.app.tab import Tab
from tests.app.test_room_host import console
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse
from warehouse.reads import room

NOW = dtm.datetime.now(dtm.UTC)
PHONE, MAIL = "+79001234567", "attacker@example.org"
ANNAS = ("Анна", "Аннова", PHONE, "annas", "me/", "telegram/", "?start=")
"""What must not be read by somebody who only knows the number."""


@pytest.fixture
def rooms(warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "10")
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    with running(warehouse) as opened:
        opened.schedule("S1", starts_in=-5, seconds=3600)
        yield opened


def sign_up(
    name: str, submission: str, browser: str, *, email: str | None = None, phone: str | None = PHONE
) -> dict[str, str]:
    """The form of the landing page; returns the token of the thank-you page and what it stands for."""
    signup = form.SignUp(name, phone, email, "S1", ("processing", "marketing"), "Asia/Tokyo")
    desk = registrar.Desk(submission, WEBINAR, "en", "192.0.2.1", "test", browser=browser)
    visit = visits.Visit(f"visitor-{browser}", "/w/funnel")
    token = asyncio.run(registrar.register(connection.get(), signup, visit, desk, now=dtm.datetime.now(dtm.UTC)))
    body = tokens.redeem(connection.blocking(), "thanks", token, now=NOW)
    assert body is not None
    return {"token": token, **body}


def page(token: str) -> Thanks:
    return Tab(at=f"/thanks/{token}").call(Thanks, "opened")


@pytest.fixture
def anna(rooms: Rooms) -> dict[str, str]:
    """Anna signed up on her own phone, in Russian, and linked her chat."""
    found = sign_up("Анна Аннова", "sub-anna", "annas-phone")
    lead = found["lead_id"]
    linked = Fact.of(TelegramLinked(update_id=7), emitter=Emitter.NOTIFIER, occurred_at=NOW, lead_id=lead)
    rooms.warehouse.append([linked], personal=[PersonalRow(lead, Personal.TELEGRAM_CHAT_ID, "annas-chat")])
    return found


@pytest.fixture
def attacker(anna: dict[str, str]) -> dict[str, str]:
    """Somebody who knows Anna's number and adds an address of their own."""
    del anna
    return sign_up("Мало Злой", "sub-attacker", "attackers-laptop", email=MAIL)


def test_the_page_says_it_is_booked_and_gives_nothing_of_the_owner_away(
    anna: dict[str, str], attacker: dict[str, str]
) -> None:
    shown = page(attacker["token"])
    assert (shown.status, shown.standing) == ("registered", "guest")
    assert (shown.me_url, shown.telegram_url, shown.is_linked) == ("", "", False)
    said = json.dumps(shown.dict(), default=str, ensure_ascii=False)
    assert [secret for secret in (*ANNAS, anna["lead_id"]) if secret in said] == []


def test_no_link_to_data_or_chat_can_be_made_from_the_page(rooms: Rooms, attacker: dict[str, str]) -> None:
    page(attacker["token"])
    for purpose in ("me", "telegram_link"):
        for token in (attacker["token"], tokens.derived(purpose, attacker["token"])):
            assert tokens.peek(rooms.warehouse, purpose, token, now=NOW) is None


def test_the_owners_data_consents_language_and_contacts_stay(
    rooms: Rooms, anna: dict[str, str], attacker: dict[str, str]
) -> None:
    assert attacker["lead_id"] == anna["lead_id"]
    known = {row.kind: row.value for row in rooms.warehouse.people([anna["lead_id"]])}
    assert (known[Personal.NAME], known[Personal.PHONE]) == ("Анна Аннова", PHONE)
    assert Personal.EMAIL not in known
    facts = rooms.warehouse.facts_of(lead_ids=[anna["lead_id"]])
    assert [fact.name for fact in facts].count("core_ingest_event") == 2, "one more touch of the same lead"
    assert [fact.name for fact in facts].count("client_webinar_registered") == 1
    consents = [fact for fact in react(facts, schedule.current(), NOW).facts if fact.name == "consent_given"]
    assert {fact.properties["given_by"] for fact in consents} == {
        fact.event_id for fact in facts if fact.properties.get("submission_id") == "sub-anna"
    }
    before = fold_lead([fact for fact in facts if fact.properties.get("is_proven", True)])
    after = fold_lead(facts)
    assert (after.language, after.time_zone) == (before.language, before.time_zone)
    assert not rooms.warehouse.identify({Personal.EMAIL: MAIL}, proposed_lead_id="new").is_known, "no contact is added"


def enter(rooms: Rooms, token: str) -> Browser:
    """Through the room link of a thank-you page."""
    link = page(token).room_url
    browser = Browser(rooms, "S1")
    assert browser.http.get(link[link.index("/j/") :]).status_code == 303
    return browser


def test_in_the_room_the_guest_has_a_seat_of_their_own_under_the_name_they_typed(
    rooms: Rooms, anna: dict[str, str], attacker: dict[str, str]
) -> None:
    own = enter(rooms, anna["token"]).page("annas-page")
    assert own.hear("hello")["name"] == "Анна"
    own.beat(5)
    own.say(type="chat", id="a1", text="моя строка")
    own.hear("ack")
    guest = enter(rooms, attacker["token"]).page("strangers-page")
    hello = guest.hear("hello")
    assert (hello["name"], hello["own"], hello["submitted"]) == ("Мало", [], [])
    guest.beat(5)
    guest.say(type="chat", id="g1", text="чужая строка")
    assert guest.hear("ack")["ok"]
    own.beat(6)  # a page that had lost its seat would be closed by now
    own.say(type="chat", id="a2", text="я ещё здесь")
    assert own.hear("ack")["ok"]
    visits_ = [fact.properties["visit_no"] for fact in rooms.facts("S1", until="client_webinar_entered", count=2)
               if fact.name == "client_webinar_entered"]  # fmt: skip
    assert len(set(visits_)) == 2, "two seats of one lead never share a visit"
    assert rooms.warehouse.rejected() == []


def test_after_a_restart_the_guests_lines_still_bear_the_name_they_typed(
    rooms: Rooms, anna: dict[str, str], attacker: dict[str, str], warehouse: LocalWarehouse
) -> None:
    guest = enter(rooms, attacker["token"]).page("strangers-page")
    guest.hear("hello")
    guest.say(type="chat", id="g1", text="чужая строка")
    assert guest.hear("ack")["ok"]
    [line] = room.chat(warehouse, "S1", lines=10)
    assert (line.lead_id, line.name) == (anna["lead_id"], "Мало")


def seated(rooms: Rooms, seat: Seat) -> Browser:
    """A browser that holds this seat already."""
    browser = Browser(rooms, seat.session_id)
    browser.http.cookies.set(cookie_name(seat.session_id), cookie_value(seat))
    return browser


def test_after_a_restart_a_guests_words_are_theirs_and_a_muted_one_stays_muted(
    warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    own, guest = Seat("lead-anna", WEBINAR, "S1"), Seat("lead-anna", WEBINAR, "S1", "strangers-seat")
    with running(warehouse) as before:
        before.schedule("S1", starts_in=-1, seconds=3600)
        page = seated(before, guest).page("p1")
        page.hear("hello")
        page.say(type="chat", id="c1", text="до запрета")
        assert page.hear("ack")["ok"]
        page.say(type="question", id="q1", text="мой вопрос")
        assert page.hear("ack")["ok"]
        assert console(before).do("mute", guest=guest.key)["ok"]
        page.say(type="chat", id="c2", text="в пустоту")
        assert page.hear("ack")["ok"]
    with running(warehouse) as after:
        after.schedule("S1", starts_in=-1, seconds=3600)
        owner = seated(after, own).page("p2").hear("hello")
        assert [line["text"] for line in owner["chat"]] == ["до запрета"]
        assert owner["own"] == [], "a stranger's words are not the owner's"
        assert owner.keys().isdisjoint({"shadow", "asked"})
        again = seated(after, guest).page("p3").hear("hello")
        assert [line["text"] for line in again["shadow"]] == ["в пустоту"]
        assert len(again["asked"]) == 1
        assert again["chat"][0]["id"] in again["own"]


def test_the_owner_comes_again_in_their_browser_and_sees_everything(anna: dict[str, str]) -> None:
    again = sign_up("Анна А.", "sub-again", "annas-phone")
    shown = page(again["token"])
    assert (again["lead_id"], shown.standing, shown.is_linked) == (anna["lead_id"], "own", True)
    assert "/me/" in shown.me_url


def test_a_browser_cannot_become_known_by_typing_the_number_twice(
    anna: dict[str, str], attacker: dict[str, str]
) -> None:
    del anna, attacker
    for submission, email in (("sub-2", MAIL), ("sub-3", None)):
        assert sign_up("Мало Злой", submission, "attackers-laptop", email=email)["standing"] == "guest"
    mine = sign_up("Мало Злой", "sub-4", "attackers-laptop", phone=None, email=MAIL)
    assert mine["standing"] == "own", "their own address makes their own lead"
    both = sign_up("Мало Злой", "sub-5", "attackers-laptop", email=MAIL)
    assert both["lead_id"] == mine["lead_id"], "a mixed form stays with the lead that is proven"


def test_showing_the_page_again_makes_no_new_links(rooms: Rooms, anna: dict[str, str]) -> None:
    lead = sign_up("Вера", "sub-vera", "veras-phone", phone="+79001110000")
    first = page(lead["token"])
    stored = len(rooms.warehouse.entries(tokens.COLLECTION))
    second = page(lead["token"])
    assert first.telegram_url == second.telegram_url
    assert first.telegram_url.startswith(("https://t.me/", "http://localhost"))
    assert (first.room_url, first.me_url) == (second.room_url, second.me_url)
    assert len(rooms.warehouse.entries(tokens.COLLECTION)) == stored
    assert page(anna["token"]).is_linked


def test_a_page_of_before_this_rule_shows_the_place_and_no_more(rooms: Rooms, anna: dict[str, str]) -> None:
    body = {"lead_id": anna["lead_id"], "webinar_id": WEBINAR, "session_id": "S1"}
    old = tokens.mint(rooms.warehouse, "thanks", body, now=NOW, ttl=dtm.timedelta(days=1))
    shown = page(old)
    assert (shown.standing, shown.me_url, shown.telegram_url) == ("booked", "", "")
    assert "/j/" in shown.room_url


def test_the_bot_is_where_one_proves_that_a_number_is_theirs() -> None:
    assert telegram.Bot("efir_bot", "telegram").chat_url == "https://t.me/efir_bot"
    assert telegram.Bot("", "dry_run").chat_url == ""


def notify(browser: Browser, cookie: str = "") -> dict[str, str]:
    """What the waiting room asks for its Telegram button, from a browser with this secret."""
    if cookie:
        browser.http.cookies.set("efir_browser", cookie)
    answer = browser.http.post("/api/v1/rooms/S1/telegram")
    return dict(answer.json())


def test_only_a_browser_known_to_be_the_leads_gets_a_link_that_makes_a_chat_theirs(rooms: Rooms) -> None:
    vera = sign_up("Вера", "sub-vera", "veras-phone", phone="+79001110000")
    own = enter(rooms, vera["token"])
    first = notify(own, "veras-phone")["url"]
    assert "/telegram/" in first
    assert notify(own)["url"] == first, "asking again makes no new link"
    assert notify(enter(rooms, vera["token"]))["url"] == "", "a forwarded room link is no way to her chat"
    guest = sign_up("Мало Злой", "sub-guest", "attackers-laptop", phone="+79001110000")
    assert notify(enter(rooms, guest["token"]), "attackers-laptop")["url"] == ""
    assert Browser(rooms, "S1").http.post("/api/v1/rooms/S1/telegram").status_code == 403


def test_a_linked_lead_is_not_asked_again(rooms: Rooms, anna: dict[str, str]) -> None:
    assert notify(enter(rooms, anna["token"]), "annas-phone") == {"url": ""}
