"""`python -m benchmarks.delivery [--quick] [--json]`: real warehouse service, notifier process and Bot API server.

Latency runs from the moment the append of `message_planned` was acknowledged (durable) to the arrival of the request.
"""

import argparse
import json
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.delivery import chain, crowd
from tests.botapi.server import TOKEN, BotApi
from tests.notifier.house import SITE, House
from tests.notifier.process import Process
from warehouse.client import connect
from warehouse.settings import Settings

IDLE_SECONDS = 10.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the samples")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    given = parser.parse_args(arguments)
    samples, wave = (20, 50) if given.quick else (200, 500)
    with tempfile.TemporaryDirectory(prefix="efir-bench-") as folder, BotApi() as api:
        figures = measure(Path(folder), api, samples, wave)
    figures |= crowd.measure(100 if given.quick else 1_000)
    figures |= chain.measure(20 if given.quick else chain.SAMPLES)
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<72}{value}")


def measure(home: Path, api: BotApi, samples: int, wave: int) -> dict[str, Any]:
    """From the start of the notifier to its rest, with so many messages one by one and so many at once."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = Process("warehouse", home, {"EFIR_WAREHOUSE_PORT": str(port)})
    processes = [service]
    try:
        service.until("ready")
        with connect("admin", Settings(home=home, warehouse_port=port)) as warehouse:
            house = House(home, warehouse, api)
            house.a_webinar()
            bot = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": api.url, "EFIR_PUBLIC_URL": SITE}
            began = time.monotonic()
            notifier = Process("notifier", home, {"EFIR_WAREHOUSE_PORT": str(port), **bot})
            processes.append(notifier)
            notifier.until("ready")
            started = time.monotonic() - began
            return {
                "start, seconds to ready": round(started, 2),
                **_latency(house, api, samples),
                **_wave(house, api, wave),
                **_idle(notifier),
            }
    finally:
        for process in reversed(processes):
            process.end(signal.SIGTERM)


def _latency(house: House, api: BotApi, samples: int) -> dict[str, Any]:
    """One message at a time, each to a chat of its own."""
    leads = [house.a_lead(f"Гость {number}", chat=10_000 + number) for number in range(samples)]
    seconds = []
    for number, lead in enumerate(leads):
        house.plan(lead, "welcome")
        committed = time.monotonic()
        call = api.wait_for_calls(number + 1)[number]
        seconds.append(call.at - committed)
    cuts = statistics.quantiles(seconds, n=20)
    return {
        "samples": samples,
        "planned committed to Bot API called, p50 s": round(statistics.median(seconds), 3),
        "planned committed to Bot API called, p95 s": round(cuts[18], 3),
        "planned committed to Bot API called, max s": round(max(seconds), 3),
    }


def _wave(house: House, api: BotApi, size: int) -> dict[str, Any]:
    """Everybody at once: how long, and whether the ceiling holds."""
    leads = [house.a_lead(f"Гость {number}", chat=50_000 + number) for number in range(size)]
    before = len(api.calls("sendMessage"))
    facts = [house.due(lead, "live_now") for lead in leads]
    began = time.monotonic()
    house.warehouse.append(facts)
    times = [call.at for call in api.wait_for_calls(before + size, seconds=size / 5)[before:]]
    busiest = max(sum(1 for at in times if start <= at < start + 1) for start in times)
    return {
        "wave, messages": size,
        "wave, arrived": len(times),
        "wave, seconds": round(max(times) - began, 1),
        "wave, messages a second": round(len(times) / (max(times) - began), 1),
        "wave, most in any second (Telegram: 30)": busiest,
    }


def _idle(process: Process) -> dict[str, Any]:
    watched = psutil.Process(process.child.pid)
    watched.cpu_percent()
    time.sleep(IDLE_SECONDS)
    return {
        "idle, % of a core": watched.cpu_percent(),
        "idle, RSS MB": round(watched.memory_info().rss / 2**20),
    }


if __name__ == "__main__":
    main()
