"""What every floor's tests need: a fixed moment and a real warehouse in a temporary folder."""

import datetime as dtm
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.moulds import Moulds, Story, nothing
from tests.patience import PATIENCE_MS
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse

UNWANTED = (
    # The address bar's suggestions are pages of the browser's own: each context paid a second of CPU for them.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    # What Playwright puts on this list; of two such lists Chromium takes the last.
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)  # fmt: skip
"""Parts of Chromium that no test has a use for."""
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    f"--disable-features={','.join(UNWANTED)}",
]  # fmt: skip


def pytest_configure() -> None:
    """What holds for every test."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode each process pays seconds of imports
    # No test speaks TLS, but every HTTP client would first read a list of authorities: 50 ms of CPU each time.
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = os.devnull
    # How long an example takes says how busy the machine is, not whether the code is right.
    settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What tests import stays: Python searches a million of its objects for cycles neither now nor during any test."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes begin first, so that workers side by side end together; within a file nothing moves."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture
def now() -> dtm.datetime:
    """A Wednesday afternoon in Moscow, far from any clock change."""
    return dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


@pytest.fixture(scope="session")
def moulds(tmp_path_factory: pytest.TempPathFactory) -> Moulds:
    """What warehouses are copied from."""
    return Moulds(tmp_path_factory.mktemp("moulds"))


@pytest.fixture
def story() -> Story:
    """What has happened before a test begins. Whose tests begin after a long story gives it here, not in each test."""
    return nothing


@pytest.fixture
def warehouse(tmp_path: Path, moulds: Moulds, story: Story) -> Iterator[LocalWarehouse]:
    """A real warehouse that may state everything, empty unless there is a story."""
    path = tmp_path / "warehouse.duckdb"
    moulds.copy(story, path)
    with LocalWarehouse(path, credential=Credential.of("admin")) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for every test that needs one."""
    chromium = shutil.which("chromium")
    assert chromium, "These tests need Debian's chromium: `make test` installs it where it may."
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
