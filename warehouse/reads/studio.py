"""Numbers beside the programme: who is registered, who came, who is in the room now, what each partner brought."""

import datetime as dtm
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.fresh import ask, fresh
from warehouse.reads.partners import NAMED

LONGEST_STAY = dtm.timedelta(days=2)
"""Nobody is in a room longer: whoever entered before, and was never seen to leave, is not there."""


@dataclass(frozen=True, slots=True)
class SessionNumbers:
    """Leads of one session, each counted once. `attended` is the newest verdict."""

    registered: int = 0
    entered: int = 0
    attended: int = 0
    clicked: int = 0
    submitted: int = 0


@dataclass(frozen=True, slots=True)
class PartnerNumbers:
    """What a partner brought: touches through the link, leads, and how many of those registered and attended."""

    partner_id: str
    name: str
    joined_at: dtm.datetime
    touches: int
    leads: int
    registered: int
    attended: int
    alerts_sent: int
    alerts_skipped: int


def session_numbers(warehouse: Warehouse) -> dict[str, SessionNumbers]:
    """Numbers of every session that anybody registered for, by session id."""
    seen = fresh(warehouse, "attendance")
    rows = ask(warehouse, seen, load("studio_sessions"), {})
    return {
        row["session_id"]: SessionNumbers(
            row["registered"], row["entered"], row["attended"], row["clicked"], row["submitted"]
        )
        for row in rows
    }


def in_room(warehouse: Warehouse, now: dtm.datetime) -> dict[str, int]:
    """How many leads are in the room of each session, by their entered and left facts of the last `LONGEST_STAY`."""
    rows = warehouse.sql(load("studio_in_room"), {"since": (now - LONGEST_STAY).isoformat()}).to_pylist()
    return {row["session_id"]: row["leads"] for row in rows}


def partners(warehouse: Warehouse) -> list[PartnerNumbers]:
    """Every partner, the one with the most leads first."""
    seen = fresh(warehouse, "funnel_stages", "touches", "messages")
    return [
        PartnerNumbers(
            row["partner_id"],
            row["partner_name"],
            row["joined_at"],
            row["touches"],
            row["leads"],
            row["registered"],
            row["attended"],
            row["alerts_sent"],
            row["alerts_skipped"],
        )
        for row in ask(warehouse, seen, load("studio_partners"), {}, beside=[NAMED])
    ]
