"""Every night: a copy of the warehouse, made by its owner, examined here. No rules and no tables here."""

import dagster as dg

from pipelines.doors import settings
from pipelines.marts import labels
from warehouse.backups import back_up, reason
from warehouse.interface import Warehouse, WarehouseError

JOB = "back_up_warehouse"
WHY = "efir/why"
"""Tag of a run that failed: why, as a code of `domain.failure_words`."""


@dg.op(
    description="Copy the warehouse to EFIR_HOME/backups/nightly, examine the copy, keep the newest EFIR_BACKUPS_KEPT.",
    tags={"kind": "duckdb"},
)
def copy_warehouse(context: dg.OpExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> None:
    """Fails when there is no room, when the copy cannot be used, or when the warehouse does."""
    configured = settings()
    if not configured.backups_kept:
        context.log.info("No copy is made: EFIR_BACKUPS_KEPT is 0.")
        return
    try:
        made = back_up(warehouse, configured, kept=configured.backups_kept)
    except (OSError, WarehouseError) as error:
        context.instance.add_run_tags(context.run_id, {WHY: reason(error)})
        raise dg.Failure(f"No copy was made: {error}") from error
    metadata = {"path": str(made.path), "facts": made.facts, "bytes": made.size_bytes}
    context.add_output_metadata({**metadata, "deleted": [str(path) for path in made.dropped]})


@dg.job(
    name=JOB,
    description="Makes a copy of the warehouse that `efir restore` takes, and deletes the oldest ones.",
    tags=labels("upkeep"),
)
def back_up_warehouse() -> None:
    """See the job's description."""
    copy_warehouse()


nightly_backup = dg.ScheduleDefinition(
    name="back_up_warehouse_nightly",
    job=back_up_warehouse,
    cron_schedule="37 2 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 02:37 UTC: a copy of the warehouse in EFIR_HOME/backups/nightly.",
    tags=labels("upkeep"),
)
