"""The composition root of Dagster: everything it knows, in one list. Built, not started: no connection is made here."""

import dagster as dg

from pipelines.bulk import react_in_bulk
from pipelines.derived import (
    INCREMENTAL,
    asset_of,
    nightly_verification,
    recomputation_of,
    refresh_marts,
    verify_marts,
)
from pipelines.doors import warehouse_door
from pipelines.nightly_backup import back_up_warehouse, nightly_backup
from pipelines.nightly_export import export_days, nightly_export
from pipelines.reclassify import reclassify
from pipelines.sensors import facts_arrived, marts_are_stale, messages_are_overdue
from pipelines.tables import MARTS, events, reaction
from pipelines.upkeep import deliver_overdue_messages, nightly_purge, purge_old_runs
from pipelines.watching import something_fails

defs = dg.Definitions(
    assets=[events, reaction, *(asset_of(mart) for mart in MARTS)],
    asset_checks=[recomputation_of(mart) for mart in INCREMENTAL],
    jobs=[
        react_in_bulk,
        reclassify,
        refresh_marts,
        verify_marts,
        deliver_overdue_messages,
        purge_old_runs,
        export_days,
        back_up_warehouse,
    ],
    sensors=[facts_arrived, marts_are_stale, messages_are_overdue, something_fails],
    schedules=[nightly_backup, nightly_export, nightly_purge, nightly_verification],
    resources={"warehouse": warehouse_door},
    executor=dg.in_process_executor,
)
