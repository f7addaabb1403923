"""What the machines' doors count, in Prometheus' words. Counters live in the process; the log reports on itself."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "efir_collect_requests", "Requests to the collect API by HTTP status.", ["status"], registry=REGISTRY
)
ITEMS = Counter("efir_collect_events", "Events posted to the collect API by result.", ["result"], registry=REGISTRY)
SECONDS = Histogram("efir_collect_seconds", "From request read to durable answer.", registry=REGISTRY)
IS_UP = Gauge("efir_warehouse_up", "1 when the warehouse answered this scrape.", registry=REGISTRY)
FACTS = Gauge("efir_warehouse_facts", "Facts in the log.", registry=REGISTRY)
LAST_SEQ = Gauge("efir_warehouse_last_seq", "Sequence number of the newest fact.", registry=REGISTRY)


def render(health: Mapping[str, Any] | None) -> bytes:
    """The page of /metrics; `health` is the warehouse's own report, None when it did not answer."""
    IS_UP.set(0 if health is None else 1)
    if health is not None:
        FACTS.set(health.get("facts") or 0)
        LAST_SEQ.set(health.get("last_seq") or 0)
    return generate_latest(REGISTRY)
