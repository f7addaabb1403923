"""Facts of leads together with those of everybody who was merged with them: they are one person."""

from collections.abc import Collection

from domain.events import Fact
from domain.merging import MERGES, Families
from warehouse.interface import Warehouse


def families(warehouse: Warehouse) -> Families:
    """Who is one with whom now. Raises WarehouseError."""
    return Families(warehouse.facts_of(names=MERGES))


def facts_of_people(
    warehouse: Warehouse, known: Families, lead_ids: Collection[str], names: Collection[str] | None = None
) -> list[Fact]:
    """Facts of the leads and of all they are one with, MERGES among them. Raises WarehouseError.

    `known` may be a little old: merges that the facts themselves tell of count, too.
    """
    wanted = {*names, *MERGES} if names is not None else None
    asked: set[str] = set()
    found: list[Fact] = []
    while missing := known.all_of({*lead_ids, *asked}) - asked:
        fresh = warehouse.facts_of(lead_ids=sorted(missing), names=wanted)
        asked |= missing
        found += fresh
        known = known.joined_by(fresh)
    return found
