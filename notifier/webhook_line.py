"""The deliveries of one endpoint: what waits, what is under way, how far the log has been read. No calls, no log."""

import datetime as dtm
import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.events import Fact

WINDOW = 500
"""Deliveries of an endpoint that wait in memory; what comes after them waits in the log."""
AT_ONCE = 4
"""Requests to one endpoint under way at the same time."""


@dataclass(frozen=True, slots=True)
class Due:
    """The next attempt of a delivery."""

    delivery_id: str
    fact: Fact
    attempt: int
    tries_left: int
    """Retries that may follow this attempt."""


@dataclass(slots=True)
class Line:
    """Where one endpoint stands."""

    endpoint_id: str
    read_to: int
    """Facts up to here were looked at."""
    known: set[str]
    """Deliveries the log has an attempt of, though their facts may be read again."""
    kept_cursor: int = 0
    closed: set[str] | None = None
    """While the log is asked what is owed: deliveries that are settled meanwhile."""
    wished: set[str] = field(default_factory=set)
    """Deliveries that staff wants again, the end of whose last attempt we have not heard of yet."""
    _waiting: list[tuple[dtm.datetime, int, Due]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _open: dict[str, int] = field(default_factory=dict)
    """Deliveries that wait or are under way → seq of their fact while the log has no attempt of them, else 0."""
    busy: int = 0

    def add(self, due: Due, at: dtm.datetime, *, is_first: bool) -> bool:
        """Take a delivery on. False: it is open already, and stays as it is."""
        if due.delivery_id in self._open:
            return False
        self._open[due.delivery_id] = (due.fact.seq or 0) if is_first else 0
        self._push(due, at)
        return True

    def again(self, due: Due, at: dtm.datetime) -> None:
        """An open delivery waits for its next attempt."""
        self._open[due.delivery_id] = 0
        self._push(due, at)

    def put_back(self, due: Due, at: dtm.datetime) -> None:
        """The attempt is not in the log: it is to be made once more."""
        self._push(due, at)

    def close(self, due: Due) -> bool:
        """The delivery is over: it arrived, or it is dead. True: it was wished for again while we did not know that."""
        self._open.pop(due.delivery_id, None)
        if self.closed is not None:
            self.closed.add(due.delivery_id)
        is_wished = due.delivery_id in self.wished
        self.wished.discard(due.delivery_id)
        return is_wished

    def take(self, now: dtm.datetime) -> Due | None:
        """The next delivery that may be attempted now."""
        if self.busy >= AT_ONCE or not self._waiting or self._waiting[0][0] > now:
            return None
        self.busy += 1
        return heapq.heappop(self._waiting)[2]

    @property
    def next_at(self) -> dtm.datetime | None:
        """When the next attempt is due; None: nothing waits, or as much is under way as may be."""
        return self._waiting[0][0] if self._waiting and self.busy < AT_ONCE else None

    @property
    def has_room(self) -> bool:
        """Whether more facts may be read."""
        return len(self._open) < WINDOW

    @property
    def cursor(self) -> int:
        """Up to which fact nothing has to be read again after a crash."""
        first = min((seq for seq in self._open.values() if seq), default=None)
        return self.read_to if first is None else min(self.read_to, first - 1)

    def _push(self, due: Due, at: dtm.datetime) -> None:
        heapq.heappush(self._waiting, (at, next(self._numbers), due))
