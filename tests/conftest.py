"""What every floor's tests need: a fixed moment and a real warehouse in a temporary folder."""

import datetime as dtm
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse


@pytest.fixture
def now() -> dtm.datetime:
    """A Wednesday afternoon in Moscow, far from any clock change."""
    return dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[LocalWarehouse]:
    """An empty real warehouse that may state everything."""
    with LocalWarehouse(tmp_path / "warehouse.duckdb", credential=Credential.of("admin")) as opened:
        yield opened
