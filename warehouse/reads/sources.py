"""Sources: the paths of touches before conversions, as the asset `conversions` has them, and what sources cost."""

import dataclasses
import datetime as dtm
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from domain.attribution import CREDIT, Model, credits_of
from domain.costs import Cost
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.fresh import ask, fresh

COSTS = "costs"
CONVERSIONS = ("lead", "registered", "attended", "submitted")

Paths = dict[str, dict[tuple[str, ...], int]]
"""For each conversion: how many leads made it after which sources, oldest first."""


@dataclass(frozen=True, slots=True)
class Credit:
    """One source's credit for one conversion by one model."""

    conversion: str
    model: Model
    source: str


@dataclass(frozen=True, slots=True)
class CreditedLead:
    """A lead behind a credit, after which touches, and their part of the credit in hundredths of a conversion."""

    lead_id: str
    name: str
    at: dtm.datetime
    path: tuple[str, ...]
    credit: int


@dataclass(frozen=True, slots=True)
class Credited:
    """Some of the leads behind a credit, how many there are, and the whole credit: what their parts add up to."""

    rows: tuple[CreditedLead, ...]
    total: int
    credit: int


def paths(warehouse: Warehouse, since: dtm.datetime, until: dtm.datetime) -> Paths:
    """The paths before the conversions from `since` to `until` (not included)."""
    found: Paths = {name: {} for name in CONVERSIONS}
    for row in _paths(warehouse, since, until):
        found[row["conversion"]][_sources(row["touch_path"])] = row["leads"]
    return found


def credited(
    warehouse: Warehouse, since: dtm.datetime, until: dtm.datetime, wanted: Credit, *, limit: int = 50, offset: int = 0
) -> Credited:
    """The leads behind a credit, the newest conversion first."""
    parts: dict[str, int] = {}
    whole = 0
    for row in _paths(warehouse, since, until):
        if row["conversion"] != wanted.conversion:
            continue
        part = credits_of(_sources(row["touch_path"]), CREDIT, wanted.model).get(wanted.source, 0)
        if part:
            parts[row["touch_path"]] = part
            whole += part * row["leads"]
    params = {
        "conversion": wanted.conversion,
        "paths": list(parts),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "limit": limit,
        "offset": offset,
    }
    seen = fresh(warehouse, "conversions")
    rows = ask(warehouse, seen, load("attribution_people"), params) if parts else []
    found = tuple(
        CreditedLead(
            row["lead_id"],
            row["lead_name"],
            row["converted_at"],
            _sources(row["touch_path"]),
            parts[row["touch_path"]],
        )
        for row in rows
    )
    return Credited(found, rows[0]["total"] if rows else 0, whole)


def _paths(warehouse: Warehouse, since: dtm.datetime, until: dtm.datetime) -> list[dict[str, Any]]:
    seen = fresh(warehouse, "conversions")
    return ask(warehouse, seen, load("attribution_paths"), {"since": since.isoformat(), "until": until.isoformat()})


def _sources(stored: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", json.loads(stored)))


def costs(warehouse: Warehouse, currency: str) -> list[Cost]:
    """Everything that was imported, oldest period first; `currency` is that of costs kept before costs named one."""
    found = [_cost(entry.body, currency) for entry in warehouse.entries(COSTS)]
    return sorted(found, key=lambda cost: (cost.since, cost.source, cost.campaign))


def _cost(body: dict[str, Any], currency: str) -> Cost:
    since, until = (dtm.date.fromisoformat(body[name]) for name in ("since", "until"))
    return Cost(body["source"], body.get("campaign", ""), body.get("currency", currency), body["minor"], since, until)


def keep_costs(warehouse: Warehouse, wanted: Iterable[Cost], currency: str, *, by: str) -> None:
    """Keep these costs; the same source, campaign, currency and period replaces what stood there."""
    older = {_cost(entry.body, currency).key: entry.key for entry in warehouse.entries(COSTS)}
    for cost in wanted:
        body = {**dataclasses.asdict(cost), "since": f"{cost.since}", "until": f"{cost.until}", "by": by}
        warehouse.put(COSTS, cost.key, body)
        if older.get(cost.key, cost.key) != cost.key:
            warehouse.delete(COSTS, older[cost.key])


def drop_cost(warehouse: Warehouse, key: str, currency: str) -> Cost | None:
    """Forget a cost that was imported by mistake; returns it, None if there was none."""
    dropped = None
    for entry in warehouse.entries(COSTS):
        cost = _cost(entry.body, currency)
        if cost.key == key:
            warehouse.delete(COSTS, entry.key)
            dropped = cost
    return dropped
