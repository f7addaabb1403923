"""What the machines' doors count, in Prometheus' words. Counters live in the process; the log reports on itself."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.room.halls import Attendance
from warehouse.copies import Copy
from warehouse.reads.condition import Condition
from warehouse.reads.outbox import STATES

CONTENT_TYPE = CONTENT_TYPE_LATEST

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "efir_collect_requests", "Requests to the collect API by HTTP status.", ["status"], registry=REGISTRY
)
ITEMS = Counter("efir_collect_events", "Events posted to the collect API by result.", ["result"], registry=REGISTRY)
SECONDS = Histogram("efir_collect_seconds", "From request read to durable answer.", registry=REGISTRY)
IS_UP = Gauge("efir_warehouse_up", "1 when the warehouse answered this scrape.", registry=REGISTRY)
IS_WHOLE = Gauge("efir_warehouse_self_check_ok", "1 when the log passed its self-check at start.", registry=REGISTRY)
FACTS = Gauge("efir_warehouse_facts", "Facts in the log.", registry=REGISTRY)
LAST_SEQ = Gauge("efir_warehouse_last_seq", "Sequence number of the newest fact.", registry=REGISTRY)
REFUSALS = Gauge(
    "efir_rejected_events",
    "Refused facts by what became of them (open, replayed, discarded), where and why; repeats are counted.",
    ["state", "stage", "code"],
    registry=REGISTRY,
)
MESSAGES = Gauge("efir_messages", "Messages by state, as in the outbox.", ["state"], registry=REGISTRY)
ENDPOINTS = Gauge("efir_webhook_endpoints", "Webhook endpoints by state.", ["state"], registry=REGISTRY)
DELIVERIES = Gauge("efir_webhook_deliveries", "Their deliveries by outcome.", ["outcome"], registry=REGISTRY)
HANDLED = Gauge("efir_reaction_seq", "Newest fact the reaction has handled.", registry=REGISTRY)
BEHIND = Gauge("efir_reaction_behind_facts", "Facts it has not handled yet, as of its last word.", registry=REGISTRY)
LAG = Gauge("efir_reaction_lag_seconds", "Age of the oldest of them.", registry=REGISTRY)
COPIED = Gauge(
    "efir_backup_newest_timestamp_seconds",
    "When the newest copy of the log was made, Unix time; 0 while there is none.",
    registry=REGISTRY,
)
ROOMS = Gauge("efir_room_open", "Rooms somebody is in.", registry=REGISTRY)
CONNECTIONS = Gauge("efir_room_connections", "Open sockets of rooms by who holds them.", ["who"], registry=REGISTRY)
WATCHING = Gauge("efir_room_watching", "Attendees whose picture runs.", registry=REGISTRY)
ROOM_WAITING = Gauge("efir_room_facts_waiting", "Facts of rooms on their way to the log.", registry=REGISTRY)
ROOM_LOST = Gauge("efir_room_facts_lost", "Facts of rooms that could not be kept since the start.", registry=REGISTRY)


def render(
    health: Mapping[str, Any] | None, condition: Condition | None, copy: Copy | None, attendance: Attendance
) -> bytes:
    """The page of /metrics; `health` is the warehouse's own report, None (like `condition`) when it did not answer."""
    IS_UP.set(0 if health is None else 1)
    if health is not None:
        FACTS.set(health.get("facts") or 0)
        LAST_SEQ.set(health.get("last_seq") or 0)
        IS_WHOLE.set(health.get("self_check") == "ok")
    if condition is not None:
        _tell(condition)
    COPIED.set(copy.made_at.timestamp() if copy else 0)
    ROOMS.set(attendance.rooms)
    CONNECTIONS.labels("attendee").set(attendance.attendees)
    CONNECTIONS.labels("host").set(attendance.hosts)
    WATCHING.set(attendance.watching)
    ROOM_WAITING.set(attendance.facts_waiting)
    ROOM_LOST.set(attendance.facts_lost)
    return generate_latest(REGISTRY)


def _tell(condition: Condition) -> None:
    REFUSALS.clear()
    for count in condition.refusals:
        REFUSALS.labels(count.state, count.stage, count.code).set(count.times)
    messages = {count.state: count.messages for count in condition.messages}
    for state in STATES:
        MESSAGES.labels(state).set(messages.get(state, 0))
    for endpoints in ("active", "paused", "disabled"):
        ENDPOINTS.labels(endpoints).set(getattr(condition.webhooks, endpoints))
    for outcome in ("delivered", "failed", "dead"):
        DELIVERIES.labels(outcome).set(getattr(condition.webhooks.deliveries, outcome))
    if condition.reaction is not None:
        HANDLED.set(condition.reaction.seq)
        BEHIND.set(condition.reaction.facts)
        LAG.set(condition.reaction.seconds)
