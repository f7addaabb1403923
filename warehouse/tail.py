"""The newest facts in memory, so that followers of the log need no query; also the place where they wait for more."""

import threading
from collections import deque

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.encoding import STORED

KEPT_ROWS = 20_000


class Tail:
    """The last committed facts as Arrow tables in `seq` order. Thread-safe."""

    def __init__(self, last_seq: int) -> None:
        """Start empty after `last_seq`: what is older must be asked of the database."""
        self._parts: deque[tuple[int, pa.Table]] = deque()
        self._rows = 0
        self._starts_after = last_seq
        self._last_seq = last_seq
        self._is_closed = False
        self._changed = threading.Condition()

    @property
    def last_seq(self) -> int:
        """The newest committed `seq`."""
        return self._last_seq

    def extend(self, facts: pa.Table, last_seq: int) -> None:
        """Add freshly committed facts and wake whoever waits."""
        with self._changed:
            self._parts.append((last_seq, facts))
            self._rows += facts.num_rows
            self._last_seq = last_seq
            while self._rows > KEPT_ROWS and len(self._parts) > 1:
                self._starts_after, gone = self._parts.popleft()
                self._rows -= gone.num_rows
            self._changed.notify_all()

    def after(self, seq: int) -> tuple[pa.Table | None, int]:
        """Facts after `seq` and the newest `seq`; None instead of facts when the tail does not reach back that far."""
        with self._changed:
            if seq < self._starts_after:
                return None, self._last_seq
            parts = [table for last, table in self._parts if last > seq]
            last_seq = self._last_seq
        if not parts:
            return STORED.empty_table(), last_seq
        table = pa.concat_tables(parts)
        return table.filter(pc.greater(table["seq"], pa.scalar(seq))), last_seq

    def wait(self, seq: int, seconds: float) -> bool:
        """Wait until something after `seq` is committed; False when time is up or the log closes."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._last_seq > seq, seconds)
            return self._last_seq > seq and not self._is_closed

    def close(self) -> None:
        """Wake every waiter for good."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
