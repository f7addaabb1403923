"""What every floor's tests need: a fixed moment and a real warehouse in a temporary folder."""

import datetime as dtm
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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
