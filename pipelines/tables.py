"""The derived tables in the order in which they depend on one another, and the log they come from, as assets."""

from collections.abc import Collection

import dagster as dg

from domain.events import Emitter
from pipelines.assets.attendance import attendance
from pipelines.assets.attribution import attribution, conversions
from pipelines.assets.audience_curve import audience_curve
from pipelines.assets.funnel import funnel, funnel_stages
from pipelines.assets.lead_metrics import lead_metrics
from pipelines.assets.leads import lead_list, leads
from pipelines.assets.outcomes import offer_results, outcomes
from pipelines.assets.results import message_results, messages, partner_results
from pipelines.assets.touches import touches
from pipelines.making import told
from pipelines.marts import FRESHNESS, OWNERS
from pipelines.plots import asked_bars
from warehouse.interface import Warehouse

MARTS = (
    leads, touches, attendance, messages, lead_list, lead_metrics, funnel_stages, funnel, outcomes, offer_results,
    audience_curve, conversions, attribution, partner_results, message_results,
)  # fmt: skip

LOG_COLUMNS = (
    ("seq", "bigint", "Commit order: monotonic, not without gaps."),
    ("event_id", "uuid", "Unique for ever: writing a fact twice changes nothing."),
    ("name", "varchar", "Which event: docs/events.md."),
    ("version", "integer", "Version of the event's properties."),
    ("emitter", "varchar", "Who stated it, by credential."),
    ("occurred_at", "timestamptz", "When it happened, by the emitter's clock."),
    ("recorded_at", "timestamptz", "When it was committed."),
    ("lead_id", "varchar", "The lead it is about."),
    ("webinar_id", "varchar", "The webinar it is about."),
    ("session_id", "varchar", "The session it is about."),
    ("correlation_id", "varchar", "What it followed from."),
    ("visitor_id", "varchar", "The browser it is about."),
    ("properties", "json", "The rest, typed per event."),
    ("fingerprint", "blob", "Digest of what was stated."),
)
LOG_SCHEMA = dg.TableSchema([dg.TableColumn(name, kind, description=says) for name, kind, says in LOG_COLUMNS])

events = dg.AssetSpec(
    "events",
    description=(
        "The append-only log of facts: everything else is derived from it. Doors append (forms, the room, the bot, the "
        "collect API); nothing is edited. Each event's meaning and fields: `docs/events.md`. No personal data."
    ),
    owners=OWNERS,
    group_name="log",
    kinds={"duckdb"},
    metadata={"dagster/table_name": "main.events", "dagster/column_schema": LOG_SCHEMA},
    freshness_policy=FRESHNESS,
)
reaction = dg.AssetSpec(
    "reaction",
    deps=["events"],
    description=(
        "The facts that follow from facts: canonical leads, consents, scenario starts, verdicts, routes, planned and "
        "skipped messages, the turns of AUTO sessions. Appended to the same log by `facts_arrived` (or "
        "`react_in_bulk`) with deterministic ids, usually a fraction of a second after their cause; the lag is in the "
        "metadata."
    ),
    owners=OWNERS,
    group_name="log",
    kinds={"python"},
    metadata={"dagster/table_name": "main.events", "dagster/column_schema": LOG_SCHEMA},
    freshness_policy=FRESHNESS,
)

FACTS = "select name, count(*) as n from events {where} group by name order by n desc"
DERIVING = (
    Emitter.CORE,
    Emitter.SCENARIO_SERVICE,
    Emitter.ATTENDANCE_SERVICE,
    Emitter.POST_WEBINAR_ROUTER,
    Emitter.SCHEDULER,
)
DERIVED = f"where emitter in ({', '.join(repr(str(emitter)) for emitter in DERIVING)})"


def all_reported(warehouse: Warehouse, told_already: Collection[dg.AssetKey]) -> list[dg.AssetMaterialization]:
    """What the UI is told every hour of the log and of tables that did not change: rows, and a picture."""
    found = [
        dg.AssetMaterialization(mart.name, metadata=told(mart, warehouse))
        for mart in MARTS
        if dg.AssetKey(mart.name) not in told_already
    ]
    for spec, where in ((events, ""), (reaction, DERIVED)):
        (row,) = warehouse.sql(f"select count(*) as n from events {where}").to_pylist()
        picture = asked_bars("Facts by event", FACTS.replace("{where}", where))(warehouse)
        found.append(dg.AssetMaterialization(spec.key, metadata={"dagster/row_count": row["n"], "plot": picture}))
    return found
