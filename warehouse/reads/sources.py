"""Sources: the paths of touches before conversions, as the asset `conversions` has them, and what sources cost."""

import dataclasses
import datetime as dtm
import json
from collections.abc import Iterable
from typing import cast

from domain.costs import Cost
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.fresh import ask, fresh

COSTS = "costs"
CONVERSIONS = ("lead", "registered", "attended", "submitted")

Paths = dict[str, dict[tuple[str, ...], int]]
"""For each conversion: how many leads made it after which sources, oldest first."""


def paths(warehouse: Warehouse, since: dtm.datetime, until: dtm.datetime) -> Paths:
    """The paths before the conversions from `since` to `until` (not included)."""
    seen = fresh(warehouse, "conversions")
    question = f"with {seen.relations}\n{load('attribution_paths')}"
    found: Paths = {name: {} for name in CONVERSIONS}
    for row in ask(warehouse, question, {"since": since.isoformat(), "until": until.isoformat(), **seen.params}):
        found[row["conversion"]][tuple(cast("list[str]", json.loads(row["touch_path"])))] = row["leads"]
    return found


def costs(warehouse: Warehouse) -> list[Cost]:
    """Everything that was imported, oldest period first."""
    found = [
        Cost(
            entry.body["source"],
            entry.body["minor"],
            dtm.date.fromisoformat(entry.body["since"]),
            dtm.date.fromisoformat(entry.body["until"]),
        )
        for entry in warehouse.entries(COSTS)
    ]
    return sorted(found, key=lambda cost: (cost.since, cost.source))


def keep_costs(warehouse: Warehouse, wanted: Iterable[Cost], *, by: str) -> None:
    """Keep these costs; the same source and period replaces what stood there."""
    for cost in wanted:
        body = {**dataclasses.asdict(cost), "since": f"{cost.since}", "until": f"{cost.until}", "by": by}
        warehouse.put(COSTS, cost.key, body)


def drop_cost(warehouse: Warehouse, key: str) -> None:
    """Forget a cost that was imported by mistake."""
    warehouse.delete(COSTS, key)
