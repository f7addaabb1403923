"""Partitions of the derived tables, as the UI shows and back-fills them: sessions, and days of people."""

from collections.abc import Iterable

import dagster as dg

from pipelines import changes
from pipelines.changes import Changes
from pipelines.marts import Mart
from pipelines.programme import Programme
from warehouse.interface import Warehouse

FIRST_DAY = "2025-01-01"
"""The first day's partition holds everybody who came before it, too."""
SESSIONS = dg.DynamicPartitionsDefinition(name="sessions")
DAYS = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, timezone="UTC", end_offset=1)


def of(mart: Mart) -> dg.PartitionsDefinition[str] | None:
    """How the table is partitioned: by session, by the day people came, or not at all."""
    return {"session": SESSIONS, "person": DAYS}.get(mart.grain)


def concerned(mart: Mart, keys: Iterable[str], warehouse: Warehouse) -> Changes:
    """Whose rows the partitions hold. A day: people who were created or seen on it (UTC), all their rows."""
    wanted = sorted(keys)
    if mart.grain == "session":
        return Changes(sessions=tuple(wanted))
    found = changes.on_days(warehouse, wanted)
    if FIRST_DAY in wanted:
        earlier = changes.before_day(warehouse, FIRST_DAY)
        found = Changes(
            tuple({*found.leads, *earlier.leads}), tuple({*found.visitors, *earlier.visitors}), found.sessions
        )
    return found


def unknown_sessions(warehouse: Warehouse, instance: dg.DagsterInstance) -> list[str]:
    """Sessions that have no partition yet."""
    known = set(instance.get_dynamic_partitions(str(SESSIONS.name)))
    return sorted(set(Programme(warehouse).schedule.sessions) - known)
