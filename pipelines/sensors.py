"""The sensors, each named by its condition: thin readers that call the reaction, refresh tables or ask for a run."""

import datetime as dtm
import json
import logging
import threading
import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import dagster as dg

from pipelines.beat import Beat
from pipelines.bulk import Selection
from pipelines.doors import settings
from pipelines.marts import labels, refreshed
from pipelines.reaction import BulkRequest, Reactor
from pipelines.tables import MARTS
from pipelines.tally import Tally
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads.backstop import overdue_messages
from warehouse.reads.reaction import last_seq

log = logging.getLogger(__name__)

MARGIN_SECONDS = 0.05
"""A wait shorter than this is not worth a call."""
AT_LEAST_EVERY = dtm.timedelta(hours=1)
"""Tables are refreshed this often even without new facts: some of their numbers depend on the clock's verdicts."""
OVERDUE_AFTER = dtm.timedelta(minutes=2)
"""A planned message is sent within a second, a wave of a thousand within a minute."""
AGAIN_AFTER_SECONDS = 300


@dataclass(slots=True)
class Watch:
    """What one process remembers of the reaction between two evaluations."""

    reactor: Reactor
    beat: Beat
    tally: Tally = field(default_factory=Tally)
    lock: threading.Lock = field(default_factory=threading.Lock)


_WATCHES: WeakKeyDictionary[Warehouse, Watch] = WeakKeyDictionary()
_WATCHES_LOCK = threading.Lock()


def watch_of(warehouse: Warehouse) -> Watch:
    """This process's watch over the warehouse, made when first asked for."""
    with _WATCHES_LOCK:
        if warehouse not in _WATCHES:
            reactor = Reactor(warehouse, bulk_leads=settings().reaction_bulk_leads)
            _WATCHES[warehouse] = Watch(reactor, Beat(settings().reaction_window_seconds))
        return _WATCHES[warehouse]


@dg.sensor(
    name="facts_arrived",
    job_name="react_in_bulk",
    minimum_interval_seconds=1,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Tails the log: waits for facts, or for the next due moment, and appends at once what follows from them. "
        "One evaluation lasts a little under the daemon's 5 s beat, so the next one follows without a gap. The cursor "
        "is the `seq` up to which everything was looked at. When very many leads are affected it asks for one run of "
        "`react_in_bulk` instead."
    ),
    tags=labels("reaction"),
)
def facts_arrived(context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.SensorResult:
    """See the sensor's description."""
    watch = watch_of(warehouse)
    # A daemon that was killed leaves its evaluation running here; the new daemon's must not step beside it.
    if not watch.lock.acquire(timeout=settings().reaction_window_seconds):
        return dg.SensorResult(skip_reason="The previous evaluation is still at it.")
    try:
        started = time.monotonic()
        return _follow(context.cursor, watch, started + watch.beat.begin(started))
    finally:
        watch.beat.end(time.monotonic())
        watch.lock.release()


def _follow(cursor: str | None, watch: Watch, until: float) -> dg.SensorResult:
    reactor, bulk = watch.reactor, None
    problem = ""
    try:
        reactor.resume(int(cursor) if cursor else None, _now())
        while bulk is None and (left := until - time.monotonic()) > MARGIN_SECONDS:
            report = reactor.step(left, _now)
            watch.tally.add(report)
            bulk = report.bulk
    except WarehouseError as error:
        problem = f"The warehouse cannot be reached: {error}"
        log.warning(problem)
    requests = [_request(bulk)] if bulk else []
    return dg.SensorResult(
        cursor=cursor if reactor.cursor is None else str(reactor.cursor),
        run_requests=requests,
        skip_reason=None if requests else problem or f"Everything up to seq {reactor.cursor} was looked at.",
        asset_events=watch.tally.tell(_now()),
    )


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
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Refreshes the derived tables here and now, in dependency order with their checks, when facts are newer than "
        "they (at most once a minute), and every hour otherwise. A run would do the same for fifty times the CPU; to "
        "re-run by hand, materialize the assets or start `refresh_marts`."
    ),
    asset_selection=[mart.name for mart in MARTS],
    tags=labels("marts"),
)
def marts_are_stale(context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.SensorResult:
    """See the sensor's description."""
    now, head = _now(), last_seq(warehouse)
    state = json.loads(context.cursor) if context.cursor else {"seq": -1, "at": 0}
    age = now - dtm.datetime.fromtimestamp(state["at"], dtm.UTC)
    wanted = age >= AT_LEAST_EVERY or (
        head != state["seq"] and age >= dtm.timedelta(seconds=settings().marts_after_seconds)
    )
    if not wanted:
        return dg.SensorResult(skip_reason=f"Refreshed {age.total_seconds():.0f} s ago, up to seq {state['seq']}.")
    started = time.monotonic()
    events = list(refreshed(MARTS, warehouse))
    log.info("derived tables refreshed up to seq %d in %.2f s", head, time.monotonic() - started)
    return dg.SensorResult(
        cursor=json.dumps({"seq": head, "at": now.timestamp()}),
        skip_reason=f"Refreshed up to seq {head} in {time.monotonic() - started:.2f} s.",
        asset_events=events,
    )


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
