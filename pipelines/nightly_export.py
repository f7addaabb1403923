"""Every night: Parquet files of the day that ended, through the warehouse's own export. No rules and no tables here."""

import datetime as dtm

import dagster as dg

from pipelines.doors import settings
from pipelines.marts import labels
from warehouse.exporting import drop_old, due_days, export_day
from warehouse.interface import Warehouse


@dg.op(
    description="Write days that are over and have no whole export; delete those older than EFIR_EXPORTS_KEPT_DAYS.",
    tags={"kind": "parquet"},
)
def write_exports(context: dg.OpExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> None:
    """Facts and tables of yesterday, and of nights when nothing ran. Fails if the warehouse does."""
    configured, now = settings(), dtm.datetime.now(dtm.UTC)
    exports, kept_days = configured.exports, configured.exports_kept_days
    for day in due_days(exports, today=now.date(), kept_days=kept_days):
        exported = export_day(warehouse, exports, day, now=now)
        context.log.info("%s: %s", day, exported.rows)
    dropped = drop_old(exports, today=now.date(), kept_days=kept_days)
    context.add_output_metadata({"deleted": [str(day) for day in dropped]})


@dg.job(
    name="export_days",
    description="Writes Parquet files of each day that is over to EFIR_HOME/exports: its facts, and every table.",
    tags=labels("upkeep"),
)
def export_days() -> None:
    """See the job's description."""
    write_exports()


nightly_export = dg.ScheduleDefinition(
    name="export_days_nightly",
    job=export_days,
    cron_schedule="27 1 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 01:27 UTC: Parquet files of yesterday, and of days that were missed.",
    tags=labels("upkeep"),
)
