import asyncio
import datetime as dtm
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reflex as rx
from reflex.state import BaseState
from starlette.routing import BaseRoute

from app import app as composition
from app.access.matrix import HANDLERS, PAGES, ROUTES, Audience
from app.access.roles import Role
from app.routes import routes
from app.settings import Settings
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio import frame
from app.studio.desk import Desk
from app.studio.frame import for_who_may
from app.studio.gate import Gate, name_of
from app.studio.leads import Leads
from app.studio.partners import Partners
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import tell
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)
REFUSED_BY_OMISSION = "setvar"
"""Reflex gives it to every State; the gate lets nobody call it."""
INTERNAL = ("reflex.",)


def states(cls: type[BaseState] = rx.State) -> Iterator[type[BaseState]]:
    yield cls
    for below in cls.get_substates():
        yield from states(below)


def every_handler() -> dict[str, type[BaseState]]:
    return {
        f"{cls.__name__}.{name}": cls
        for cls in states()
        if cls.__module__.startswith(("app.", *INTERNAL))
        for name in cls.event_handlers
        if name in vars(cls) and name != REFUSED_BY_OMISSION
    }


def paths(found: list[BaseRoute]) -> Iterator[str]:
    for route in found:
        inner = getattr(route, "exact", None)
        yield from inner or [str(route.path)]  # type: ignore[attr-defined] # every other one has a path


def test_every_handler_of_every_state_is_listed_and_nothing_else() -> None:
    found = every_handler()
    assert set(HANDLERS) == set(found)
    named = [cls.__name__ for cls in states() if cls.__module__.startswith("app.")]
    assert len(named) == len(set(named)), "two States of one name would share a line of the matrix"


def test_every_page_is_listed_and_nothing_else() -> None:
    assert set(PAGES) == {route.path for route in composition.PAGES}


def test_every_http_route_is_listed_and_nothing_else() -> None:
    ours = routes(Path(), Settings())
    assert set(ROUTES) == {*paths(ours), *paths(list(composition.app._api.routes))}  # type: ignore[union-attr] # noqa: SLF001


def test_staff_pages_open_with_a_handler_of_their_own_audience() -> None:
    for route in composition.PAGES:
        for opened in route.on_load if isinstance(route.on_load, list) else [route.on_load] if route.on_load else []:
            name = f"{opened.state.__name__}.{opened.fn.__name__}" if hasattr(opened, "state") else None
            assert name is None or HANDLERS[name] == PAGES[route.path], route.path


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalWarehouse, dict[str, str]]]:
    path = tmp_path_factory.mktemp("staffed") / "warehouse.duckdb"
    with LocalWarehouse(path, credential=Credential.of("admin")) as opened:
        tell(opened)
        yield opened, {"": "", **{str(role): cookie(opened, role) for role in Role}}


@pytest.fixture
def house(staffed: tuple[LocalWarehouse, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    connection.install(staffed[0])
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield staffed[1]
    connection.install(None)


class Arrival:
    """An event as it comes from a browser."""

    def __init__(self, cls: type[BaseState], handler: str) -> None:
        self.name = f"{cls.get_full_name()}.{handler}"


def knock(tab: Tab, cls: type[BaseState], handler: str) -> Any:
    return asyncio.run(Gate().preprocess(None, tab.root, Arrival(cls, handler)))  # type: ignore[arg-type]


STAFF_HANDLERS = [(name, who) for name, who in HANDLERS.items() if not isinstance(who, Audience)]


@pytest.mark.parametrize(("name", "who"), STAFF_HANDLERS, ids=[name for name, _ in STAFF_HANDLERS])
def test_the_gate_lets_through_whom_the_matrix_names(house: dict[str, str], name: str, who: frozenset[Role]) -> None:
    cls, handler = every_handler()[name], name.partition(".")[2]
    for role, header in house.items():
        update = knock(Tab(header), cls, handler)
        assert (update is None) == (role in {str(one) for one in who}), f"{role or 'a stranger'} at {name}"


def test_who_is_refused_sees_the_page_emptied(house: dict[str, str]) -> None:
    tab = Tab(house[Role.ANALYST])
    assert tab.call(Leads, "opened").lines
    update = knock(tab, Partners, "add")
    assert update.delta
    assert tab.page(Leads).lines == []
    assert tab.page(Desk).access == "forbidden"


@pytest.mark.parametrize("handler", ["setvar", "no_such_thing", "_refuse"])
def test_what_is_not_listed_is_refused_to_everybody(house: dict[str, str], handler: str) -> None:
    for header in house.values():
        update = knock(Tab(header), Leads, handler)
        assert update is not None
        assert not update.delta


def test_visitors_pass_the_gate(house: dict[str, str]) -> None:
    for name, who in HANDLERS.items():
        if isinstance(who, Audience):
            assert knock(Tab(), every_handler()[name], name.partition(".")[2]) is None


def test_an_event_of_an_unknown_state_has_no_name_in_the_matrix() -> None:
    assert name_of(Tab().root, "reflex___state____state.nowhere.opened") == "?.opened"


@pytest.mark.parametrize("what", ["/studio/audit", "Partners.add", "/staff/leads.csv"])
def test_what_a_role_may_not_do_is_shown_to_the_others_only(what: str) -> None:
    allowed = {**PAGES, **HANDLERS, **ROUTES}[what]
    assert isinstance(allowed, frozenset)
    shown = str(for_who_may(what, rx.el.p("…")))
    assert {role for role in Role if f'"{role}"' in shown} == allowed


def test_the_menu_asks_the_matrix() -> None:
    shown = str(frame.desk(name="home", title=""))
    for key in ("webhooks", "rejected", "accounts", "audit"):
        before, found, _ = shown.partition(f'"data-testid":"nav-{key}"')
        assert found
        assert before.rpartition(".includes(")[0].endswith('["admin"]'), key
