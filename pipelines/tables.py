"""The derived tables in the order in which they depend on one another, and the log they come from, as assets."""

import dagster as dg

from pipelines.assets.attendance import attendance
from pipelines.assets.attribution import attribution, conversions
from pipelines.assets.audience_curve import audience_curve
from pipelines.assets.funnel import funnel
from pipelines.assets.lead_metrics import lead_metrics
from pipelines.assets.leads import leads
from pipelines.assets.outcomes import offer_results, outcomes
from pipelines.assets.results import message_results, partner_results
from pipelines.assets.touches import touches
from pipelines.marts import OWNERS

MARTS = (
    touches, leads, attendance, lead_metrics, funnel, outcomes, offer_results, audience_curve, conversions, attribution,
    partner_results, message_results,
)  # fmt: skip

events = dg.AssetSpec(
    "events",
    description=(
        "The append-only log of facts: everything else is derived from it. Doors append (forms, the room, the bot, the "
        "collect API); nothing is edited. Each event's meaning and fields: `docs/events.md`. No personal data."
    ),
    owners=OWNERS,
    group_name="log",
    kinds={"duckdb"},
    metadata={"dagster/table_name": "main.events"},
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
    metadata={"dagster/table_name": "main.events"},
)
