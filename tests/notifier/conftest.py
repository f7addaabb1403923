"""Fixtures of the notifier's tests: the Bot API server, and a house with or without a bot token."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.botapi.server import BotApi
from tests.notifier.house import House
from warehouse.local import LocalWarehouse


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A Bot API server of its own for each test."""
    with BotApi() as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, warehouse: LocalWarehouse, api: BotApi) -> Iterator[House]:
    """A house with a bot token."""
    made = House(tmp_path, warehouse, api)
    yield made
    made.stop()


@pytest.fixture
def dry_house(tmp_path: Path, warehouse: LocalWarehouse) -> Iterator[House]:
    """A house without a token: the dry run."""
    made = House(tmp_path, warehouse, None)
    yield made
    made.stop()
