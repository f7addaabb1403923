"""Alerts for those who run the house: linking on the account's page, one's own kinds, and the list in the studio."""

import datetime as dtm
import re
import secrets
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from app.access import accounts, own
from app.access.roles import Role
from app.access.routes import routes
from app.settings import Settings
from app.shared import warehouse as connection
from app.studio.audit import Audit
from app.studio.failures import Failures
from app.studio.home import Home
from app.studio.outbox import Outbox
from domain.events import Emitter, Event, Fact, TelegramBlocked, TelegramLinked
from domain.failures import Seen
from pipelines.telling import tell
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_access import ADDRESS, OURS, join
from tests.app.test_studio_handlers import cookie
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse
from warehouse.reads import failures

NOW = dtm.datetime.now(dtm.UTC)
ANNA = "anna@example.org"
JOB = Seen("run", "refresh_marts", NOW - dtm.timedelta(hours=2), "run-1")
DISK = Seen("disk", "data", NOW - dtm.timedelta(minutes=2), "1.3")


@pytest.fixture
def browser(warehouse: LocalWarehouse) -> Caller:
    settings = Settings(public_url=ADDRESS)
    door = [*routes(lambda: warehouse, settings), *own.routes(lambda: warehouse, settings)]
    return Caller(Starlette(routes=door), base=ADDRESS)


@pytest.fixture
def house(warehouse: LocalWarehouse) -> Iterator[LocalWarehouse]:
    connection.install(warehouse)
    yield warehouse
    connection.install(None)


def state(warehouse: LocalWarehouse, event: Event, personal: list[PersonalRow] | None = None) -> None:
    fact = Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=dtm.datetime.now(dtm.UTC))
    assert warehouse.append([fact], personal=personal or [])[0].status == "accepted"


def press_start(browser: Caller, warehouse: LocalWarehouse) -> str:
    """Anna follows the link on her page and presses START; her staff id."""
    answer = browser.get("/account/alerts/link")
    assert answer.status_code == 303
    body = tokens.redeem(warehouse, "telegram_link", answer.headers["location"].rpartition("/")[2], now=NOW)
    assert body
    assert body["language"] == "ru"
    staff_id = str(body["staff_id"])
    rows = [
        PersonalRow(staff_id, Personal.TELEGRAM_CHAT_ID, "3001"),
        PersonalRow(staff_id, Personal.TELEGRAM_NAME, "Аня"),
    ]
    state(warehouse, TelegramLinked(update_id=secrets.randbelow(10**9), staff_id=staff_id), rows)
    return staff_id


def shown(browser: Caller) -> str:
    """How the section of the page says the link stands."""
    found = re.search(r'data-testid="alerts" data-state="(\w+)"', browser.get("/account").text)
    return found[1] if found else "no section"


def test_an_administrator_links_a_telegram_sees_it_and_unlinks_it(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    assert shown(browser) == "none"
    staff_id = press_start(browser, warehouse)
    assert "anna" not in staff_id, "the id says nothing about whose it is"
    page = browser.get("/account").text
    assert (shown(browser), "Аня" in page) == ("linked", True)
    state(warehouse, TelegramBlocked(cause="update:7", staff_id=staff_id))
    assert shown(browser) == "blocked"

    assert browser.post("/account/alerts/off", headers=OURS).status_code == 303

    assert shown(browser) == "none"
    assert failures.staff(warehouse)[staff_id].is_ended
    assert warehouse.people([staff_id]) == []
    assert press_start(browser, warehouse) != staff_id, "a new link is a new id: the old one is forgotten for good"


def test_everybody_chooses_their_own_kinds(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    staff_id = press_start(browser, warehouse)
    assert browser.get("/account").text.count(" checked") == 9
    answer = browser.post("/account/alerts", data={"run": "on", "disk": "on", "nonsense": "on"}, headers=OURS)
    assert answer.status_code == 303
    muted = failures.staff(warehouse)[staff_id].muted
    assert muted == {"check", "stale", "process", "backup", "webhook", "telegram", "reaction"}
    before = len(warehouse.facts_of(names={"staff_alerts_changed"}))
    browser.post("/account/alerts", data={"run": "on", "disk": "on"}, headers=OURS)
    assert len(warehouse.facts_of(names={"staff_alerts_changed"})) == before, "only changes are stated"
    browser.post("/account/alerts", data={"run": "on", "check": "on"}, headers=OURS)
    assert "check" not in failures.staff(warehouse)[staff_id].muted


def test_nothing_changes_from_a_foreign_page_or_for_nobody(browser: Caller, warehouse: LocalWarehouse) -> None:
    assert browser.get("/account/alerts/link").headers["location"].startswith("/login")
    join(browser, warehouse)
    staff_id = press_start(browser, warehouse)
    foreign = {"Origin": "https://evil.example.org"}
    for path in ("/account/alerts", "/account/alerts/off"):
        assert browser.post(path, headers=foreign).status_code == 403
    member = failures.staff(warehouse)[staff_id]
    assert (member.is_reachable, member.muted) == (True, frozenset())


def test_who_runs_nothing_has_no_such_section(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse, role=Role.HOST)
    assert shown(browser) == "no section"
    assert browser.get("/account/alerts/link").headers["location"] == "/account"
    assert browser.post("/account/alerts", data={"run": "on"}, headers=OURS).status_code == 403


@pytest.mark.parametrize("shut_out", ["closed", "another role", "a new invitation"])
def test_who_may_not_run_the_house_any_more_is_unlinked(
    browser: Caller, warehouse: LocalWarehouse, shut_out: str
) -> None:
    join(browser, warehouse)
    staff_id = press_start(browser, warehouse)
    if shut_out == "closed":
        accounts.set_active(warehouse, ANNA, NOW, is_active=False)
    elif shut_out == "another role":
        accounts.set_role(warehouse, ANNA, Role.ANALYST, NOW)
    else:
        join(browser, warehouse, role=Role.ANALYST)
    assert failures.staff(warehouse)[staff_id].is_ended
    assert warehouse.people([staff_id]) == []


def test_the_list_shows_what_fails_with_what_to_do_and_what_is_over(house: LocalWarehouse) -> None:
    tell(house, [JOB, DISK], (), NOW - dtm.timedelta(minutes=2))
    tell(house, [JOB], {("disk", "data")}, NOW)
    tab = Tab(cookie(house, Role.HOST))
    page = tab.call(Failures, "opened")
    (lasting,) = page.lasting
    assert lasting.kind == "run"
    assert lasting.dagster == "http://127.0.0.1:3001/runs/run-1"
    assert (lasting.since, lasting.lasted) == (JOB.since.isoformat(), "2 ч")
    assert [line.kind for line in page.past] == ["disk"]
    assert (page.may_settle, page.gets_alerts) == (False, True), "a host's business it is not"
    tab.call(Failures, "settle", lasting.failure_id)
    assert len(tab.call(Failures, "opened").lasting) == 1, "nor may a host close it"


def test_an_administrator_closes_a_run_nobody_will_repeat_and_the_journal_says_who(house: LocalWarehouse) -> None:
    tell(house, [JOB, DISK], (), NOW)
    tab = Tab(cookie(house, Role.ADMIN))
    page = tab.call(Failures, "opened")
    assert not page.gets_alerts
    settled = {line.kind: line for line in page.lasting}
    for kind in ("run", "disk"):
        page = tab.call(Failures, "settle", settled[kind].failure_id)
    assert [line.kind for line in page.lasting] == ["disk"], "what is seen to be full is not made well by a click"
    assert page.past[0].by == "admin@example.org"
    assert "Сбой закрыт" in [line.what for line in tab.call(Audit, "opened").lines]


def test_the_first_page_says_that_something_fails_and_the_outbox_whom_it_told(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.ADMIN))
    assert tab.call(Home, "opened").failures == 0
    state(
        house, TelegramLinked(update_id=5, staff_id="staff:x"), [PersonalRow("staff:x", Personal.TELEGRAM_NAME, "Аня")]
    )
    tell(house, [JOB, DISK], (), NOW)
    page = tab.call(Home, "opened")
    assert page.failures == 2
    assert "Кончается место" in page.failing
    outbox = tab.call(Outbox, "opened")
    assert {(one.recipient, one.reader_name, one.lead_id, one.step) for one in outbox.bubbles} == {
        ("Сотруднику", "Аня", "", "Сбой")
    }
    tab.call(Outbox, "narrow", {"person": "", "scenario": "house"})
    assert tab.call(Outbox, "beat").total == 2


def test_the_repair_of_what_failed_by_itself_is_no_deed_of_anybody(house: LocalWarehouse) -> None:
    tell(house, [DISK], (), NOW)
    tell(house, [], {("disk", "data")}, NOW)
    assert Tab(cookie(house, Role.ADMIN)).call(Audit, "opened").lines == []
