"""What `--health` is told, at the moments that matter: while the notifier starts, and from «ready» on."""

import asyncio
import json
import os

from notifier import health
from notifier.bot import build
from notifier.holder import folder, sender_of
from notifier.resident import run
from tests.notifier.house import House, now


def test_whoever_hears_ready_and_asks_at_once_is_answered(house: House) -> None:
    told = _start_and_ask(house)
    assert told == [(True, os.getpid())]


def test_what_an_earlier_notifier_said_is_not_said_of_the_one_that_starts(house: House) -> None:
    health_file = folder(house.home) / "health.json"
    health_file.parent.mkdir(parents=True)
    health_file.write_text('{"pid": 1, "at": "2001-01-01T00:00:00.000+00:00"}', encoding="utf-8")
    asked: list[tuple[bool, str]] = []
    warehouse_reads = house.warehouse.facts_of

    def asks_meanwhile(**query: object) -> object:
        asked.append(health.check(house.home, now=now()))
        return warehouse_reads(**query)  # type: ignore[arg-type]

    house.warehouse.facts_of = asks_meanwhile  # type: ignore[method-assign, assignment]
    _start_and_ask(house)
    assert asked[0] == (False, "The notifier is starting.")


def _start_and_ask(house: House) -> list[tuple[bool, int]]:
    """Run a notifier that is stopped at «ready»; what `--health` says just then: is it well, and its pid."""
    told: list[tuple[bool, int]] = []

    async def live() -> None:
        notifier = build(house.settings(), house.warehouse, now=house.now, monotonic=house.monotonic)
        stop = asyncio.Event()

        def ready() -> None:
            is_well, text = health.check(house.home, now=now())
            told.append((is_well, json.loads(text)["pid"]))
            stop.set()

        await run(notifier, stop, ready)

    with sender_of(house.home, "resident", now=now()):
        asyncio.run(live())
    return told
