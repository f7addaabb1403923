"""The sensors, each named by its condition: thin readers that call the reaction, refresh tables or ask for a run."""

import datetime as dtm
import logging
import threading
import time
from weakref import WeakKeyDictionary

import dagster as dg
from pydantic import BaseModel

from pipelines import partitions
from pipelines.bulk import Selection
from pipelines.derived import Pass
from pipelines.doors import settings
from pipelines.follower import Follower
from pipelines.marts import labels
from pipelines.reaction import BulkRequest, Reactor
from pipelines.refreshing import Event, Refresh
from pipelines.tables import MARTS, all_reported
from warehouse import followers
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads.backstop import overdue_messages
from warehouse.reads.reaction import last_seq

log = logging.getLogger(__name__)

AT_LEAST_EVERY = dtm.timedelta(hours=1)
"""Tables and log are reported this often, changed or not: their freshness policies expect it."""
OVERDUE_AFTER = dtm.timedelta(minutes=2)
"""A planned message is sent within a second, a wave of a thousand within a minute."""
AGAIN_AFTER_SECONDS = 300


_FOLLOWERS: WeakKeyDictionary[Warehouse, Follower] = WeakKeyDictionary()
_FOLLOWERS_LOCK = threading.Lock()


class Refreshed(BaseModel):
    """Cursor of `marts_are_stale`: up to which fact, when last, when last all were reported, what was held up."""

    seq: int = -1
    at: dtm.datetime = dtm.datetime.fromtimestamp(0, dtm.UTC)
    broken: list[str] = []
    reported_at: dtm.datetime = dtm.datetime.fromtimestamp(0, dtm.UTC)


def follower_of(warehouse: Warehouse) -> Follower:
    """This process's follower of the warehouse, made when first asked for."""
    with _FOLLOWERS_LOCK:
        if warehouse not in _FOLLOWERS:
            _FOLLOWERS[warehouse] = Follower(
                Reactor(
                    warehouse,
                    bulk_leads=settings().reaction_bulk_leads,
                    per_second=settings().telegram_per_second,
                )
            )
        return _FOLLOWERS[warehouse]


@dg.sensor(
    name="facts_arrived",
    job_name="react_in_bulk",
    minimum_interval_seconds=1,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Tails the log: waits for facts, or for the next due moment, and appends at once what follows from them. One "
        "evaluation lasts a little under the daemon's 5 s beat; the work goes on in the gap before the next one, and "
        "stops some seconds after the last (turn the sensor off to pause the reaction). The cursor is the `seq` up to "
        "which everything was looked at. When very many leads are affected it asks for one run of `react_in_bulk`."
    ),
    tags=labels("reaction"),
)
def facts_arrived(context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.SensorResult:
    """See the sensor's description."""
    cursor = int(context.cursor) if context.cursor else None
    seen = follower_of(warehouse).watch(cursor, settings().reaction_window_seconds)
    requests = [_request(bulk) for bulk in seen.bulk]
    if seen.cursor is not None and not seen.problem:
        _tell_position(warehouse, seen.cursor)
    said = seen.problem or f"Everything up to seq {seen.cursor} was looked at."
    return dg.SensorResult(
        cursor=context.cursor if seen.cursor is None else str(seen.cursor),
        run_requests=requests,
        skip_reason=None if requests else said,
        asset_events=seen.events,
    )


def _tell_position(warehouse: Warehouse, seq: int) -> None:
    """For /metrics and `efir status`; the reaction itself does not need it."""
    try:
        followers.tell(warehouse, followers.REACTION, seq)
    except WarehouseError as error:
        log.warning("the reaction's position was not noted: %s", error)


def _request(bulk: BulkRequest) -> dg.RunRequest:
    selection = Selection(after_seq=bulk.after_seq, to_seq=bulk.to_seq, is_due=bulk.is_due)
    # Facts are looked at once a range; moments may come several times without a new fact.
    moment = f"-{_now():%Y%m%dT%H%M}" if bulk.is_due else ""
    return dg.RunRequest(
        run_key=f"{bulk.after_seq}-{bulk.to_seq}{moment}",
        run_config=dg.RunConfig(ops={"react_to_selection": selection}),
        tags={"efir/leads": str(bulk.leads)},
    )


@dg.sensor(
    name="marts_are_stale",
    job_name="refresh_marts",
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Refreshes the derived tables here and now, in dependency order, when facts are newer than they (at most once "
        "a minute): only the rows of the people and sessions that new facts concern. Each is examined before it is "
        "published; one that breaks a blocking claim stays as it was, with all that need it, until it is whole again. "
        "When there is too much to do, a run of `refresh_marts` is asked for. Every hour all are reported."
    ),
    tags=labels("marts"),
)
def marts_are_stale(context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.SensorResult:
    """See the sensor's description."""
    state = Refreshed.model_validate_json(context.cursor) if context.cursor else Refreshed()
    now, head = _now(), last_seq(warehouse)
    is_stale = head != state.seq and (now - state.at).total_seconds() >= settings().marts_after_seconds
    is_to_report = now - state.reported_at >= AT_LEAST_EVERY
    if not (is_stale or is_to_report):
        return dg.SensorResult(
            skip_reason=f"Refreshed at {state.at:%H:%M:%S} UTC, up to seq {state.seq}.{_held(state)}"
        )
    refresh = Refresh(warehouse, MARTS)
    if refresh.size() > settings().marts_inline:
        run = dg.RunRequest(run_key=f"{head}", run_config=dg.RunConfig(ops={"refresh_tables": Pass(is_whole=False)}))
        cursor = state.model_copy(update={"seq": head, "at": now})
        return dg.SensorResult(cursor=cursor.model_dump_json(), run_requests=[run])
    return _refreshed(context, refresh, state, now=now, is_to_report=is_to_report)


def _refreshed(
    context: dg.SensorEvaluationContext, refresh: Refresh, state: Refreshed, *, now: dtm.datetime, is_to_report: bool
) -> dg.SensorResult:
    started = time.monotonic()
    events: list[Event] = list(refresh.run())
    keys = partitions.there(refresh.warehouse)
    published = [mart for mart in MARTS if mart.name not in refresh.held_up]
    # Before the tables themselves: the UI shows what the newest report says, and rows and plots are of the table.
    events = [*partitions.untold(published, keys, context.instance), *events]
    state = Refreshed(seq=refresh.head, at=now, broken=refresh.broken, reported_at=state.reported_at)
    if is_to_report:
        state.reported_at = now
        events += all_reported(refresh.warehouse, {event.asset_key for event in events})
    return dg.SensorResult(
        cursor=state.model_dump_json(),
        skip_reason=f"Refreshed up to seq {refresh.head} in {time.monotonic() - started:.2f} s.{_held(state)}",
        asset_events=events,
        dynamic_partitions_requests=partitions.requests(keys, context.instance),
    )


def _held(state: Refreshed) -> str:
    return f" Left as they were, with all that need them: {', '.join(state.broken)}." if state.broken else ""


@dg.sensor(
    name="messages_are_overdue",
    job_name="deliver_overdue_messages",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "The backstop of delivery: when a planned message was tried by nobody for two minutes and is valid still, the "
        "resident notifier is not doing its work, and a run of `deliver_overdue_messages` is asked for."
    ),
    tags=labels("delivery"),
)
def messages_are_overdue(
    _context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]
) -> dg.SkipReason | dg.RunRequest:
    """See the sensor's description."""
    now = _now()
    overdue = overdue_messages(warehouse, planned_before=now - OVERDUE_AFTER, now=now)
    if overdue is None:
        return dg.SkipReason("Nothing waits for the notifier.")
    turn = int(now.timestamp() // AGAIN_AFTER_SECONDS)
    tags = {"efir/messages": str(overdue.messages), "efir/oldest": overdue.oldest_at.isoformat()}
    return dg.RunRequest(run_key=f"{overdue.newest_seq}-{turn}", tags=tags)


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)
