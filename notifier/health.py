"""What the notifier says of itself: a small file rewritten every few seconds, read by `--health`."""

import datetime as dtm
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from notifier.delivery import Delivery
from notifier.holder import folder, is_held
from warehouse.interface import Warehouse

BEAT_SECONDS = 5.0
_FILE = "health.json"
COLLECTION, KEY = "telegram_bot", "queue"
"""Registry entry {waiting, eta_seconds, at}."""
_STALE = dtm.timedelta(seconds=30)


def report(delivery: Delivery, transport: str, *, is_connected: bool, now: dtm.datetime) -> dict[str, Any]:
    """Counts since the start and what waits; `eta_seconds` is how long the wave now waiting will take."""
    return {
        "pid": os.getpid(),
        "at": now.isoformat(timespec="milliseconds"),
        "transport": transport,
        "is_connected": is_connected,
        "waiting": len(delivery.lanes),
        "eta_seconds": round(delivery.eta_seconds, 1),
        **asdict(delivery.counts),
    }


def tell(warehouse: Warehouse, body: dict[str, Any]) -> None:
    """Say in the registry how long the queue is, for the page that shows it; only while it matters. Blocking."""
    entry = warehouse.get(COLLECTION, KEY)
    queue = {"waiting": body["waiting"], "eta_seconds": body["eta_seconds"]}
    was_empty = entry is None or not entry.body["waiting"]
    if not (was_empty and not queue["waiting"]):
        warehouse.put(COLLECTION, KEY, {**queue, "at": body["at"]})


def write(home: Path, body: dict[str, Any]) -> None:
    """Replace the file in one step: a reader never sees half of it."""
    path = folder(home) / _FILE
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(body))
    draft.replace(path)


def forget(home: Path) -> None:
    """Take away what an earlier notifier said: who starts now is not that one."""
    (folder(home) / _FILE).unlink(missing_ok=True)


def check(home: Path, *, now: dtm.datetime) -> tuple[bool, str]:
    """Whether a notifier lives on this home, and a sentence or its report as JSON."""
    if not is_held(home):
        return False, f"No notifier runs on {home}. Start it: python -m notifier"
    try:
        body = json.loads((folder(home) / _FILE).read_text())
        age = now - dtm.datetime.fromisoformat(body["at"])
    except (OSError, ValueError, KeyError):
        return False, "The notifier is starting."
    if age > _STALE:
        return False, f"The notifier (pid {body['pid']}) has not moved for {age.total_seconds():.0f} s. Restart it."
    return True, json.dumps(body)
