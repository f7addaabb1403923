"""One house and one browser for all journeys: starting them is most of the cost."""

import datetime as dtm
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys.house import House, running

CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house") / "home") as house:
        yield house


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "The journeys need Debian's chromium: `make test` installs it where it may."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


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
