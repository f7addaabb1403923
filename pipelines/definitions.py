"""The composition root of Dagster: everything it knows, in one list. Built, not started: no connection is made here."""

import dagster as dg

from pipelines.bulk import react_in_bulk
from pipelines.doors import warehouse_door
from pipelines.marts import asset_of, checks_of, labels
from pipelines.reclassify import reclassify
from pipelines.sensors import facts_arrived, marts_are_stale, messages_are_overdue
from pipelines.tables import MARTS, events, reaction
from pipelines.upkeep import deliver_overdue_messages, nightly_purge, purge_old_runs

refresh_marts = dg.define_asset_job(
    "refresh_marts",
    selection=dg.AssetSelection.assets(*(mart.name for mart in MARTS)),
    description="Rebuild every derived table from the log and run its checks: what `marts_are_stale` does, as a run.",
    tags=labels("marts"),
)

defs = dg.Definitions(
    assets=[events, reaction, *(asset_of(mart) for mart in MARTS)],
    asset_checks=[check for mart in MARTS for check in checks_of(mart)],
    jobs=[react_in_bulk, reclassify, refresh_marts, deliver_overdue_messages, purge_old_runs],
    sensors=[facts_arrived, marts_are_stale, messages_are_overdue],
    schedules=[nightly_purge],
    resources={"warehouse": warehouse_door},
    executor=dg.in_process_executor,
)
