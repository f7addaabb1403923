"""A personal link books a place in one tap; looking at it (a preview, a curious friend) books nothing."""

import asyncio
import datetime as dtm
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from app.registration import one_click
from app.registration.thanks import Thanks
from app.rights.me import Me
from app.settings import Settings
from app.shared import schedule
from app.shared import warehouse as connection
from domain.events import CoreIngestEvent, Emitter, Fact, ScheduleRuleSet, WebinarConfigured, WebinarScheduled
from domain.recurrence import ScheduleRule
from tests.app.calling import Caller
from tests.app.tab import Tab
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)
DAY = dtm.timedelta(days=1)
OURS = {"origin": "http://localhost:3000"}


@pytest.fixture
def house(warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    definition = WebinarConfigured(action_id="a", slug="w", title={"ru": "Ещё раз"}, duration_seconds=1800)
    plan = WebinarScheduled(action_id="s", starts_at=NOW + DAY, duration_seconds=1800, mode="auto")
    form = CoreIngestEvent(submission_id="f", time_zone="Asia/Tokyo")
    stated = {"occurred_at": NOW - DAY, "webinar_id": "w"}
    facts = [
        Fact.of(definition, emitter=Emitter.STUDIO, **stated),  # type: ignore[arg-type]
        Fact.of(plan, emitter=Emitter.STUDIO, session_id="s1", **stated),  # type: ignore[arg-type]
        Fact.of(form, emitter=Emitter.WEB_FORM, lead_id="vera", **stated),  # type: ignore[arg-type]
    ]
    warehouse.append(facts, personal=[PersonalRow("vera", Personal.NAME, "Вера Верова")])
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    asyncio.run(schedule.refresh())
    yield warehouse
    connection.install(None)


def link(house: LocalWarehouse, session_id: str = "s1", purpose: str = "book") -> str:
    body = {"lead_id": "vera", "webinar_id": "w", "session_id": session_id}
    return f"/{purpose}/{tokens.mint(house, purpose, body, now=NOW, ttl=DAY)}"


@pytest.fixture
def caller() -> Caller:
    return Caller(Starlette(routes=one_click.routes(Settings())))


def places(house: LocalWarehouse) -> list[str | None]:
    return [fact.session_id for fact in house.facts_of(names=["client_webinar_registered"])]


def test_looking_books_nothing_and_names_time_and_zone(house: LocalWarehouse, caller: Caller) -> None:
    path = link(house)
    for _ in range(3):
        page = caller.get(path, headers={"user-agent": "TelegramBot (like TwitterBot)"})
    assert caller.request("HEAD", path).status_code == 200
    assert page.text.count('type="submit"') == 1
    assert "(Tokyo, UTC+9)" in page.text
    assert "Вера" not in page.text, "the link may have been forwarded"
    assert places(house) == []


def test_a_time_zone_that_is_none_costs_nobody_the_page(house: LocalWarehouse, caller: Caller) -> None:
    """Programs state what they like; the webinar's own zone stands in."""
    form = CoreIngestEvent(submission_id="g", time_zone="Mars/Base")
    house.append([Fact.of(form, emitter=Emitter.COLLECT_API, occurred_at=NOW, lead_id="vera", webinar_id="w")])
    page = caller.get(link(house))
    assert page.status_code == 200
    assert "(Москва, UTC+3)" in page.text


def test_one_press_books_once_and_shows_the_place_but_not_the_persons_data(
    house: LocalWarehouse, caller: Caller
) -> None:
    path = link(house)
    answers = [caller.post(path, headers=OURS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert places(house) == ["s1"]
    thanks = Tab(at=answers[0].headers["location"]).call(Thanks, "opened")
    assert (thanks.status, thanks.standing, thanks.me_url, thanks.telegram_url) == ("registered", "booked", "", "")
    assert "/j/" in thanks.room_url


def test_a_press_on_a_foreign_page_and_an_invented_link_book_nothing(house: LocalWarehouse, caller: Caller) -> None:
    assert caller.post(link(house), headers={"origin": "https://evil.example"}).status_code == 403
    assert caller.post("/book/invented", headers=OURS).status_code == 404
    assert places(house) == []


def test_a_session_that_is_gone_gives_way_to_the_next_one(house: LocalWarehouse, caller: Caller) -> None:
    caller.post(link(house, "of-last-week"), headers=OURS)
    assert places(house) == ["s1"]


def test_a_slot_of_a_rule_is_announced_by_the_press(house: LocalWarehouse, caller: Caller) -> None:
    rule = ScheduleRuleSet(action_id="r", rule=ScheduleRule(kind="just_in_time"))
    house.append([Fact.of(rule, emitter=Emitter.STUDIO, occurred_at=NOW, webinar_id="w")])
    asyncio.run(schedule.refresh())
    caller.post(link(house, "none"), headers=OURS)
    [place] = places(house)
    assert place in {fact.session_id for fact in house.facts_of(names=["webinar_scheduled"])} - {"s1"}


def test_the_persons_own_page_books_too(house: LocalWarehouse) -> None:
    tab = Tab(at=link(house, purpose="me"))
    me = tab.call(Me, "opened")
    assert [(one.session_id, one.is_booked) for one in me.choices] == [("s1", False)]
    assert [one.is_booked for one in tab.call(Me, "book", "s1").choices] == [True]
    tab.call(Me, "book", "invented")
    assert places(house) == ["s1"]
    stranger = Tab(at="/me/guess").call(Me, "book", "s1")
    assert (stranger.status, stranger.choices) == ("unknown", [])
