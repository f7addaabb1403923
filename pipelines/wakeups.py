"""Who must be looked at again, and when: a heap in memory, rebuilt from the log at start. It knows no rules."""

import datetime as dtm
import heapq


class WakeUps:
    """At most one wake-up a key; setting it again moves it."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._due: dict[str, dtm.datetime] = {}
        self._heap: list[tuple[dtm.datetime, str]] = []

    def __len__(self) -> int:
        """How many wait."""
        return len(self._due)

    def set(self, key: str, due_at: dtm.datetime | None) -> None:
        """Wake the key then, whatever was set before; None: do not wake it."""
        if due_at is None:
            self._due.pop(key, None)
        elif self._due.get(key) != due_at:
            self._due[key] = due_at
            heapq.heappush(self._heap, (due_at, key))

    def no_later_than(self, key: str, due_at: dtm.datetime) -> None:
        """Wake the key then, or earlier if it was to be woken earlier."""
        if key not in self._due or self._due[key] > due_at:
            self.set(key, due_at)

    def next_at(self) -> dtm.datetime | None:
        """The earliest wake-up."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: dtm.datetime) -> list[str]:
        """Remove and return the keys whose moment has come, earliest first."""
        due: list[str] = []
        while (earliest := self.next_at()) is not None and earliest <= now:
            _, key = heapq.heappop(self._heap)
            del self._due[key]
            due.append(key)
        return due
