"""Facts that concern everybody: merges of leads, and messages to the house's own people, which are about no lead.

Few in a large log: found in it once and kept by the door, then looked for in its tail only.
"""

from dataclasses import dataclass

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load

MOST_CARRIED = 20_000
"""So many facts a question carries along; more are read from the log."""

QUESTION = load("facts_told").replace("the_facts", f"(\n{load('facts_of_everybody')}\n)")

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the log ended a moment ago: the newest fact's `seq` and id."""

    seq: int = 0
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Everybodys:
    """The facts up to a place, as questions carry them along; `merges`: leads and those they were ever merged into."""

    until: Place
    facts: pa.Table
    merges: Pairs


def last_fact(warehouse: Warehouse, place: int) -> Place:
    """The newest fact, which stands at `place` or after it."""
    rows = warehouse.sql(load("last_fact"), {"place": place}).to_pylist()
    return Place(rows[0]["seq"], rows[0]["event_id"]) if rows else Place()


def leads_on(warehouse: Warehouse, known: Place, until: Place) -> bool:
    """Whether the log that ends at `until` goes on from the known place: a restored one may have other facts there."""
    if known.seq in {0, until.seq}:
        return known.seq == 0 or known == until
    rows = warehouse.sql(load("fact_at"), {"place": known.seq}).to_pylist()
    return [row["event_id"] for row in rows] == [known.event_id]


def everybodys(warehouse: Warehouse, until: Place) -> Everybodys:
    """These facts up to this place."""

    def grown(known: Everybodys | None) -> Everybodys:
        if known is not None and not leads_on(warehouse, known.until, until):
            known = None
        if known is not None and known.until.seq >= until.seq:
            return known
        after = known.until.seq if known else 0
        found = warehouse.sql(QUESTION, {"after": after, "until": until.seq})
        merges = _merges(found)
        if known is None:
            return Everybodys(until, found, merges)
        facts = pa.concat_tables([known.facts, found]).combine_chunks() if found.num_rows else known.facts
        return Everybodys(until, facts, known.merges | merges)

    found = warehouse.known.answer("everybodys", grown)
    if found.until.seq <= until.seq:
        return found
    return Everybodys(until, found.facts.filter(pc.field("seq") <= until.seq), found.merges)


def relations(found: Everybodys) -> tuple[str, dict[str, pa.Table]]:
    """`everybodys` (those facts) and `merged_leads` (survivors) as common table expressions, and what they read."""
    facts = load("facts_carried").replace("carried_facts", "everybodys_facts")
    carried = {"everybodys_facts": found.facts}
    if found.facts.num_rows > MOST_CARRIED:
        facts, carried = f"select * from main.events where {tables.ALWAYS}", {}
    own = "with events as (select * from everybodys)"
    merged = f"merged_leads as (\n{own}\nselect * from (\n{tables.text('survivors')}\n)\n)"
    return f"everybodys as materialized (\n{facts}\n),\n{merged}", carried


def _merges(facts: pa.Table) -> Pairs:
    rows = facts.select(["name", "lead_id", "properties"]).to_pylist()
    return frozenset(
        (row["lead_id"], orjson.loads(row["properties"])["into_lead_id"])
        for row in rows
        if row["name"] == "lead_merged" and row["lead_id"]
    )
