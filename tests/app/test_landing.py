"""The landing page: light, whole without a script, and whatever is wrong with a form, nothing typed is lost."""

import asyncio
import datetime as dtm
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.registration import form, landing
from app.settings import Settings
from app.shared import schedule, signing, texts
from app.shared import warehouse as connection
from domain.events import Emitter, Fact, PartnerJoined, WebinarConfigured, WebinarScheduled
from domain.referral import signed
from tests.app.landing_page import ORIGIN, Shown, Visitor
from warehouse.client import FlightWarehouse
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)
SESSION = "LANDING1"
TYPED = {
    "name": "Вера <Пример>",
    "phone": "+7 900 000-07-07",
    "email": "",
    "processing": "on",
    "time_zone": "Asia/Omsk",
}
FIRST_FLIGHT = 14_000
"""Bytes a server may send before it hears from the browser again (ten segments)."""


@pytest.fixture
def house(warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    webinar = WebinarConfigured(
        action_id="a", slug="start", title={"ru": "Воронка <без> потерь", "en": "No losses"},
        summary={"ru": "О чём & зачем"}, host_name="Мария", duration_seconds=3600, time_zone="Europe/Moscow",
    )  # fmt: skip
    plan = WebinarScheduled(action_id="b", starts_at=NOW + dtm.timedelta(days=1), duration_seconds=3600, mode="auto")
    said = {"emitter": Emitter.STUDIO, "occurred_at": NOW, "webinar_id": "w-start"}
    partner = Fact.of(PartnerJoined(partner_id="p-1", code="anna7"), emitter=Emitter.CORE, occurred_at=NOW)
    warehouse.append([Fact.of(webinar, **said), Fact.of(plan, session_id=SESSION, **said), partner])  # type: ignore[arg-type]
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    asyncio.run(schedule.refresh())
    yield warehouse
    connection.install(None)


@pytest.fixture
def visitor(house: LocalWarehouse, tmp_path: Path) -> Visitor:
    del house
    return Visitor(tmp_path, "start")


def names(house: LocalWarehouse) -> list[str]:
    told = {"touch_recorded", "core_ingest_event", "client_webinar_registered"}
    return [fact.name for fact in house.facts_after(0, limit=1000).facts if fact.name in told]


def test_the_page_says_everything_without_a_script_and_unfurls(visitor: Visitor) -> None:
    page = visitor.opens()
    assert page.status == 200
    assert "<title>Воронка &lt;без&gt; потерь</title>" in page.text
    assert '<meta property="og:description" content="О чём &amp; зачем">' in page.text
    assert '<meta property="og:url" content="http://localhost:3000/w/start">' in page.text
    assert "og.png" in page.text
    assert page.sessions == [SESSION]
    assert page.fields["session"] == SESSION, "the nearest one is chosen"
    assert "Europe/Moscow, UTC+03:00" in page.text, "a time names its zone"
    assert {"name", "phone", "email", "consent-processing", "submit", "countdown"} <= page.marks


def test_one_file_is_all_the_first_picture_waits_for(visitor: Visitor) -> None:
    page = visitor.opens()
    asked = [attrs for tag, attrs in page.tags if tag == "script" or attrs.get("rel") == "stylesheet"]
    assert asked == [{"defer": "", "src": "/theme.js"}, {"type": "module", "src": "/assets/landing-1.js"}]
    assert "<style>" in page.text, "and these two wait for the picture"
    assert "_event" not in page.text
    assert len(gzip.compress(page.text.encode(), 6)) < FIRST_FLIGHT


def test_the_page_is_packed_for_who_takes_it_packed(visitor: Visitor) -> None:
    answer = visitor.caller.get("/w/start", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text.rstrip().endswith("</html>")
    assert "Accept-Encoding" in answer.headers["vary"]


def test_a_webinar_that_does_not_exist_is_not_found_and_says_what_to_do(house: LocalWarehouse, tmp_path: Path) -> None:
    page = Visitor(tmp_path, "nowhere").opens()
    assert page.status == 404
    assert "landing-missing" in page.marks
    assert names(house) == []


def test_english_is_spoken_to_who_asks_for_it_and_the_address_stays(visitor: Visitor) -> None:
    page = visitor.opens("?lang=en&ref=anna7&utm_source=vk")
    assert ('<html lang="en">' in page.text, "No losses" in page.text) == (True, True)
    [action] = [attrs["action"] for tag, attrs in page.tags if tag == "form" and attrs.get("id") == "sign-up"]
    assert action == "/w/start?lang=en&ref=anna7&utm_source=vk"
    hidden = [(attrs["name"], attrs["value"]) for tag, attrs in page.tags if tag == "input" and "value" in attrs]
    assert ("ref", "anna7") in hidden, "the language switch keeps where one came from"
    answer = Shown(visitor.sends({"name": ""}))
    assert answer.errors["name"] == texts.translate("en", "landing.error.name_required")


def test_looking_is_no_visit_and_a_page_that_is_shown_is_one(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens(f"?ref={signed('anna7', signing.key())}&utm_source=vk&utm_campaign=spring", referer="https://t.me/x")
    assert names(house) == [], "link previews look too"
    assert visitor.sees() == 204
    assert visitor.sees() == 204, "the same opening said twice"
    [touch] = house.facts_of(names=["touch_recorded"])
    assert touch.properties["partner_id"] == "p-1"
    assert (touch.properties["utm"]["source"], touch.properties["utm"]["campaign"]) == ("vk", "spring")
    assert (touch.properties["landing"], touch.properties["referrer_host"]) == ("/w/start", "t.me")
    assert touch.properties["visitor_id"] == visitor.caller.cookies["efir_visitor"]
    assert touch.webinar_id == "w-start"
    visitor.opens()
    visitor.sees()
    assert len(house.facts_of(names=["touch_recorded"])) == 2, "each opening is a visit"


def test_nobody_else_can_say_that_a_page_was_shown(visitor: Visitor, house: LocalWarehouse) -> None:
    page = visitor.opens()
    foreign = {"origin": "https://elsewhere.example"}
    assert visitor.caller.post("/w/start/seen", content=page.fields["opening"], headers=foreign).status_code == 403
    assert visitor.caller.post("/w/start/seen", content="invented", headers=ORIGIN).status_code == 400
    assert visitor.caller.post("/w/start/seen", content="x" * 50_000, headers=ORIGIN).status_code == 400
    assert names(house) == []


def test_a_sign_up_carries_the_visit_and_leads_to_the_thank_you_page(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens(f"?ref={signed('anna7', signing.key())}&utm_source=vk", referer="https://t.me/x")
    visitor.sees()
    answer = visitor.sends(TYPED)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/thanks/")
    [ingest] = house.facts_of(names=["core_ingest_event"])
    assert (ingest.properties["partner_id"], ingest.properties["utm"]["source"]) == ("p-1", "vk")
    assert ingest.properties["time_zone"] == "Asia/Omsk"
    [touch] = house.facts_of(names=["touch_recorded"])
    assert ingest.properties["visitor_id"] == touch.properties["visitor_id"]
    [place] = house.facts_of(names=["client_webinar_registered"])
    assert place.session_id == SESSION


def test_our_script_is_told_where_to_go(visitor: Visitor) -> None:
    visitor.opens()
    answer = visitor.sends(TYPED, accept="application/json")
    assert answer.json()["next"].startswith("/thanks/")


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens()
    answer = Shown(visitor.sends({"name": "Вера <Пример>", "phone": "8 900", "marketing": "on"}))
    assert answer.status == 422
    assert answer.errors.keys() == {"phone", "processing"}
    assert (answer.fields["name"], answer.fields["phone"]) == ("Вера <Пример>", "8 900")
    assert (answer.fields["marketing"], answer.fields["session"]) == ("on", SESSION)
    assert "<Пример>" not in answer.text
    assert names(house) == []
    visitor.page = answer
    assert visitor.sends({"phone": "+7 900 000-07-07", "processing": "on"}).status_code == 303


def test_the_same_form_twice_is_one_sign_up_and_another_person_is_another(
    visitor: Visitor, house: LocalWarehouse
) -> None:
    visitor.opens()
    for _ in range(2):
        assert visitor.sends(TYPED).status_code == 303
    assert names(house).count("core_ingest_event") == 1
    visitor.sends(TYPED | {"phone": "+7 900 000-08-08"})  # back in the same page, for somebody else
    assert names(house).count("core_ingest_event") == 2
    leads = {fact.lead_id for fact in house.facts_of(names=["core_ingest_event"])}
    assert len(leads) == 2
    assert house.rejected() == []


def test_who_knows_a_submission_cannot_send_it_again_as_its_owner(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens()
    visitor.sends(TYPED)
    [ingest] = house.facts_of(names=["core_ingest_event"])
    visitor.caller.cookies.clear()
    visitor.opens()
    forged = {"opening": ingest.properties["submission_id"], "submission_id": ingest.properties["submission_id"]}
    assert Shown(visitor.sends(TYPED | forged)).errors.keys() == {"form"}
    visitor.sends(TYPED | {"submission_id": ingest.properties["submission_id"]})
    stated = house.facts_of(names=["core_ingest_event"])
    assert [fact.properties["is_proven"] for fact in stated] == [True, False]


def test_an_opening_of_another_webinar_or_house_is_asked_for_anew(visitor: Visitor, house: LocalWarehouse) -> None:
    page = visitor.opens()
    other = signing.sign("seat", {"form_id": "x"})
    answer = Shown(visitor.sends(TYPED | {"opening": other}))
    assert (answer.status, answer.errors.keys()) == (422, {"form"})
    assert answer.fields["name"] == TYPED["name"]
    assert answer.fields["opening"] != page.fields["opening"]
    assert names(house) == []
    visitor.page = answer
    assert visitor.sends({}).status_code == 303, "sent again it is taken"


def test_a_form_of_another_site_is_refused(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens()
    answer = visitor.sends(TYPED, origin="https://elsewhere.example")
    assert answer.status_code == 403
    assert names(house) == []


def test_a_robot_is_counted_and_is_nobody_s_task(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens()
    for _ in range(2):
        assert Shown(visitor.sends(TYPED | {form.HONEYPOT: "555"})).errors["form"]
    [kept] = house.rejected()
    assert (kept.code, kept.state, kept.count) == ("honeypot", "discarded", 2)
    assert names(house) == []


def test_too_many_tries_are_slowed_down_and_nothing_typed_is_lost(house: LocalWarehouse, tmp_path: Path) -> None:
    visitor = Visitor(tmp_path, "start", Settings(form_submissions_per_minute=1))
    visitor.opens()
    visitor.sends({"name": "Вера"})
    refused = visitor.sends(TYPED)
    answer = Shown(refused)
    assert (answer.status, answer.fields["name"]) == (429, TYPED["name"])
    assert "минуту" in answer.errors["form"]
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert names(house) == []


def test_whoever_opens_pages_without_end_is_told_when_to_come_back(
    house: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "SEEN_BURST", 1.0)
    monkeypatch.setattr(landing, "SEEN_PER_SECOND", 1 / 600)
    visitor = Visitor(tmp_path, "start")
    opening = visitor.opens().fields["opening"]
    assert visitor.sees() == 204
    refused = visitor.caller.post("/w/start/seen", content=opening, headers=ORIGIN)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 600
    assert names(house) == ["touch_recorded"]


def test_a_form_of_absurd_size_is_not_read(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens()
    assert visitor.sends(TYPED | {"name": "я" * 20_000}).status_code == 422
    assert names(house) == []


def test_a_warehouse_that_is_away_loses_nothing_typed(visitor: Visitor, house: LocalWarehouse) -> None:
    visitor.opens()
    connection.install(FlightWarehouse(1, "none", patience_seconds=0))
    assert visitor.sees() == 503
    answer = Shown(visitor.sends(TYPED))
    assert (answer.status, answer.fields["name"]) == (503, TYPED["name"])
    assert answer.errors["form"]
    connection.install(house)
    visitor.page = answer
    assert visitor.sends({}).status_code == 303
