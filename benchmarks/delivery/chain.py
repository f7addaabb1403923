"""The whole chain with real Dagster: a fact is committed, the reaction plans a message, the notifier calls Telegram.

`python -m benchmarks.delivery.chain` runs it alone.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.reaction.house import start_dagster
from benchmarks.room.gauge import free_port
from domain.events import ConsentChoice, CoreIngestEvent, Emitter, Fact
from tests.botapi.server import TOKEN, BotApi
from tests.notifier.house import SITE, WEBINAR, House
from tests.notifier.process import Process, Program
from warehouse.client import connect
from warehouse.interface import Personal, PersonalRow
from warehouse.settings import Settings

SAMPLES = 100
_START_SECONDS = 90.0
_SEATING_SECONDS = 180.0


def measure(samples: int, people: int = 1_000) -> dict[str, Any]:
    """Seconds from `telegram_linked` in the log to the welcome at the Bot API, and where they went.

    First with nobody in a room, then in the same house with so many real sockets in one.
    """
    with tempfile.TemporaryDirectory(prefix="efir-") as folder, BotApi() as api:
        port = {"EFIR_WAREHOUSE_PORT": str(free_port())}
        with running(Path(folder), api, port) as house:
            return walked(house, api, port, samples, people)


def walked(house: House, api: BotApi, port: dict[str, str], samples: int, people: int) -> dict[str, Any]:
    """The same in a house that runs already."""
    house.a_webinar(time_zone="Etc/GMT")
    _tell("nobody in a room: sampling")
    idle = _sampled(house, api, samples, first_chat=10_000)
    _tell(f"{idle}; now {people:,} people take their seats")
    with _full_room(house, port, people) as room:
        _tell("all are in: sampling")
        full = _sampled(house, api, samples, first_chat=20_000)
    crowded = f"chain, {people:,} sockets"
    return {
        "chain, samples in each row": samples,
        **{f"chain, idle: {name}": seconds for name, seconds in idle.items()},
        **{f"{crowded}: {name}": seconds for name, seconds in full.items()},
        **{f"{crowded} / idle: {name[:-2]}": round(full[name] / idle[name], 2) for name in idle},
        **{f"{crowded}: {name}": value for name, value in room.items()},
    }


def _tell(progress: str) -> None:
    """Minutes go by between the figures."""
    print(progress, file=sys.stderr, flush=True)


def _sampled(house: House, api: BotApi, samples: int, first_chat: int) -> dict[str, float]:
    """One row: people who link Telegram one after another."""
    dice = random.Random(20260304)  # noqa: S311 - a benchmark must be repeatable
    leads = [_hand_in(house, f"Гость {number}") for number in range(samples + 1)]
    _await_leads(house, leads)
    warming = first_chat + samples
    house.link(warming, lead_id=leads[-1])  # the first one warms everything up
    assert api.wait_for_messages(1, warming, seconds=_START_SECONDS), "the chain does not work"
    total, before = [], len(api.calls("sendMessage"))
    for number, lead in enumerate(leads[:-1]):
        house.link(first_chat + number, lead_id=lead)
        committed = time.monotonic()
        calls = api.wait_for_calls(before + number + 1)
        total.append(calls[before + number].at - committed)
        time.sleep(dice.uniform(0.05, 1.0))  # samples fall on every moment of the daemon's beat
    return _figures(total, _breakdown(house, leads[:-1]))


@contextmanager
def _full_room(house: House, port: dict[str, str], people: int) -> Iterator[dict[str, Any]]:
    """A room that is full meanwhile; afterwards the mapping says how its people fared."""
    seated, fared = Program("benchmarks.room.seated", house.home, port, str(people)), dict[str, Any]()
    try:
        seated.until("seated", seconds=_SEATING_SECONDS)
        yield fared
    finally:
        code, _ = seated.end()
    assert code == 0, seated.text
    fared.update(json.loads(next(line for line in reversed(seated.text.splitlines()) if line.startswith("{"))))


def _hand_in(house: House, name: str) -> str:
    """A form; everything else follows from it."""
    lead_id = str(uuid.uuid4())
    form = CoreIngestEvent(submission_id=lead_id, consents=(ConsentChoice(purpose="processing", text_version="v1"),))
    rows = [PersonalRow(lead_id, Personal.NAME, name)]
    house.state(form, Emitter.WEB_FORM, lead_id=lead_id, webinar_id=WEBINAR, personal=rows)
    return lead_id


def _await_leads(house: House, leads: list[str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while len(house.warehouse.facts_of(lead_ids=leads, names={"scenario_start"})) < len(leads):
        assert time.monotonic() < deadline, "the reaction does not work"
        time.sleep(0.2)


def _breakdown(house: House, leads: list[str]) -> dict[str, list[float]]:
    """By the log's clock: linked → planned (reaction), planned → sending recorded (notifier)."""
    parts: dict[str, list[float]] = {"linked to planned": [], "planned to sending recorded": []}
    for lead in leads:
        facts = house.warehouse.facts_of(lead_ids=[lead])
        linked, planned, sending = (
            _first(facts, name) for name in ("telegram_linked", "message_planned", "message_sending")
        )
        parts["linked to planned"].append(planned - linked)
        parts["planned to sending recorded"].append(sending - planned)
    return parts


def _first(facts: list[Fact], name: str) -> float:
    found = next(
        fact for fact in facts if fact.name == name and fact.properties.get("template", "welcome") == "welcome"
    )
    assert found.recorded_at
    return found.recorded_at.timestamp()


def _figures(total: list[float], parts: dict[str, list[float]]) -> dict[str, float]:
    figures = {}
    for name, seconds in {"linked committed to Bot API called": total, **parts}.items():
        figures[f"{name}, p50 s"] = round(statistics.median(seconds), 3)
        figures[f"{name}, p95 s"] = round(statistics.quantiles(seconds, n=20)[18], 3)
    return figures


@contextmanager
def running(home: Path, api: BotApi, port: dict[str, str]) -> Iterator[House]:
    """Warehouse, real Dagster and notifier; ended afterwards."""
    bot = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": api.url, "EFIR_PUBLIC_URL": SITE}
    shared = {**port, **bot}
    with ExitStack() as processes:
        for role in ("warehouse", "notifier"):
            process = Process(role, home, shared)
            processes.callback(process.end)
            process.until("ready")
        start_dagster(processes, {**os.environ, "EFIR_HOME": str(home), **shared})
        settings = Settings(home=home, warehouse_port=int(port["EFIR_WAREHOUSE_PORT"]))
        yield House(home, processes.enter_context(connect("admin", settings)), api)


if __name__ == "__main__":
    for title, figure in measure(SAMPLES).items():
        print(f"{title:<72}{figure}")
