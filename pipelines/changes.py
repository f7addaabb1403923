"""Whom facts concern: the parts of the derived tables that are to be made anew. Asks, computes nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyarrow as pa

from pipelines.marts import Mart
from warehouse import tables
from warehouse.interface import Warehouse, WarehouseError
from warehouse.tables import KINDS, Part

IDS = ("lead", "visitor", "session")
AFTER = "seq > $since and seq <= $until"
ON_DAYS = "list_contains($days, strftime(occurred_at, '%Y-%m-%d')) and name in ('touch_recorded', 'core_lead_created')"


@dataclass(frozen=True, slots=True)
class Changes:
    """Leads, browsers and sessions that some facts concern."""

    leads: tuple[str, ...] = ()
    visitors: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many there are: what a refresh will cost, roughly."""
        return len(self.leads) + len(self.visitors) + len(self.sessions)

    def of(self, kind: str) -> tuple[str, ...]:
        """The ids of a kind."""
        return {"lead": self.leads, "visitor": self.visitors, "session": self.sessions}[kind]

    def part(self, mart: Mart, concerned: str) -> Part:
        """Whose rows of the table they are; `concerned` is the table that `lay` made of these changes."""
        size = sum(len(self.of(kind)) for kind in KINDS[mart.key])
        return Part(mart.grain, mart.key, concerned, size)


@dataclass(frozen=True, slots=True)
class Laid:
    """Changes laid out in the warehouse: a table of whom they concern and one of their facts. To be cleared away."""

    changes: Changes
    concerned: str
    facts: str

    def part(self, mart: Mart) -> Part:
        """See Changes.part."""
        return self.changes.part(mart, f"marts.{self.concerned}")


def concern(warehouse: Warehouse, changes: Changes) -> str:
    """Lay whom they concern out beside the tables; returns the name of that staged table."""
    return warehouse.stage_table("concerned", _listed((kind, one) for kind in IDS for one in changes.of(kind)))


def lay(warehouse: Warehouse, changes: Changes) -> Laid:
    """Lay the changes and their facts out beside the tables."""
    concerned = concern(warehouse, changes)
    question = tables.text("changed_facts").replace("the_concerned", f"marts.{concerned}")
    try:
        return Laid(changes, concerned, warehouse.stage_table("facts", question))
    except WarehouseError:
        warehouse.discard_table(concerned)
        raise


def clear(warehouse: Warehouse, laid: Laid) -> None:
    """Clear away what was laid out."""
    for staged in (laid.concerned, laid.facts):
        warehouse.discard_table(staged)


def after(warehouse: Warehouse, since: int, until: int) -> Changes:
    """Whom the facts with a `seq` after `since`, up to `until`, concern."""
    return _changes(warehouse, AFTER, {"since": since, "until": until})


def on_days(warehouse: Warehouse, days: Collection[str]) -> Changes:
    """Who was created or seen on these days (UTC, ISO dates)."""
    return _changes(warehouse, ON_DAYS, {"days": list(days)})


def _changes(warehouse: Warehouse, fresh: str, params: dict[str, object]) -> Changes:
    people = _people(warehouse, warehouse.sql(_question("changed_people", fresh), params))
    sessions = warehouse.sql(_question("changed_sessions", fresh), params, {"people_concerned": people})
    found: dict[str, list[str]] = {kind: [] for kind in IDS}
    for row in (*people.to_pylist(), *sessions.to_pylist()):
        found[row["kind"]].append(row["id"])
    return Changes(*(tuple(sorted(found[kind])) for kind in IDS))


def _people(warehouse: Warehouse, concerned: pa.Table) -> pa.Table:
    """These people with everybody they are tied to, by browsers and merges, however far."""
    newest = found = concerned
    while newest.num_rows:
        carried = {"people_newest": newest, "people_known": found}
        newest = warehouse.sql(tables.text("people_beside"), None, carried)
        found = pa.concat_tables([found, newest])
    return found


def _listed(rows: Iterable[tuple[str, str]]) -> pa.Table:
    kinds, ids = zip(*rows, strict=True) if (rows := list(rows)) else ((), ())
    return pa.table({"kind": pa.array(kinds, pa.string()), "id": pa.array(ids, pa.string())})


def _question(name: str, fresh: str) -> str:
    return tables.text(name).replace("the_condition", fresh)
