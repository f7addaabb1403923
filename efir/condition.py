"""How the house is: its processes, the log, what waits and what was refused. Reading only."""

import datetime as dtm
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from efir.process.hold import holder_of
from efir.settings import Settings
from efir.up import STATE_FILE
from warehouse.interface import Warehouse
from warehouse.reads import deliveries

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class ProcessCondition:
    """One process of the house."""

    name: str
    state: str
    pid: int | None
    restarts: int
    memory_mib: float | None


@dataclass(frozen=True, slots=True)
class LogCondition:
    """The log and what hangs on it."""

    facts: int
    last_seq: int
    size_mib: float
    self_check: Any
    rejected_open: int
    """Refused facts that nobody has replayed or discarded."""
    waiting_messages: int
    """Planned and not yet sent, failed or uncertain."""
    lag_seconds: float | None
    """Age of the oldest waiting message; None when nothing waits."""


def processes(home: Path) -> list[ProcessCondition]:
    """What the supervisor of this folder says of its children; empty when none runs."""
    path = home / STATE_FILE
    if holder_of(home) is None or not path.exists():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))["children"]
    return [
        ProcessCondition(row["name"], row["state"], row["pid"], row["restarts"], _memory_mib(row["pid"]))
        for row in rows
    ]


def log(warehouse: Warehouse, now: dtm.datetime) -> LogCondition:
    """What the warehouse says of itself."""
    health = warehouse.health()
    waiting = deliveries.backlog(warehouse).messages
    oldest = min((message.planned.recorded_at or now for message in waiting), default=None)
    return LogCondition(
        facts=health["facts"],
        last_seq=health["last_seq"],
        size_mib=round((health["size_bytes"] + health["wal_bytes"]) / 2**20, 1),
        self_check=health["self_check"],
        rejected_open=len(warehouse.rejected(state="open", limit=1_000_000)),
        waiting_messages=len(waiting),
        lag_seconds=round((now - oldest).total_seconds(), 1) if oldest else None,
    )


def report(settings: Settings, warehouse: Warehouse, now: dtm.datetime) -> dict[str, Any]:
    """Everything of `efir status --json`."""
    return {
        "home": str(settings.home.absolute()),
        "address": settings.address,
        "held_by": holder_of(settings.home),
        "processes": [asdict(one) for one in processes(settings.home)],
        "log": asdict(log(warehouse, now)),
    }


def _memory_mib(pid: int | None) -> float | None:
    try:
        resident = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    return round(int(resident) * PAGE_BYTES / 2**20, 1)
