"""Jobs that keep the house in order: overdue messages, Dagster's own history, expired links. No rules, no tables."""

import datetime as dtm
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from pipelines.doors import settings
from pipelines.marts import labels
from warehouse import expired
from warehouse.interface import Warehouse

DRAIN_SECONDS = 300
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
RUNLESS = ""
"""Under this run id Dagster keeps events that were reported without a run."""


@dg.op(
    description="Let the notifier send what is due, in a process of its own; a resident one excludes it.",
    tags={"kind": "telegram"},
)
def drain_outbox(context: dg.OpExecutionContext) -> None:
    """Run `python -m notifier --drain-once`. Doors do not import one another, so it is a command. Fails if it fails."""
    command = [sys.executable, "-m", "notifier", "--drain-once"]
    done = subprocess.run(  # noqa: S603 - our own module
        command, capture_output=True, text=True, timeout=DRAIN_SECONDS, check=False
    )
    for line in (done.stdout + done.stderr).splitlines()[-50:]:
        context.log.info(line)
    if done.returncode:
        raise dg.Failure(f"The notifier ended with {done.returncode}; its last words are in this run's log.")


@dg.job(
    name="deliver_overdue_messages",
    description=(
        "The backstop of delivery: sends what the resident notifier should have sent long ago, if it is not running. "
        "`messages_are_overdue` requests it."
    ),
    tags=labels("delivery"),
)
def deliver_overdue_messages() -> None:
    """See the job's description."""
    drain_outbox()


@dg.op(description="Delete finished runs and events without a run that are older than EFIR_RUNS_KEPT_DAYS.")
def purge_history(context: dg.OpExecutionContext) -> None:
    """Dagster itself deletes old ticks (dagster.yaml) but neither runs nor events without a run."""
    before = dtm.datetime.now(dtm.UTC) - dtm.timedelta(days=settings().runs_kept_days)
    runs = purge_runs(context.instance, before)
    events = purge_runless_events(context.instance, before)
    context.add_output_metadata({"runs": runs, "events": events})


def purge_runs(instance: dg.DagsterInstance, before: dtm.datetime) -> int:
    """Delete finished runs last updated before then, with their files. Returns how many there were."""
    filters = dg.RunsFilter(statuses=FINISHED, updated_before=before)
    records = instance.get_run_records(filters)
    for record in records:
        instance.delete_run(record.dagster_run.run_id)
    _unlink_shards(Path(instance.root_directory), (record.dagster_run.run_id for record in records))
    return len(records)


def purge_runless_events(instance: dg.DagsterInstance, before: dtm.datetime) -> int:
    """Delete events reported without a run before then, but for the newest of each asset, kind and partition.

    Those the UI shows. Dagster has no call for this (1.13); it is its own table, so the version is pinned and a test
    holds it.
    """
    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage):
        return 0
    table = SqlEventLogStorageTable
    kept = (table.c.asset_key, table.c.dagster_event_type, table.c.partition)
    newest = sa.select(sa.func.max(table.c.id)).group_by(*kept)
    old = sa.and_(table.c.run_id == RUNLESS, table.c.timestamp < before.replace(tzinfo=None), table.c.id.not_in(newest))
    with storage.index_connection() as connection:
        deleted = connection.execute(sa.delete(table).where(old)).rowcount
    with storage.run_connection(RUNLESS) as connection:
        connection.execute(sa.delete(table).where(old))
    return int(deleted)


def _unlink_shards(home: Path, run_ids: Iterable[str]) -> None:
    """On SQLite each run has a database file of its own, which deleting the run leaves behind."""
    for run_id in run_ids:
        for leftover in (home / "history" / "runs").glob(f"{run_id}.db*"):
            leftover.unlink(missing_ok=True)


@dg.op(description="Delete links and logins whose time is over.", tags={"kind": "duckdb"})
def sweep_registry(context: dg.OpExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> None:
    """They open nothing any more; what they opened is in the log."""
    context.add_output_metadata({"entries": expired.sweep(warehouse, now=dtm.datetime.now(dtm.UTC))})


@dg.job(
    name="purge_old_runs",
    description=(
        "Deletes old runs and events from Dagster's own history, and links and logins that have expired; the log of "
        "facts is never touched."
    ),
    tags=labels("upkeep"),
)
def purge_old_runs() -> None:
    """See the job's description."""
    purge_history()
    sweep_registry()


nightly_purge = dg.ScheduleDefinition(
    name="purge_old_runs_nightly",
    job=purge_old_runs,
    cron_schedule="17 4 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 04:17 UTC: forget runs and events older than EFIR_RUNS_KEPT_DAYS, and expired links.",
    tags=labels("upkeep"),
)
