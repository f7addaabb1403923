"""What of the house fails, as Dagster and the log show it: its runs, the tables, webhooks, Telegram."""

import datetime as dtm
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as CheckStatus
from dagster._core.storage.tags import WILL_RETRY_TAG

from domain.events import FailureKind
from domain.failure_words import BY_HAND
from domain.failures import Seen, Thing
from pipelines import nightly_backup
from pipelines.making import RECOMPUTED
from pipelines.marts import labels
from pipelines.tables import MARTS
from pipelines.telling import tell
from warehouse.interface import Warehouse
from warehouse.reads import failures as reads
from warehouse.reads.webhooks import endpoints

WATCHED_JOBS = (
    "react_in_bulk", "reclassify", "refresh_marts", "verify_marts", "deliver_overdue_messages", "purge_old_runs",
    "export_days", nightly_backup.JOB, BY_HAND,
)  # fmt: skip
"""Jobs whose runs are watched: every one that is defined, and what analysts materialize by hand."""
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
REFUSALS, SILENT_FOR = 3, dtm.timedelta(minutes=5)
"""So many attempts over so long without one message taken: Telegram does not work. A hiccup is retried unheard."""
OWN: frozenset[FailureKind] = frozenset({"run", "check", "webhook"})
"""Kinds of which everything that can fail is known here."""
NIGHTLY: Thing = ("backup", "nightly")
LOOKED_BACK = dtm.timedelta(hours=6)


@dataclass(slots=True)
class Sight:
    """What was seen failing and what was seen well; the rest is unknown."""

    failing: list[Seen] = field(default_factory=list)
    well: set[Thing] = field(default_factory=set)


@dg.sensor(
    name="something_fails",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Looks at the newest run of every job, the newest result of every check, the tables' freshness, the webhook "
        "endpoints and what Telegram takes; states failures and recoveries as facts, and plans what those who run the "
        "house are told in Telegram. It requests no run."
    ),
    tags=labels("upkeep"),
)
def something_fails(context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.SkipReason:
    """See the sensor's description."""
    now = dtm.datetime.now(dtm.UTC)
    sight = look(context.instance, warehouse, now)
    told = tell(warehouse, sight.failing, sight.well, now)
    failing = ", ".join(f"{one.kind} {one.subject}" for one in sight.failing)
    news = ", ".join(f"{count} {name}" for name, count in told.items())
    return dg.SkipReason(f"Failing: {failing or 'nothing'}.{f' Stated: {news}.' if news else ''}")


def look(instance: dg.DagsterInstance, warehouse: Warehouse, now: dtm.datetime) -> Sight:
    """Everything this sensor watches, as it stands. Raises WarehouseError."""
    sight = Sight()
    _runs(instance, sight)
    _checks(instance, sight)
    _freshness(instance, sight)
    _webhooks(warehouse, sight)
    _telegram(warehouse, sight, now)
    # What is not there any more does not fail: a job of an earlier release, a renamed check, a deleted endpoint.
    there = {(one.kind, one.subject) for one in sight.failing} | sight.well | _known()
    sight.well |= {
        one.thing for one in reads.failures(warehouse, now=now) if one.kind in OWN and one.thing not in there
    }
    return sight


def _known() -> set[Thing]:
    """Jobs and checks that are there, whether they have ever run or not."""
    checks: set[Thing] = {("check", subject_of(key)) for key in check_keys()}
    return checks | {_thing_of(job) for job in WATCHED_JOBS}


def _thing_of(job: str) -> Thing:
    """What a run of the job stands for: of the copy everybody is told in its own words."""
    return NIGHTLY if job == nightly_backup.JOB else ("run", job)


def _runs(instance: dg.DagsterInstance, sight: Sight) -> None:
    """A job is as well as its newest finished run; one that is about to be retried says nothing yet."""
    for job in WATCHED_JOBS:
        records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=FINISHED), limit=1)
        for record in records:
            run = record.dagster_run
            if run.status is dg.DagsterRunStatus.SUCCESS:
                sight.well.add(_thing_of(job))
            elif run.tags.get(WILL_RETRY_TAG) != "true":
                ended = dtm.datetime.fromtimestamp(record.end_time or record.update_timestamp.timestamp(), dtm.UTC)
                detail = run.tags.get(nightly_backup.WHY, "unknown") if job == nightly_backup.JOB else run.run_id
                sight.failing.append(Seen(*_thing_of(job), ended, detail))


def check_keys() -> list[dg.AssetCheckKey]:
    """Every check of every table."""
    names = {mart.name: [claim.name for claim in mart.claims] for mart in MARTS}
    for mart in MARTS:
        if mart.grain != "whole":
            names[mart.name].append(RECOMPUTED)
    return [dg.AssetCheckKey(dg.AssetKey(table), name) for table, checks in names.items() for name in checks]


def subject_of(key: dg.AssetCheckKey) -> str:
    """A check's name, `table.check`."""
    return f"{key.asset_key.to_user_string()}.{key.name}"


def _checks(instance: dg.DagsterInstance, sight: Sight) -> None:
    """As of the newest evaluation of each. One that could not be evaluated is the matter of its run."""
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(check_keys())
    for key, record in latest.items():
        subject = subject_of(key)
        if record.status is CheckStatus.SUCCEEDED:
            sight.well.add(("check", subject))
        elif record.status is CheckStatus.FAILED:
            at = dtm.datetime.fromtimestamp(record.create_timestamp, dtm.UTC)
            sight.failing.append(Seen("check", subject, at))


def _freshness(instance: dg.DagsterInstance, sight: Sight) -> None:
    """By the tables' freshness policies, all together: who refreshes one refreshes all. Never judged: unknown."""
    records = instance.get_freshness_state_records([dg.AssetKey(mart.name) for mart in MARTS]).values()
    late = [record for record in records if record.freshness_state is FreshnessState.FAIL]
    thing: Thing = ("stale", "marts_are_stale")
    if late:
        sight.failing.append(Seen(*thing, min(record.updated_at for record in late), str(len(late))))
    elif any(record.freshness_state is FreshnessState.PASS for record in records):
        sight.well.add(thing)


def _webhooks(warehouse: Warehouse, sight: Sight) -> None:
    for one in endpoints(warehouse).values():
        if one.state == "disabled":
            sight.failing.append(Seen("webhook", one.endpoint_id, one.changed_at, one.reason))
        else:
            sight.well.add(("webhook", one.endpoint_id))


def _telegram(warehouse: Warehouse, sight: Sight, now: dtm.datetime) -> None:
    silence = reads.silence(warehouse, since=now - LOOKED_BACK)
    if not silence.refused:
        if silence.taken_at is not None:
            sight.well.add(("telegram", "bot"))
    elif silence.first_at and silence.refused >= REFUSALS and now - silence.first_at >= SILENT_FOR:
        sight.failing.append(Seen("telegram", "bot", silence.first_at, silence.code))
