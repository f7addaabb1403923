"""Rows of the derived tables of those whom later facts concern, computed anew: a table's patch.

Made once and kept by the door until a later fact changes it. The patch of a table is made of the patches of those it
needs, as the tables are made of one another.
"""

from dataclasses import dataclass

import pyarrow as pa

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.later import Later

KEYS = {
    "leads": "lead_id",
    "touches": "visitor_id",
    "attendance": "lead_id",
    "messages": "lead_id",
    "lead_list": "lead_id",
    "funnel_stages": "person_id",
    "conversions": "lead_id",
}
"""Tables that can be brought up to date by people, and the column that says whose a row is."""


@dataclass(frozen=True, slots=True)
class _Patch:
    mark: object
    rows: pa.Table


def concerned(found: Later) -> pa.Table:
    """Whom the facts concern, as questions ask for them: kind (lead, visitor) and id."""
    leads, visitors = sorted(found.leads), sorted(found.visitors)
    kinds = pa.array(["lead"] * len(leads) + ["visitor"] * len(visitors), pa.string())
    return pa.table({"kind": kinds, "id": pa.array([*leads, *visitors], pa.string())})


def patch(warehouse: Warehouse, found: Later, name: str) -> pa.Table:
    """The rows of this table (of `KEYS`) of those whom later facts concern. Raises WarehouseError."""

    def made(known: _Patch | None) -> _Patch:
        if known is not None and known.mark is found.mark:
            return known
        return _Patch(found.mark, _computed(warehouse, found, name))

    return warehouse.known.answer(("patch", name), made).rows


def _computed(warehouse: Warehouse, found: Later, name: str) -> pa.Table:
    given = frozenset(KEYS).intersection(tables.NEEDS[name])
    carried = {f"patched_{need}": patch(warehouse, found, need) for need in sorted(given)}
    carried["concerned"] = concerned(found)
    facts = tables.text("changed_facts").replace("the_concerned", "concerned")
    if found.facts is not None:
        facts, carried["carried_facts"] = load("facts_carried"), found.facts
    question = f"""
        with concerned_facts as materialized (\n{facts}\n)
        select * from (\n{tables.patch(name, "concerned_facts", given)}\n)
        where {KEYS[name]} in (select id from concerned)
    """
    return warehouse.sql(question, None, carried)
