"""What people of the house did: facts that say who, and the journal of access. For the studio's journal."""

import datetime as dtm
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load


@dataclass(frozen=True, slots=True)
class StaffDeed:
    """One deed. `by` is "" where a fact does not say who; `about` is the journal's, the ids are a fact's."""

    name: str
    at: dtm.datetime
    by: str
    about: str
    is_fact: bool
    lead_id: str | None
    webinar_id: str | None
    session_id: str | None


def staff_deeds(warehouse: Warehouse, *, limit: int, offset: int = 0) -> tuple[list[StaffDeed], int]:
    """A page of deeds, newest first, and how many there are in all."""
    rows = warehouse.sql(load("staff_deeds"), {"limit": limit, "offset": offset}).to_pylist()
    deeds = [
        StaffDeed(
            row["deed"], row["occurred_at"], row["deed_by"], row["about"], row["is_fact"],
            row["lead_id"], row["webinar_id"], row["session_id"],
        )
        for row in rows
    ]  # fmt: skip
    return deeds, rows[0]["total"] if rows else 0
