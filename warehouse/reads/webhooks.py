"""Webhooks: the endpoints, what is owed to one, how its deliveries went. Reading only."""

import datetime as dtm
import json
from dataclasses import dataclass
from typing import Any

from domain.events import Fact
from domain.webhooks import ENDPOINT_EVENTS, Endpoint, fold_endpoints
from warehouse.interface import Warehouse
from warehouse.reads import load

CURSORS = "webhook_cursors"
"""Registry collection {seq}, by endpoint id: every fact up to it that is the endpoint's business was attempted."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that waits for another attempt. `is_replay`: staff asked for it, its retries begin anew."""

    delivery_id: str
    fact: Fact
    attempt: int
    """The last one that was made."""
    tries_left: int
    retry_at: dtm.datetime | None
    is_replay: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it stands after its newest attempt. `answer` is the beginning of what the receiver said."""

    delivery_id: str
    name: str
    occurred_at: dtm.datetime
    lead_id: str | None
    attempted_at: dtm.datetime
    outcome: str
    code: str
    detail: str
    attempts: int
    took_seconds: float
    status: int | None
    retry_at: dtm.datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many deliveries of an endpoint arrived, wait for a retry, are dead."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0


def endpoints(warehouse: Warehouse) -> dict[str, Endpoint]:
    """Every endpoint that is not deleted, by id."""
    found = fold_endpoints(warehouse.facts_of(names=ENDPOINT_EVENTS))
    return {key: one for key, one in found.items() if one.state != "deleted"}


def backlog(warehouse: Warehouse, endpoint_id: str) -> list[Owed]:
    """Deliveries that wait for another attempt, oldest first."""
    rows = warehouse.sql(load("webhook_backlog"), {"endpoint_id": endpoint_id}).to_pylist()
    return [
        Owed(row["delivery_id"], _fact(row), row["attempt"], row["tries_left"], row["retry_at"], bool(row["is_replay"]))
        for row in rows
    ]


def attempted(warehouse: Warehouse, endpoint_id: str, seq: int) -> set[str]:
    """Deliveries of an endpoint of which an attempt is in the log after `seq`."""
    rows = warehouse.sql(load("webhook_attempted"), {"endpoint_id": endpoint_id, "seq": seq}).to_pylist()
    return {row["delivery_id"] for row in rows}


def dead_in_a_row(warehouse: Warehouse, endpoint_id: str) -> int:
    """Deliveries that died since one arrived, or since the endpoint was switched on."""
    return int(warehouse.sql(load("webhook_dead_in_a_row"), {"endpoint_id": endpoint_id}).to_pylist()[0]["dead"])


def deliveries(warehouse: Warehouse, endpoint_id: str, *, outcome: str = "", limit: int = 30) -> list[DeliveryRow]:
    """The endpoint's deliveries with the newest attempts, the newest first; `outcome`: only those."""
    given = {"endpoint_id": endpoint_id, "outcome": outcome, "limit": limit}
    return [DeliveryRow(**row) for row in warehouse.sql(load("webhook_deliveries"), given).to_pylist()]


def numbers(warehouse: Warehouse) -> dict[str, Numbers]:
    """How deliveries stand, by endpoint id; endpoints without any are not in it."""
    rows = warehouse.sql(load("webhook_numbers")).to_pylist()
    return {row.pop("endpoint_id"): Numbers(**row) for row in rows}


def cursor(warehouse: Warehouse, endpoint: Endpoint) -> int:
    """Up to which fact an endpoint has been served at least once."""
    entry = warehouse.get(CURSORS, endpoint.endpoint_id)
    return int(entry.body["seq"]) if entry else endpoint.since_seq


def _fact(row: dict[str, Any]) -> Fact:
    envelope = {name: row[name] for name in Fact.model_fields if name != "properties"}
    return Fact(properties=json.loads(row["properties"]), **{**envelope, "event_id": str(envelope["event_id"])})
