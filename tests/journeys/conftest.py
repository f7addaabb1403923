"""One house and one browser for all journeys: starting them is most of the cost."""

import datetime as dtm
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.house import House, running
from tests.journeys.visitor import Guest, link_telegram, sign_up


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house") / "home") as house:
        yield house


@pytest.fixture(scope="session", autouse=True)
def absentee(browser: Browser, house: House) -> Guest:
    """Somebody registers before all others and never comes; the minutes that takes pass while others are busy."""
    house.add_webinar("missed", seconds=20)
    session_id = house.add_session("missed", "journey002", starts_in=45, seconds=20)
    vera = Guest("Вера Пример", "+7 900 000-02-01", 1003)
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="ru-RU", timezone_id=house.zone, is_mobile=True
    )
    page = context.new_page()
    sign_up(page, house, vera, "/w/missed", session_id)
    link_telegram(page, house, vera)
    context.close()
    return vera


@pytest.fixture
def phone(browser: Browser, house: House) -> Iterator[BrowserContext]:
    """A visitor's phone, 360 px wide, in the house's daytime zone."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="ru-RU", timezone_id=house.zone, is_mobile=True, has_touch=True
    )
    yield context
    context.close()


@pytest.fixture
def desk(browser: Browser, house: House) -> Iterator[BrowserContext]:
    """A laptop, 1280 px wide."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU", timezone_id=house.zone)
    yield context
    context.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the journeys' screenshots land."""
    folder = Path(__file__).parent.parent.parent / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def moment() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)
