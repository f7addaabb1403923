"""The one thread that writes: gathers what waits into one transaction, commits, then answers. Knows no tables."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

import duckdb

from warehouse.failpoints import failpoint
from warehouse.interface import WarehouseError

GROUP_ROWS = 50_000
"""Facts one commit takes at most; beyond that DuckDB's WAL replay and memory suffer (measured.md)."""
GROUP_WORKS = 2_000
LOGGER = logging.getLogger("efir.warehouse")


class Work:
    """Something to do inside a transaction; its future is resolved after the commit."""

    def __init__(self, perform: Callable[[], Any], *, rows: int = 1) -> None:
        """`perform` runs in the writer thread; WarehouseError from it concerns this work only."""
        self.perform = perform
        self.rows = rows
        self.future: Future[Any] = Future()


class Room(Protocol):
    """What the writer writes into."""

    def begin(self) -> None:
        """Start a transaction."""

    def perform(self, works: Sequence[Work]) -> list[Any]:
        """Do the works; for each its result, or the WarehouseError that concerns it alone."""

    def commit(self) -> None:
        """Make it durable and visible."""

    def roll_back(self) -> None:
        """Undo everything since `begin`."""

    def rest(self) -> None:
        """Called between commits: time for a checkpoint."""


class Writer:
    """A queue and a thread. Group commit: whatever arrives during one fsync shares the next."""

    def __init__(self, room: Room) -> None:
        """Start the thread."""
        self._room = room
        self._queue: deque[Work] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="warehouse-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> Any:
        """Queue the work and wait for its durable result. Raises WarehouseError."""
        with self._changed:
            if self._is_closed:
                raise WarehouseError("The warehouse is closing; try again when it is back.")
            self._queue.append(work)
            self._changed.notify()
        return work.future.result()

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._take():
            self._write(group)
            self._room.rest()

    def _take(self) -> list[Work]:
        """The next group, in order of arrival; empty only when closed and drained."""
        with self._changed:
            while not self._queue and not self._is_closed:
                if not self._changed.wait(1.0):
                    self._room.rest()
            group: list[Work] = []
            rows = 0
            while self._queue and len(group) < GROUP_WORKS and (not group or rows + self._queue[0].rows <= GROUP_ROWS):
                rows += self._queue[0].rows
                group.append(self._queue.popleft())
            return group

    def _write(self, group: list[Work]) -> None:
        try:
            results = self._transact(group)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, every waiter must hear of it
            self._room.roll_back()
            self._after_failure(group, error)
            return
        for work, result in zip(group, results, strict=True):
            if isinstance(result, WarehouseError):
                work.future.set_exception(result)
            else:
                work.future.set_result(result)

    def _transact(self, group: list[Work]) -> list[Any]:
        self._room.begin()
        failpoint("before_insert")
        results = self._room.perform(group)
        failpoint("before_commit")
        self._room.commit()
        failpoint("after_commit")
        return results

    def _after_failure(self, group: list[Work], error: Exception) -> None:
        """One bad work must not harm its neighbours: each of a failed group gets a transaction of its own."""
        if len(group) > 1 and not isinstance(error, duckdb.FatalException):
            for work in group:
                self._write([work])
            return
        LOGGER.error("A commit failed: %s", error)
        for work in group:
            work.future.set_exception(WarehouseError(f"The warehouse could not store this: {error}"))
