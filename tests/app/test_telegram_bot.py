"""Deep links lead to the bot the notifier knows; without one, to our own page."""

import asyncio
import datetime as dtm
from typing import Any

from app.registration.links import telegram_link
from app.settings import Settings
from app.shared import telegram
from app.shared.warehouse import Connection
from warehouse.local import LocalWarehouse

NOW = dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC)


def told(warehouse: LocalWarehouse, **body: Any) -> None:
    warehouse.put(telegram.COLLECTION, telegram.KEY, body)


def link(warehouse: LocalWarehouse) -> str:
    settings = Settings(public_url="https://efir.example.org")
    return asyncio.run(telegram_link(Connection(warehouse), {"lead_id": "l-1"}, settings, NOW))


def test_with_a_bot_the_link_opens_it_with_start_ready(warehouse: LocalWarehouse) -> None:
    told(warehouse, transport="telegram", username="efir_test_bot")
    assert link(warehouse).startswith("https://t.me/efir_test_bot?start=")


def test_in_a_dry_run_it_opens_our_own_page(warehouse: LocalWarehouse) -> None:
    told(warehouse, transport="dry_run", username="")
    assert link(warehouse).startswith("https://efir.example.org/telegram/")
    assert asyncio.run(telegram.bot(Connection(warehouse))).is_dry_run


def test_a_bot_that_has_not_told_its_name_is_no_dry_run(warehouse: LocalWarehouse) -> None:
    assert not asyncio.run(telegram.bot(Connection(warehouse))).is_dry_run
    told(warehouse, transport="telegram", username="")
    assert link(warehouse).startswith("https://efir.example.org/telegram/")
    assert not asyncio.run(telegram.bot(Connection(warehouse))).is_dry_run
