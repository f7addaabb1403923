"""Whom a change concerns: the questions the reaction asks before it reads anybody's facts."""

import datetime as dtm
from collections.abc import Collection, Mapping
from typing import Any

from warehouse.interface import Warehouse
from warehouse.reads import load


def leads_between(warehouse: Warehouse, after_seq: int, to_seq: int) -> list[str]:
    """Leads that the facts with `after_seq < seq <= to_seq` speak about."""
    return _leads(warehouse, "leads_between", {"after_seq": after_seq, "to_seq": to_seq})


def leads_of_sessions(warehouse: Warehouse, session_ids: Collection[str]) -> list[str]:
    """Leads registered for one of the sessions, or seen in it."""
    return _leads(warehouse, "leads_of_sessions", {"session_ids": list(session_ids)}) if session_ids else []


def leads_of_visitors(warehouse: Warehouse, visitor_ids: Collection[str]) -> list[str]:
    """Leads these visitors turned out to be."""
    return _leads(warehouse, "leads_of_visitors", {"visitor_ids": list(visitor_ids)}) if visitor_ids else []


def leads_of_partners(warehouse: Warehouse, partner_ids: Collection[str]) -> list[str]:
    """Leads one of the partners brought or was given."""
    return _leads(warehouse, "leads_of_partners", {"partner_ids": list(partner_ids)}) if partner_ids else []


def leads_with_something_pending(
    warehouse: Warehouse, *, since: dtm.datetime, session_ids: Collection[str]
) -> list[str]:
    """Leads not created yet, with a fact recorded since then, or with a place in one of the sessions."""
    params = {"since": since, "session_ids": list(session_ids)}
    return _leads(warehouse, "leads_with_something_pending", params)


def registered_counts(warehouse: Warehouse, to_seq: int) -> dict[str, int]:
    """How many leads have a place in each session, by facts up to this `seq`."""
    rows = warehouse.sql(load("registered_counts"), {"to_seq": to_seq}).to_pylist()
    return {str(row["session_id"]): int(row["registered"]) for row in rows}


def last_seq(warehouse: Warehouse) -> int:
    """`seq` of the newest fact; 0 for an empty log."""
    row = warehouse.sql(load("last_seq")).to_pylist()[0]
    return int(row["last_seq"])


def _leads(warehouse: Warehouse, question: str, params: Mapping[str, Any]) -> list[str]:
    return [str(lead_id) for lead_id in warehouse.sql(load(question), params).column(0).to_pylist()]
