"""Every page's frame holds the two switches: language, and light or dark."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from app.access import routes as access
from app.api import application as collect_api
from app.app import PAGES
from app.build import ROOT
from app.registration import landing, landing_view
from app.room import page as room_page
from app.settings import Settings
from app.shared import theme
from app.shared.bundle import MANIFEST
from app.shared.route import Route
from tests.app.calling import Caller
from warehouse.local import LocalWarehouse

PLAIN_PAGES = ("/login", "/invite/x", "/api/docs", "/room/S1", "/replay/S1", "/w/funnel")
"""What is written without Reflex; `/account` and the cabinet's doors extend the login's frame."""


def elements(drawn: Any) -> Iterator[str]:
    """The properties of every element of a drawn page, as text."""
    if isinstance(drawn, dict):
        yield from (str(one) for one in drawn.get("props", ()))
        for part in drawn.values():
            yield from elements(part)
    elif isinstance(drawn, list | tuple):
        for part in drawn:
            yield from elements(part)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_a_page_has_both_switches(route: Route) -> None:
    found = list(elements(route.page().render()))
    assert sum("theme-switch" in one for one in found if "className" in one) == 1
    assert sum("lang-switch" in one for one in found if "className" in one) == 1


@pytest.fixture
def plain(warehouse: LocalWarehouse, tmp_path: Path) -> Caller:
    client, made = tmp_path / "client", {"file": "assets/main-1.js"}
    (tmp_path / MANIFEST).write_text(json.dumps({room_page.ENTRY: made, landing_view.ENTRY: made}))
    own = [*room_page.routes(client), *landing.routes(client, Settings())]
    routes = [*access.routes(lambda: warehouse), *own]
    outer = Starlette(routes=routes)
    outer.mount("/", collect_api.application(lambda: warehouse, collect_api.Door(lambda: warehouse, trusted_hops=0)))
    return Caller(outer)


@pytest.mark.parametrize("path", PLAIN_PAGES)
def test_a_page_without_reflex_has_the_switch_and_comes_in_the_chosen_theme(plain: Caller, path: str) -> None:
    html = plain.get(path).text
    assert html.count("data-theme-switch") == 1
    assert theme.SCRIPT in html.partition("</head>")[0]
    assert '<html lang="ru">' in html, "no choice: the system decides"
    for cookie, said in (("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ('"><script>', "")):
        assert f'<html lang="ru"{said}>' in plain.get(path, headers={"cookie": f"efir_theme={cookie}"}).text


def test_the_browsers_frame_has_the_colour_of_the_page() -> None:
    tokens = (ROOT / "assets" / "efir.css").read_text(encoding="utf-8")
    ground = re.search(r"--ground: var\(--day, (#\w+)\) var\(--night, (#\w+)\)", tokens)
    assert ground
    assert ground.groups() == (theme.FRAME_COLOURS["light"], theme.FRAME_COLOURS["dark"])
