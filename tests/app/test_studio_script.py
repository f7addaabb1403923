"""A live session becomes an automatic webinar, its script is edited in versions, and comes from files and back."""

import csv
import datetime as dtm
import io
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from app.access.roles import Role
from app.settings import Settings
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio import script_routes
from app.studio.recording import RecordPage
from app.studio.script import ScriptPage
from domain import events
from domain.events import Emitter, Event, Fact, Offer, Poll, PollOption, WebinarConfigured
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse

START = dtm.datetime.now(dtm.UTC) - dtm.timedelta(hours=5)
HOST = "host@example.org"
POLL = Poll(
    poll_id="q1",
    question={"ru": "Слышно?"},
    options=(PollOption(option_id="1", text={"ru": "Да"}), PollOption(option_id="2", text={"ru": "Нет"})),
)
SAID = {
    ("lead-anna", "c1"): (60, "Добрый вечер!"),
    ("lead-boris", "c2"): (70, "Где запись?"),
    (HOST, "c3"): (80, "Будет"),
}


def fact(
    event: Event, emitter: Emitter, seconds: float, lead: str | None = None, session: str | None = "live-1"
) -> Fact:
    at = START + dtm.timedelta(seconds=seconds)
    return Fact.of(event, emitter=emitter, occurred_at=at, lead_id=lead, webinar_id="efir", session_id=session)


def told() -> tuple[list[Fact], list[PersonalRow]]:
    """Half an hour of live: two guests and the host write, a poll, an offer by hand, one line deleted."""
    studio, tracker = Emitter.STUDIO, Emitter.TRACKER
    offer = Offer(offer_id="course", title={"ru": "Курс"}, button={"ru": "Хочу"})
    webinar = WebinarConfigured(
        action_id="w", slug="efir", title={"ru": "Эфир"}, mode="live", media_kind="youtube",
        media_url="https://youtu.be/aaaaaaaaaaa", duration_seconds=1800, offers=(offer,), host_name="Глеб",
    )  # fmt: skip
    plan = events.WebinarScheduled(action_id="s", starts_at=START, duration_seconds=1800, mode="live")
    facts = [
        fact(webinar, studio, -9000, session=None), fact(plan, studio, -9000),
        fact(events.WebinarStarted(), studio, 0), fact(events.WebinarEnded(), studio, 1800),
        fact(events.HostPosted(action_id="c3", by=HOST), studio, 80),
        fact(events.ChatPosted(action_id="spam", position_seconds=90), tracker, 90, "lead-boris"),
        fact(events.ChatModerated(action_id="m", by=HOST, deed="line_deleted", line_id="spam"), studio, 91),
        fact(events.PollOpened(action_id="p", by=HOST, poll=POLL), studio, 100),
        fact(events.OfferLaunched(action_id="o", by=HOST, offer_id="course"), studio, 120),
        fact(events.MessagePinned(action_id="pin", by=HOST, line_id="c3"), studio, 130),
    ]  # fmt: skip
    facts += [
        fact(events.ChatPosted(action_id=name, position_seconds=at), tracker, at, lead)
        for (lead, name), (at, _) in SAID.items()
        if lead != HOST
    ]
    rows = [PersonalRow(whose, Personal.CHAT_TEXT, text, ref=name) for (whose, name), (_, text) in SAID.items()]
    rows.append(PersonalRow("lead-boris", Personal.CHAT_TEXT, "Реклама", ref="spam"))
    return facts, [*rows, PersonalRow("lead-anna", Personal.NAME, "Анна Примерова")]


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    facts, rows = told()
    warehouse.append(facts, personal=rows)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


@pytest.fixture
def tab(house: LocalWarehouse) -> Tab:
    return Tab(cookie(house, Role.HOST), at="/studio/record/live-1")


@pytest.fixture
def caller(house: LocalWarehouse, tab: Tab) -> Caller:
    caller = Caller(Starlette(routes=script_routes.routes(Settings())))
    name, _, value = tab.cookie.partition("=")
    caller.cookies.set(name, value)
    return caller


def make(tab: Tab, **more: str) -> ScriptPage:
    """The automatic webinar of the session, with its script open."""
    tab.call(RecordPage, "opened")
    typed = {
        "title_ru": "Эфир, запись", "title_en": "", "slug": "efir-auto", "media_kind": "file", "media_url": "show.mp4",
        "shift": "0", "naming": "pseudonym", "is_script_disclosed": "on",
    }  # fmt: skip
    tab.call(RecordPage, "make", typed | more)
    tab.go("/studio/webinars/efir-auto/script")
    return tab.call(ScriptPage, "opened")


def table(page: ScriptPage) -> list[tuple[str, str, str, str]]:
    return [(row.time, row.kind, row.author, row.text) for row in page.rows]


def test_a_session_that_is_over_becomes_an_automatic_webinar(tab: Tab) -> None:
    before = tab.call(RecordPage, "opened")
    assert (before.lines, before.polls, before.offers, before.pins, before.left_out) == (3, 1, 1, 1, 1)
    page = make(tab, shift="-0:30")
    assert table(page) == [
        ("00:30", "line", "Алина", "Добрый вечер!"), ("00:40", "line", "Борис", "Где запись?"),
        ("00:50", "host", "Глеб", "Будет"), ("01:10", "poll_open", "", "Слышно?"),
        ("01:30", "offer_show", "", "Курс"), ("01:40", "pin", "", "«Будет»"),
    ]  # fmt: skip
    webinar = schedule.current().webinars["efir-auto"].definition
    assert (webinar.mode, webinar.media_url, webinar.duration_seconds) == ("auto", "show.mp4", 1800)
    assert webinar.offers[0].show_at_seconds == 90, "verdicts ask when the offer was shown"
    assert [version.origin for version in page.versions] == ["запись эфира live-1"]


def test_what_is_wrong_with_the_form_is_said_and_kept(tab: Tab) -> None:
    tab.call(RecordPage, "opened")
    page = tab.call(RecordPage, "make", {"title_ru": "", "slug": "efir", "media_url": "", "shift": "завтра"})
    assert {name for name, said in page.wrong.items() if said} == {"title_ru", "slug", "media_url", "shift"}
    assert page.values["shift"] == "завтра"
    assert "efir-auto" not in schedule.current().webinars


@pytest.mark.parametrize(("session", "why"), [("nowhere", "unknown"), ("auto-1", "not_live"), ("live-2", "not_over")])
def test_other_sessions_say_why_not(tab: Tab, house: LocalWarehouse, session: str, why: str) -> None:
    mode = "auto" if session == "auto-1" else "live"
    plan = events.WebinarScheduled(action_id="x", starts_at=START, duration_seconds=60, mode=mode)
    if session != "nowhere":
        house.append([fact(plan, Emitter.STUDIO, 0, session=session)])
    if session == "live-2":
        house.append([fact(events.WebinarStarted(), Emitter.STUDIO, 1, session=session)])
    tab.go(f"/studio/record/{session}")
    assert tab.call(RecordPage, "opened").obstacle == why


def test_edits_gather_until_they_are_saved_and_an_older_version_undoes_them(tab: Tab, house: LocalWarehouse) -> None:
    page = make(tab)
    tab.call(ScriptPage, "edit", page.rows[0].entry_id)
    tab.call(ScriptPage, "keep", {"time": "1:05", "kind": "line", "author": "Алина", "text": "Всем привет!"})
    tab.call(ScriptPage, "edit", "new")
    wrong = tab.call(ScriptPage, "keep", {"time": "скоро", "kind": "line", "author": "", "text": ""})
    assert {name for name, said in wrong.wrong.items() if said} == {"time", "author", "text"}
    tab.call(ScriptPage, "keep", {"time": "0:10", "kind": "poll_open", "text": "Кто здесь?", "options": "Я\nНе я"})
    tab.call(ScriptPage, "shift", {"seconds": "-10"})
    page = tab.call(ScriptPage, "remove", page.rows[2].entry_id)
    assert page.is_changed
    assert len(house.facts_of(webinar_ids=["efir-auto"], names=[events.ScriptSaved.name])) == 1

    page = tab.call(ScriptPage, "save")
    assert (page.revision, page.is_changed, page.notice) == (
        2,
        False,
        "Сохранена версия 2. Открытые комнаты уже играют её.",
    )
    assert [row[3] for row in table(page)][:2] == ["Кто здесь?", "Всем привет!"]
    stored = str([f.properties for f in house.facts_of(webinar_ids=["efir-auto"], names=[events.ScriptSaved.name])])
    assert "привет" not in stored, "people's words stay out of the log, edited too"

    page = tab.call(ScriptPage, "open_version", 1)
    assert (page.revision, page.is_changed) == (1, True)
    page = tab.call(ScriptPage, "save")
    assert page.revision == 3
    assert [version.origin for version in page.versions] == ["возврат к версии 1", "правка", "запись эфира live-1"]
    assert table(page)[0] == ("01:00", "line", "Алина", "Добрый вечер!")


def test_two_who_edit_at_once_do_not_overwrite_each_other(tab: Tab, house: LocalWarehouse) -> None:
    make(tab)
    other = Tab(tab.cookie, at="/studio/webinars/efir-auto/script")
    other.call(ScriptPage, "opened")
    for one in (tab, other):
        one.call(ScriptPage, "shift", {"seconds": "5"})
    assert tab.call(ScriptPage, "save").revision == 2
    late = other.call(ScriptPage, "save")
    assert "другую версию" in late.complaint
    assert late.is_changed, "nothing of the edit is lost"


def test_a_forgotten_guests_words_leave_the_script(tab: Tab, house: LocalWarehouse) -> None:
    make(tab, naming="keep")
    assert table(tab.call(ScriptPage, "opened"))[0] == ("01:00", "line", "Анна", "Добрый вечер!")
    house.erase("lead-anna")
    assert "Добрый вечер!" not in str(table(tab.call(ScriptPage, "opened")))


def test_the_preview_shows_what_a_late_guest_finds(tab: Tab) -> None:
    make(tab)
    page = tab.call(ScriptPage, "look", {"at": "2:15"})
    assert [line.text for line in page.preview_lines] == ["Добрый вечер!", "Где запись?", "Будет"]
    assert (page.preview_pinned, page.preview_offers) == ("Глеб: Будет", ["Курс"])
    assert page.preview_poll.startswith("Слышно? (Да | Нет)")
    assert tab.call(ScriptPage, "look", {"at": "потом"}).wrong_preview


def test_a_file_becomes_a_version_and_comes_back_the_same(tab: Tab, caller: Caller) -> None:
    make(tab)
    origin = {"origin": "http://localhost:3000"}
    table_ = "время;автор;текст\n0:05;Вера;=1+1\nвчера;Вера;Не туда\n".encode("cp1251")
    answer = caller.post("/staff/webinars/efir-auto/script?name=chat.csv&mode=add", content=table_, headers=origin)
    assert answer.json() == {
        "taken": 1,
        "revision": 2,
        "bad": [{"row": 3, "code": "not_a_time", "cells": ["вчера", "Вера", "Не туда"]}],
    }
    page = tab.call(ScriptPage, "opened")
    assert (page.total, table(page)[0]) == (7, ("00:05", "line", "Вера", "=1+1"))
    assert page.versions[0].origin == "файл chat.csv"

    out = caller.get("/staff/webinars/efir-auto/script.csv")
    rows = list(csv.reader(io.StringIO(out.content.decode("utf-8-sig"))))
    assert rows[1][3] == "'=1+1", "no formula in anybody's spreadsheet"
    again = caller.post("/staff/webinars/efir-auto/script", content=out.content, headers=origin).json()
    assert (again["taken"], again["bad"]) == (7, [])
    assert table(tab.call(ScriptPage, "opened")) == table(page)


def test_files_that_cannot_be_used_change_nothing(tab: Tab, caller: Caller) -> None:
    make(tab)
    origin = {"origin": "http://localhost:3000"}
    for content, status, code in (
        (b"", 422, "empty"),
        (b"{broken", 422, "not_json"),
        (b"a;b\n1;2\n", 422, "no_columns"),
    ):
        answer = caller.post("/staff/webinars/efir-auto/script", content=content, headers=origin)
        assert (answer.status_code, answer.json()) == (status, {"error": code})
    foreign = caller.post("/staff/webinars/efir-auto/script", content=b"x", headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert tab.call(ScriptPage, "opened").revision == 1


@pytest.mark.parametrize("role", [None, Role.MARKETER, Role.ANALYST, Role.PARTNER])
def test_only_hosts_take_files_in_and_out(house: LocalWarehouse, role: Role | None) -> None:
    caller = Caller(Starlette(routes=script_routes.routes(Settings())))
    if role:
        name, _, value = cookie(house, role).partition("=")
        caller.cookies.set(name, value)
    expected = 403 if role else 401
    assert caller.get("/staff/webinars/efir/script.csv").status_code == expected
    posted = caller.post("/staff/webinars/efir/script", content=b"x", headers={"origin": "http://localhost:3000"})
    assert posted.status_code == expected
