"""How the house stands, for those who look after it: refusals by reason, how far the reaction is behind, the outbox."""

import datetime as dtm
from dataclasses import dataclass

from warehouse import followers
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.outbox import StateCount, states
from warehouse.reads.webhooks import Numbers, endpoints, numbers


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """Refusals of one kind; `times` counts every repeat."""

    state: str
    stage: str
    code: str
    refusals: int
    times: int


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a follower of the log is behind: facts, and the age of the oldest of them in seconds."""

    seq: int
    facts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class WebhookCount:
    """Endpoints by what they are, and deliveries of all of them by how they stand."""

    active: int
    paused: int
    disabled: int
    deliveries: Numbers


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything at one moment. `reaction` is None before its first word."""

    refusals: tuple[RefusalCount, ...]
    messages: tuple[StateCount, ...]
    reaction: Lag | None
    webhooks: WebhookCount


def refusals(warehouse: Warehouse) -> list[RefusalCount]:
    """Refusals by state, stage and reason."""
    rows = warehouse.sql(load("rejected_counts")).to_pylist()
    return [RefusalCount(r["state"], r["stage"], r["code"], int(r["refusals"]), int(r["times"])) for r in rows]


def open_refusals(warehouse: Warehouse) -> int:
    """How many refusals wait for somebody."""
    return sum(count.refusals for count in refusals(warehouse) if count.state == "open")


def reaction(warehouse: Warehouse, now: dtm.datetime) -> Lag | None:
    """How far the reaction is behind, as of its last evaluation (some seconds ago)."""
    seq = followers.handled(warehouse, followers.REACTION)
    if seq is None:
        return None
    last = warehouse.health()["last_seq"]
    oldest = warehouse.sql(load("oldest_unhandled"), {"seq": seq}).to_pylist()[0]["recorded_at"] if last > seq else None
    return Lag(seq, max(0, last - seq), max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def webhook_count(warehouse: Warehouse) -> WebhookCount:
    """How webhooks stand; of endpoints that were deleted neither themselves nor their deliveries."""
    known = endpoints(warehouse)
    counts = [count for key, count in numbers(warehouse).items() if key in known]
    total = Numbers(*(sum(getattr(count, name) for count in counts) for name in ("delivered", "failed", "dead")))
    found = [one.state for one in known.values()]
    return WebhookCount(found.count("active"), found.count("paused"), found.count("disabled"), total)


def condition(warehouse: Warehouse, now: dtm.datetime) -> Condition:
    """All of it."""
    return Condition(
        tuple(refusals(warehouse)),
        tuple(states(warehouse, now=now)),
        reaction(warehouse, now),
        webhook_count(warehouse),
    )
