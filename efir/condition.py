"""How the house is: its processes, the log, its newest copy, what waits and what was refused. Reading only."""

import datetime as dtm
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from efir.process.hold import holder_of
from efir.settings import Settings
from efir.up import STATE_FILE
from warehouse import copies
from warehouse.interface import Warehouse
from warehouse.reads import deliveries
from warehouse.reads.condition import open_refusals, reaction

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
OLD_AFTER = dtm.timedelta(days=2)
"""A copy is made every night: one older than this says that two nights brought none."""
UNITS = ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"))


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
    reaction_behind_facts: int | None
    """Facts the reaction has not looked at, as of its last evaluation; None before its first word."""
    reaction_lag_seconds: float | None
    """Age of the oldest of them."""
    lag_seconds: float | None
    """Age of the oldest waiting message; None when nothing waits."""


@dataclass(frozen=True, slots=True)
class CopyCondition:
    """The newest copy of the warehouse under the home."""

    path: str
    made_at: str
    age_seconds: float
    size_mib: float
    is_old: bool

    @property
    def in_words(self) -> str:
        """How long ago it was made, and how large it is."""
        return f"{ago(self.age_seconds)}, {self.size_mib} MiB"


def ago(seconds: float) -> str:
    """An age in words, in whole units: 3 days ago."""
    for length, unit in UNITS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def copy(settings: Settings, now: dtm.datetime) -> CopyCondition | None:
    """The newest copy, made by night or by hand; None when there is none under the home."""
    found = copies.newest(settings)
    if found is None:
        return None
    age = max(dtm.timedelta(), now - found.made_at)
    size_mib = round(found.size_bytes / 2**20, 1)
    made_at = found.made_at.isoformat(timespec="seconds")
    return CopyCondition(str(found.path), made_at, round(age.total_seconds()), size_mib, age > OLD_AFTER)


def processes(home: Path) -> list[ProcessCondition]:
    """What the supervisor of this folder says of its children, or said last; empty when it never ran."""
    path = home / STATE_FILE
    if not path.exists():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))["children"]
    is_held = holder_of(home) is not None
    return [_process(row, is_held=is_held) for row in rows]


def _process(row: dict[str, Any], *, is_held: bool) -> ProcessCondition:
    if not is_held:
        return ProcessCondition(row["name"], f"gone (was {row['state']})", None, row["restarts"], None)
    return ProcessCondition(row["name"], row["state"], row["pid"], row["restarts"], _memory_mib(row["pid"]))


def log(warehouse: Warehouse, now: dtm.datetime) -> LogCondition:
    """What the warehouse says of itself."""
    health = warehouse.health()
    lag = reaction(warehouse, now)
    waiting = deliveries.backlog(warehouse).messages
    oldest = min((message.planned.recorded_at or now for message in waiting), default=None)
    return LogCondition(
        facts=health["facts"],
        last_seq=health["last_seq"],
        size_mib=round((health["size_bytes"] + health["wal_bytes"]) / 2**20, 1),
        self_check=health["self_check"],
        rejected_open=open_refusals(warehouse),
        reaction_behind_facts=lag.facts if lag else None,
        reaction_lag_seconds=round(lag.seconds, 1) if lag else None,
        waiting_messages=len(waiting),
        lag_seconds=round((now - oldest).total_seconds(), 1) if oldest else None,
    )


def report(settings: Settings, warehouse: Warehouse | None, now: dtm.datetime) -> dict[str, Any]:
    """Everything of `efir status --json`; without a warehouse what stands on the disk, and `log` is None."""
    found = copy(settings, now)
    return {
        "home": str(settings.home.absolute()),
        "address": settings.address,
        "held_by": holder_of(settings.home),
        "processes": [asdict(one) for one in processes(settings.home)],
        "log": asdict(log(warehouse, now)) if warehouse else None,
        "copy": asdict(found) if found else None,
    }


def _memory_mib(pid: int | None) -> float | None:
    try:
        resident = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    return round(int(resident) * PAGE_BYTES / 2**20, 1)
