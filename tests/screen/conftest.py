"""A room server that serves the built page, and a browser that sits in it."""

import datetime as dtm
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.build import CURRENT, build
from tests.app.rooms import running
from tests.screen.room import Screen
from warehouse.local import LocalWarehouse


@pytest.fixture(scope="session")
def client() -> Path:
    """The built frontend; instant when it is up to date."""
    build()
    return CURRENT / "build" / "client"


@pytest.fixture
def screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: LocalWarehouse, client: Path, browser: Browser
) -> Iterator[Screen]:
    """The room and its browser."""
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "2")
    (tmp_path / "media").mkdir()
    with running(warehouse, client=client) as rooms:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU")
        yield Screen(rooms, browser, context, tmp_path / "media")
        context.close()


@pytest.fixture
def now() -> dtm.datetime:
    """This moment: the room's clock is the real one."""
    return dtm.datetime.now(dtm.UTC)
