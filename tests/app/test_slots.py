"""Sessions by a rule: the landing offers slots nobody has announced, the form takes one, the studio sets the rule."""

import asyncio
import datetime as dtm
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.access.roles import Role
from app.registration.thanks import Thanks
from app.shared import schedule, texts
from app.shared import warehouse as connection
from app.studio.rule import RulePage
from app.studio.rule_form import filled, read
from domain.events import Emitter, Fact, ScheduleRuleSet, WebinarConfigured
from domain.offers import announced, due, offered
from domain.recurrence import ScheduleRule
from domain.webinars import Webinar
from tests.app.landing_page import Shown, Visitor
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)
WEBINAR = "w-slots"
FORM = {"name": "Вера", "phone": "+7 900 000-07-07", "email": "", "processing": "on", "time_zone": "Asia/Omsk"}
WEEKLY = ScheduleRule.model_validate(
    {"kind": "recurring", "rrule": "FREQ=DAILY", "times": ["12:00", "19:00"], "first_day": "2026-01-01"}
)


def definition(mode: str = "auto") -> WebinarConfigured:
    return WebinarConfigured(action_id=f"a-{mode}", slug="slots", title={"ru": "По часам"}, duration_seconds=1800,
                             time_zone="Europe/Moscow", mode=mode)  # type: ignore[arg-type]  # fmt: skip


def set_rule(house: LocalWarehouse, rule: ScheduleRule) -> None:
    event = ScheduleRuleSet(action_id=f"r-{rule.kind}", rule=rule)
    at = NOW - dtm.timedelta(hours=1)
    house.append([Fact.of(event, emitter=Emitter.STUDIO, occurred_at=at, webinar_id=WEBINAR)])


@pytest.fixture
def house(warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    at = NOW - dtm.timedelta(days=1)
    warehouse.append([Fact.of(definition(), emitter=Emitter.STUDIO, occurred_at=at, webinar_id=WEBINAR)])
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


@pytest.fixture
def landing(house: LocalWarehouse, tmp_path: Path) -> Visitor:
    del house
    return Visitor(tmp_path, "slots")


def opened(visitor: Visitor) -> Shown:
    asyncio.run(schedule.refresh())
    return visitor.opens()


@pytest.mark.parametrize("kind", ["just_in_time", "on_demand"])
def test_who_chooses_a_slot_announces_it_and_has_a_place_in_it(
    house: LocalWarehouse, landing: Visitor, kind: str
) -> None:
    set_rule(house, ScheduleRule(kind=kind))  # type: ignore[arg-type]
    page = opened(landing)
    assert page.sessions
    assert ("countdown" in page.marks) == (kind == "just_in_time"), "what begins on demand has no hour"
    answer = landing.sends(FORM)
    [scheduled] = house.facts_of(names=["webinar_scheduled"])
    [registered] = house.facts_of(names=["client_webinar_registered"])
    assert scheduled.session_id == registered.session_id
    assert str(scheduled.emitter) == "web_form"
    starts_at = dtm.datetime.fromisoformat(scheduled.properties["starts_at"])
    assert dtm.timedelta(0) < starts_at - dtm.datetime.now(dtm.UTC) < dtm.timedelta(minutes=20)
    thanks = Tab(at=answer.headers["location"]).call(Thanks, "opened")
    assert (thanks.status, thanks.starts_at) == ("registered", starts_at.isoformat())


def test_a_slot_that_went_by_while_the_form_was_open_is_told_and_what_was_typed_stays(
    house: LocalWarehouse, landing: Visitor
) -> None:
    set_rule(house, ScheduleRule(kind="just_in_time"))
    opened(landing)
    after = Shown(landing.sends({**FORM, "session": "of-an-hour-ago"}))
    assert after.errors.keys() == {"session"}
    assert after.sessions
    assert "session" not in after.fields, "nothing is chosen for them"
    assert after.fields["name"] == "Вера"
    assert house.facts_of(names=["core_ingest_event"]) == []


def test_recurring_slots_are_offered_before_anybody_announced_them(house: LocalWarehouse, landing: Visitor) -> None:
    set_rule(house, WEEKLY)
    page = opened(landing)
    assert len(page.sessions) == 8
    headings = [told for tag, told in page.tags if tag == "span" and "data-day" in told]
    assert [told["data-before"] for told in headings] == ["", *(told["data-day"] for told in headings[:-1])]
    days = [told["data-day"] for told in headings if "hidden" not in told]
    assert len(days) in {4, 5}, "one heading a day: two slots a day"


@pytest.fixture
def admin(house: LocalWarehouse) -> Tab:
    return Tab(cookie(house, Role.ADMIN), at=f"/studio/webinars/{WEBINAR}/schedule")


def typed(**changes: str) -> dict[str, Any]:
    return {"kind": "recurring", "TU": "on", "TH": "on", "times": "19:00, 12:00", "first_day": "01.01.2026", **changes}


def test_the_studio_shows_the_next_slots_before_it_keeps_the_rule(admin: Tab, house: LocalWarehouse) -> None:
    admin.call(RulePage, "opened")
    page = admin.call(RulePage, "preview", typed(blackouts="чт 00:00-23:59"))
    assert page.wrong == dict.fromkeys(page.wrong, "")
    assert page.is_other
    assert {slot.local[-5:] for slot in page.slots} == {"12:00", "19:00"}
    days = {dtm.datetime.fromisoformat(slot.at).astimezone(dtm.timezone(dtm.timedelta(hours=3))).weekday()
            for slot in page.slots}  # fmt: skip
    assert days == {1}, "Thursdays are blacked out"
    assert house.facts_of(names=["webinar_schedule_rule_set"]) == []
    assert not admin.call(RulePage, "keep").is_other
    [kept] = house.facts_of(names=["webinar_schedule_rule_set"])
    assert kept.properties["rule"]["rrule"] == "FREQ=WEEKLY;BYDAY=TU,TH"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("times", "семь вечера", "19:00"),
        ("first_day", "завтра", "2027-01-31"),
        ("rrule", "FREQ=HOURLY", "Во сколько"),
        ("blackouts", "ночью", "22:00-09:00"),
        ("days_off", "новый год", "2027-01-31"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_kept(admin: Tab, field: str, value: str, words: str) -> None:
    admin.call(RulePage, "opened")
    page = admin.call(RulePage, "preview", typed(**{field: value}))
    assert words in page.wrong[field]
    assert page.values[field] == value
    assert page.slots == []


def test_a_live_webinar_is_not_shown_on_demand(admin: Tab, house: LocalWarehouse) -> None:
    house.append([Fact.of(definition("live"), emitter=Emitter.STUDIO, occurred_at=NOW, webinar_id=WEBINAR)])
    admin.call(RulePage, "opened")
    assert "запись" in admin.call(RulePage, "preview", typed(kind="on_demand")).wrong["kind"]


def test_another_rule_calls_off_what_nobody_has_a_place_in(admin: Tab, house: LocalWarehouse, landing: Visitor) -> None:
    set_rule(house, WEEKLY)
    plan = asyncio.run(schedule.refresh())
    sessions = due(plan, NOW)
    house.append([announced(session, emitter=Emitter.SCHEDULER, now=NOW) for session in sessions])
    page = opened(landing)
    landing.sends({**FORM, "session": page.sessions[2]})
    admin.call(RulePage, "opened")
    found = admin.call(RulePage, "preview", {"kind": "none"})
    assert (found.given_up, found.kept_places) == (len(sessions) - 1, 1)
    admin.call(RulePage, "keep")
    [left] = offered(asyncio.run(schedule.refresh()), WEBINAR, dtm.datetime.now(dtm.UTC))
    assert left.session_id == page.sessions[2]


@pytest.mark.parametrize(
    "rule",
    [
        WEEKLY,
        ScheduleRule.model_validate({**WEEKLY.model_dump(), "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR"}),
        ScheduleRule.model_validate(
            {"kind": "just_in_time", "every_minutes": 30, "lead_minutes": 5, "days_off": ["2027-01-01"],
             "blackouts": [{"since": "22:00", "until": "09:00"}, {"since": "10:00", "until": "12:00", "weekdays": [5]}]}
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_form_shows_a_rule_so_that_reading_it_gives_the_rule(rule: ScheduleRule, language: str) -> None:
    assert read(filled(rule, language), Webinar(WEBINAR, definition()), today=NOW.date()) == rule


def test_the_days_of_a_blackout_are_named_in_the_language_of_the_page() -> None:
    weekend = {"since": "00:00", "until": "12:00", "weekdays": [5, 6]}
    rule = ScheduleRule.model_validate({"kind": "just_in_time", "every_minutes": 30, "blackouts": [weekend]})
    shown = [filled(rule, language)["blackouts"] for language in ("ru", "en")]
    assert shown == ["сб,вс 00:00-12:00", "sa,su 00:00-12:00"]
