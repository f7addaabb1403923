"""What the resident notifier should have taken long ago: the question of the backstop."""

import datetime as dtm
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many messages wait, the `seq` of the newest, and since when the oldest waits."""

    messages: int
    newest_seq: int
    oldest_at: dtm.datetime


def overdue_messages(warehouse: Warehouse, *, planned_before: dtm.datetime, now: dtm.datetime) -> Overdue | None:
    """Planned messages nobody tried to send that are valid still; None if there are none."""
    row = warehouse.sql(load("overdue_messages"), {"planned_before": planned_before, "now": now}).to_pylist()[0]
    return Overdue(row["messages"], row["newest_seq"], row["oldest_at"]) if row["messages"] else None
