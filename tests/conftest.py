"""What every floor's tests need: a fixed moment and a real warehouse in a temporary folder."""

import datetime as dtm
import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest
from playwright.sync_api import Browser, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse

CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


def pytest_configure() -> None:
    """Processes that tests start may keep their bytecode: without it each pays seconds of imports."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


class Lanes(LoadFileScheduling):
    """What runs one after the other while other files run beside it.

    The journeys share one house, and two browsers at once would starve a video's clock; what kills processes keeps
    both cores busy on its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        return lane(nodeid)


def lane(nodeid: str) -> str:
    """The file of a test, or what it shares with other files."""
    path = PurePath(nodeid.partition("::")[0])
    if path.parent.name in {"journeys", "screen"}:
        return "browser"
    return "kills" if path.name in {"test_kills.py", "test_crash.py", "test_process.py"} else str(path)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes:
    """For `-n 3 --dist loadfile`; without `-n` nobody asks."""
    return Lanes(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest lanes begin first."""
    items.sort(key=lambda item: {"browser": 0, "kills": 1}.get(lane(item.nodeid), 2))


@pytest.fixture
def now() -> dtm.datetime:
    """A Wednesday afternoon in Moscow, far from any clock change."""
    return dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[LocalWarehouse]:
    """An empty real warehouse that may state everything."""
    with LocalWarehouse(tmp_path / "warehouse.duckdb", credential=Credential.of("admin")) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for every test that needs one."""
    chromium = shutil.which("chromium")
    assert chromium, "These tests need Debian's chromium: `make test` installs it where it may."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
