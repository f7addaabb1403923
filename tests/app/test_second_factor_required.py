"""Where the house wants a second factor, nobody of the staff works without one: not by page, handler or route."""

import asyncio
import datetime as dtm
from collections.abc import Iterator

import pyotp
import pytest
from starlette.applications import Starlette

from app.access import accounts, guard, own, second_factor
from app.access.accounts import Account
from app.access.roles import Role
from app.crm.routes import routes
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.desk import Desk
from app.studio.gate import Gate
from app.studio.leads import Leads
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_matrix import Arrival
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import tell
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    tell(warehouse)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    monkeypatch.setenv("EFIR_SECOND_FACTOR_REQUIRED", "true")
    monkeypatch.setenv("EFIR_SECOND_FACTOR_GRACE_HOURS", "0")
    yield warehouse
    connection.install(None)


def test_everything_but_one_s_own_account_is_closed_until_it_is_on(house: LocalWarehouse) -> None:
    header = cookie(house, Role.MARKETER)
    tab = Tab(header, "/studio/leads")
    page = tab.call(Leads, "opened")
    assert (page.access, page.lines) == ("second_factor", [])
    arrival = Arrival(Leads, "opened")
    assert asyncio.run(Gate().preprocess(None, tab.root, arrival)) is not None  # type: ignore[arg-type]
    visitor = Caller(Starlette(routes=[*routes(), *own.routes(lambda: house)]))
    assert visitor.get("/staff/leads.csv", headers={"cookie": header}).status_code == 403
    assert visitor.get("/account", headers={"cookie": header}).status_code == 200
    secret = second_factor.proposed()
    code = pyotp.TOTP(secret).at(NOW)
    assert second_factor.turn_on(house, "marketer@example.org", secret, code, NOW)
    assert tab.call(Leads, "opened").access == "granted"
    assert tab.page(Desk).access == "granted"
    assert visitor.get("/staff/leads.csv", headers={"cookie": header}).status_code == 200


def test_who_has_just_joined_may_look_around_first(house: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_SECOND_FACTOR_GRACE_HOURS", "2")
    header = cookie(house, Role.HOST)
    assert Tab(header, "/studio/leads").call(Leads, "opened").access == "granted"
    account = accounts.find(house, "host@example.org")
    assert account
    joined = dtm.datetime.fromisoformat(account.created_at)
    assert not guard.lacks_second_factor(account, joined + dtm.timedelta(minutes=119))
    assert guard.lacks_second_factor(account, joined + dtm.timedelta(minutes=120))


def test_partners_and_houses_that_do_not_ask_are_left_alone(
    house: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not guard.lacks_second_factor(Account("partner:x", Role.PARTNER))
    assert guard.lacks_second_factor(Account("old@example.org", Role.ADMIN))
    monkeypatch.setenv("EFIR_SECOND_FACTOR_REQUIRED", "false")
    assert not guard.lacks_second_factor(Account("old@example.org", Role.ADMIN))
    assert Tab(cookie(house, Role.ADMIN), "/studio/leads").call(Leads, "opened").access == "granted"
