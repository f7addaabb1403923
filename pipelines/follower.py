"""Keeps the reaction going between two evaluations of its sensor: a thread that works for as long as it is leased."""

import datetime as dtm
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

import dagster as dg

from pipelines.reaction import BulkRequest, Reactor
from pipelines.tally import Tally
from warehouse.interface import WarehouseError

log = logging.getLogger(__name__)

LEASE_SECONDS = 12.0
"""The daemon's beat is 5 s and it may miss one. Without evaluations the reaction stops after so long."""
STEP_SECONDS = 2.0
"""The longest a stop has to wait."""
PAUSE_SECONDS = 0.5
"""Between attempts while the warehouse cannot be reached."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one evaluation takes home."""

    cursor: int | None
    bulk: tuple[BulkRequest, ...]
    events: tuple[dg.AssetObservation | dg.AssetMaterialization, ...]
    problem: str = ""


class Follower:
    """One per process. Evaluations lease it; the work goes on through the gaps between them. Thread-safe."""

    def __init__(
        self, reactor: Reactor, *, lease_seconds: float = LEASE_SECONDS, step_seconds: float = STEP_SECONDS
    ) -> None:
        """Nothing runs until the first `watch`."""
        self._reactor = reactor
        self._lease_seconds = lease_seconds
        self._step_seconds = step_seconds
        self._tally = Tally()
        self._bulk: deque[BulkRequest] = deque()
        self._problem = ""
        self._error: BaseException | None = None
        self._told: int | None = None
        self._leased_until = 0.0
        self._worker: threading.Thread | None = None
        self._one_at_a_time = threading.Lock()
        self._news = threading.Event()

    def watch(self, cursor: int | None, seconds: float) -> Sighting:
        """Lease the thread and wait so long, or until there is something to tell at once (a run to request, a problem).

        A cursor that is not the one told last was set by hand, or never saved: the reaction goes back to it.
        Raises what the reaction raised.
        """
        with self._one_at_a_time:
            self._news.clear()
            self._leased_until = time.monotonic() + seconds + self._lease_seconds
            if not self._is_working() or cursor != self._told:
                self._start(cursor)
            if not (self._bulk or self._problem):
                self._news.wait(seconds)
            return self._sighting()

    def stop(self) -> None:
        """Give the lease up and wait for the step under way."""
        self._leased_until = 0.0
        if self._worker is not None:
            self._worker.join()

    def _is_working(self) -> bool:
        return self._worker is not None and self._worker.is_alive()

    def _start(self, cursor: int | None) -> None:
        leased_until = self._leased_until
        self.stop()
        self._leased_until = leased_until
        self._worker = threading.Thread(target=self._work, args=(cursor,), name="reaction", daemon=True)
        self._worker.start()

    def _sighting(self) -> Sighting:
        error, self._error = self._error, None
        if error is not None:
            raise error
        self._told = self._reactor.cursor  # before the requests: a request of a later step may come along, none is lost
        bulk = tuple(self._bulk.popleft() for _ in range(len(self._bulk)))
        return Sighting(self._told, bulk, tuple(self._tally.tell(_now())), self._problem)

    def _work(self, cursor: int | None) -> None:
        has_resumed = False
        while time.monotonic() < self._leased_until:
            try:
                if not has_resumed:
                    self._reactor.resume(cursor, _now())
                    has_resumed = True
                report = self._reactor.step(self._step_seconds, _now)
            except WarehouseError as error:
                self._wait_for_warehouse(error)
                continue
            except Exception as error:  # the next evaluation raises it, where an analyst sees it
                log.exception("the reaction stopped; the next evaluation starts it again")
                self._error = error
                self._news.set()
                return
            self._problem = ""
            self._tally.add(report)
            if report.bulk:
                self._bulk.append(report.bulk)
                self._news.set()

    def _wait_for_warehouse(self, error: WarehouseError) -> None:
        if not self._problem:
            log.warning("the reaction waits for the warehouse: %s", error)
        self._problem = str(error)
        self._news.set()
        time.sleep(PAUSE_SECONDS)


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)
