"""What every floor's tests need: a fixed moment and a real warehouse in a temporary folder."""

import datetime as dtm
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse


def pytest_configure() -> None:
    """Processes that tests start may keep their bytecode: without it each pays seconds of imports."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, then those that kill processes, then the whole house with a browser."""
    items.sort(key=lambda item: ("journey" in item.keywords) * 2 + ("crash" in item.keywords))


@pytest.fixture
def now() -> dtm.datetime:
    """A Wednesday afternoon in Moscow, far from any clock change."""
    return dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[LocalWarehouse]:
    """An empty real warehouse that may state everything."""
    with LocalWarehouse(tmp_path / "warehouse.duckdb", credential=Credential.of("admin")) as opened:
        yield opened
