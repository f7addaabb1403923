"""The form, the visit behind it, and what taking a person in writes: one lead, however often they come."""

import asyncio
import datetime as dtm
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest

from app.registration import form, registrar, visits
from app.registration.calendar import calendar, google_url, outlook_url
from app.registration.telegram import FIRST_DRY_UPDATE, start_update
from app.shared import warehouse as connection
from domain.events import (
    Emitter,
    Fact,
    PartnerJoined,
    WebinarCancelled,
    WebinarConfigured,
    WebinarRescheduled,
    WebinarScheduled,
)
from domain.referral import signed
from domain.webinars import Schedule, Session, Webinar, fold_schedule
from warehouse import tokens
from warehouse.interface import Personal
from warehouse.local import LocalWarehouse

NOW = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
DAY = dtm.timedelta(days=1)
KEY = "the house's key"
REF = signed("anna7", KEY)
GOOD: dict[str, Any] = {
    "name": " Анна  Тестова ", "phone": "8 900 123-45-67", "email": "", "session": "S1", "processing": True,
    "time_zone": "Asia/Omsk",
}  # fmt: skip


def refused(**changes: Any) -> dict[str, str]:
    answer = form.check({**GOOD, **changes}, open_sessions=("S1", "S2"))
    assert isinstance(answer, form.Refusal)
    return dict(answer.errors)


def taken(**changes: Any) -> form.SignUp:
    answer = form.check({**GOOD, **changes}, open_sessions=("S1", "S2"))
    assert isinstance(answer, form.SignUp)
    return answer


def test_a_good_form_gives_contacts_in_their_one_spelling() -> None:
    signup = taken()
    assert (signup.name, signup.phone, signup.email) == ("Анна Тестова", "+79001234567", None)
    assert (signup.session_id, signup.purposes, signup.time_zone) == ("S1", ("processing",), "Asia/Omsk")


def test_a_phone_or_an_address_is_enough_and_neither_is_not() -> None:
    assert taken(phone="", email="Anna@Example.org").email == "anna@example.org"
    assert refused(phone="") == {"phone": "landing.error.contact_required"}


def test_a_wrong_contact_is_told_even_when_the_other_would_do() -> None:
    assert refused(email="anna@") == {"email": "landing.error.email_invalid"}
    assert refused(phone="8 (900) 12", email="a@example.org").keys() == {"phone"}


def test_every_fault_is_told_at_once() -> None:
    faults = refused(name=" ", phone="", session="gone", processing=False)
    assert faults.keys() == {"name", "phone", "session", "processing"}


def test_consents_are_what_was_ticked_and_a_zone_nobody_knows_is_none() -> None:
    signup = taken(marketing="on", partner_transfer="", time_zone="Mars/Base")
    assert (signup.purposes, signup.time_zone) == (("processing", "marketing"), None)


def test_without_sessions_one_can_still_leave_a_contact() -> None:
    answer = form.check({**GOOD, "session": ""}, open_sessions=())
    assert isinstance(answer, form.SignUp)
    assert answer.session_id is None


def test_only_programs_fill_in_the_field_nobody_sees() -> None:
    assert form.is_robot({**GOOD, form.HONEYPOT: "555"})
    assert not form.is_robot(GOOD)


def partners() -> Schedule:
    joined = PartnerJoined(partner_id="p-1", code="Anna7")
    return fold_schedule([Fact.of(joined, emitter=Emitter.CORE, occurred_at=NOW)])


def test_a_visit_keeps_the_raw_address_and_finds_the_partner() -> None:
    query = {"ref": REF, "utm_source": "vk", "utm_campaign": "x" * 500}
    visit = visits.read(
        visitor_id="v", path="/w/funnel", query=query, referrer_host="t.me", schedule=partners(), key=KEY
    )
    assert (visit.ref, visit.partner_id, visit.utm.source, visit.referrer_host) == (REF, "p-1", "vk", "t.me")
    assert len(visit.utm.campaign or "") == visits.MAX_VALUE


@pytest.mark.parametrize("ref", ["anna7", "who", f"{REF}x", signed("anna7", "another house"), signed("who", KEY)])
def test_a_ref_that_we_did_not_sign_is_kept_and_credited_to_nobody(ref: str) -> None:
    stranger = visits.read(
        visitor_id="v", path="/", query={"ref": ref}, referrer_host=None, schedule=partners(), key=KEY
    )
    assert (stranger.ref, stranger.partner_id) == (ref, None)


def test_links_from_before_signatures_are_credited_while_the_operator_says_so() -> None:
    old = visits.read(
        visitor_id="v", path="/", query={"ref": "anna7"}, referrer_host=None, schedule=partners(), key=KEY,
        takes_bare_codes=True,
    )  # fmt: skip
    assert (old.ref, old.partner_id) == ("anna7", "p-1")


@pytest.mark.parametrize(
    ("header", "host"),
    [("https://t.me/x", "t.me"), ("http://localhost:3000/w/a", None), ("", None), ("http://[bad", None)],
)
def test_our_own_pages_are_no_referrers(header: str, host: str | None) -> None:
    assert visits.referrer(header, "localhost:3000") == host


def sign_up(warehouse: LocalWarehouse, submission: str, browser: str = "annas-phone") -> dict[str, Any]:
    """Take a person in and return the body of the thank-you token."""
    desk = registrar.Desk(submission, "funnel", "ru", "192.0.2.1", "test", browser=browser)
    visit = visits.Visit("v-1", "/w/funnel", ref="anna7", partner_id="p-1")

    async def take() -> str:
        return await registrar.register(connection.Connection(warehouse), taken(), visit, desk, now=NOW)

    token = asyncio.run(take())
    body = tokens.redeem(warehouse, "thanks", token, now=NOW)
    assert body is not None
    return body


def test_a_sign_up_is_an_ingest_a_registration_and_the_persons_data(warehouse: LocalWarehouse) -> None:
    body = sign_up(warehouse, "sub-1")
    lead = body["lead_id"]
    facts = warehouse.facts_of(lead_ids=[lead])
    assert [fact.name for fact in facts] == ["core_ingest_event", "client_webinar_registered"]
    assert facts[0].properties["partner_id"] == "p-1"
    assert facts[0].properties["consents"] == [{"purpose": "processing", "text_version": "2026-11"}]
    kept = {row.kind: row.value for row in warehouse.people([lead])}
    assert (kept[Personal.NAME], kept[Personal.PHONE]) == ("Анна Тестова", "+79001234567")
    assert json.loads(kept[Personal.CONSENT_EVIDENCE])["ip"] == "192.0.2.1"
    assert "Анна" not in json.dumps([fact.properties for fact in facts], ensure_ascii=False)


def test_the_same_person_again_is_the_same_lead_with_one_registration(warehouse: LocalWarehouse) -> None:
    first, second = sign_up(warehouse, "sub-1"), sign_up(warehouse, "sub-2")
    assert first["lead_id"] == second["lead_id"]
    names = [fact.name for fact in warehouse.facts_of(lead_ids=[first["lead_id"]])]
    assert (names.count("core_ingest_event"), names.count("client_webinar_registered")) == (2, 1)
    assert warehouse.rejected() == []


@pytest.mark.parametrize("browser", ["annas-phone", ""])
def test_a_double_click_changes_nothing(warehouse: LocalWarehouse, browser: str) -> None:
    first, second = sign_up(warehouse, "sub-1", browser), sign_up(warehouse, "sub-1", browser)
    assert first == second
    assert len(warehouse.facts_of(lead_ids=[first["lead_id"]])) == 2
    assert warehouse.rejected() == []


def test_the_calendar_file_has_the_session_in_utc_the_link_and_an_alarm() -> None:
    webinar = Webinar(
        "funnel",
        WebinarConfigured(
            action_id="a", slug="funnel", title={"ru": "Воронка, «часть 1»; начало"}, duration_seconds=60
        ),
    )
    session = Session("S1", "funnel", "auto", dtm.datetime(2026, 11, 22, 15, tzinfo=dtm.UTC), 3600)
    data = calendar(webinar, session, room_url="https://example.org/j/t0ken", language="ru", now=NOW)
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert (event["SUMMARY"], event["UID"]) == ("Воронка, «часть 1»; начало", "S1@efir")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (session.starts_at, session.planned_end)
    assert event["URL"] == "https://example.org/j/t0ken"
    assert [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")] == [dtm.timedelta(minutes=-10)]
    assert event["DTSTART"].params["TZID"] == "Europe/Moscow"


def berlin() -> Webinar:
    definition = WebinarConfigured(
        action_id="a", slug="w", title={"ru": "В"}, duration_seconds=3600, time_zone="Europe/Berlin"
    )
    return Webinar("w", definition)


@pytest.mark.parametrize(("month", "hours"), [(1, 1), (7, 2)])
def test_the_calendar_file_brings_the_zones_rules_along(month: int, hours: int) -> None:
    session = Session("S1", "w", "auto", dtm.datetime(2027, month, 4, 15, tzinfo=dtm.UTC), 3600)
    whole = icalendar.Calendar.from_ical(calendar(berlin(), session, room_url="https://e.org", language="ru", now=NOW))
    [zone] = whole.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    assert {rule.name for rule in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    [event] = whole.walk("VEVENT")
    assert event.decoded("DTSTART").utcoffset() == dtm.timedelta(hours=hours)
    assert event.decoded("DTSTART") == session.starts_at


def test_a_moved_session_replaces_its_entry_and_a_cancelled_one_takes_it_out() -> None:
    ids = {"webinar_id": "w", "session_id": "S1", "emitter": Emitter.STUDIO}
    later = dtm.datetime(2027, 1, 5, 15, tzinfo=dtm.UTC)
    facts = [
        Fact.of(
            WebinarScheduled(action_id="1", starts_at=NOW, duration_seconds=60, mode="auto"), occurred_at=NOW, **ids
        ),  # type: ignore[arg-type]
        Fact.of(WebinarRescheduled(action_id="2", starts_at=later, duration_seconds=60), occurred_at=NOW + DAY, **ids),  # type: ignore[arg-type]
        Fact.of(WebinarCancelled(action_id="3"), occurred_at=NOW + 2 * DAY, **ids),  # type: ignore[arg-type]
    ]
    entries = []
    for count in (1, 2, 3):
        session = fold_schedule(facts[:count]).sessions["S1"]
        data = calendar(berlin(), session, room_url="https://e.org", language="ru", now=NOW)
        whole = icalendar.Calendar.from_ical(data)
        [event] = whole.walk("VEVENT")
        entries.append((event["UID"], event["SEQUENCE"], event["STATUS"], whole["METHOD"], len(event.walk("VALARM"))))
    assert entries == [
        ("S1@efir", 0, "CONFIRMED", "PUBLISH", 1),
        ("S1@efir", 1, "CONFIRMED", "PUBLISH", 1),
        ("S1@efir", 2, "CANCELLED", "CANCEL", 0),
    ]


def test_calendars_on_the_web_are_handed_the_same_moments() -> None:
    session = Session("S1", "w", "auto", dtm.datetime(2026, 11, 22, 15, tzinfo=dtm.UTC), 3600)
    said = ("Воронка & «часть 1»", session, "Ссылка: https://e.org/j/x", "https://e.org/j/x")
    google = parse_qs(urlsplit(google_url(*said)).query)
    outlook = parse_qs(urlsplit(outlook_url(*said)).query)
    assert google["dates"] == ["20261122T150000Z/20261122T160000Z"]
    assert (outlook["startdt"], outlook["enddt"]) == (["2026-11-22T15:00:00Z"], ["2026-11-22T16:00:00Z"])
    assert google["text"] == outlook["subject"] == [said[0]]


def test_a_dry_run_start_looks_like_telegrams_and_always_comes_from_the_same_chat() -> None:
    first, second = start_update("abc", "ru", now=NOW), start_update("abc", "ru", now=NOW)
    assert first["message"]["text"] == "/start abc"
    assert first["update_id"] >= FIRST_DRY_UPDATE
    assert first["update_id"] != second["update_id"]
    assert first["message"]["chat"]["id"] == second["message"]["chat"]["id"]
