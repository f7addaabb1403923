"""What people of the house did, as the log has it: for the journal."""

import datetime as dtm
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load


@dataclass(frozen=True, slots=True)
class StaffDeed:
    """One fact that somebody of the house caused. `by` is "" where the fact does not say who."""

    name: str
    at: dtm.datetime
    by: str
    lead_id: str | None
    webinar_id: str | None
    session_id: str | None


def staff_deeds(warehouse: Warehouse, *, limit: int, offset: int = 0) -> tuple[list[StaffDeed], int]:
    """A page of deeds, newest first, and how many there are in all."""
    rows = warehouse.sql(load("staff_deeds"), {"limit": limit, "offset": offset}).to_pylist()
    deeds = [
        StaffDeed(row["name"], row["occurred_at"], row["deed_by"], row["lead_id"], row["webinar_id"], row["session_id"])
        for row in rows
    ]
    return deeds, rows[0]["total"] if rows else 0
