"""The canary: a fact about nobody that is let loose every minute, and how soon the reaction answered it."""

import datetime as dtm
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load

LOST_AFTER = dtm.timedelta(seconds=30)
"""One that is not back by then is not slow: nobody reacts to facts."""
_RECENT = dtm.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Canary:
    """`latency_seconds`: from one commit to the other, of the newest that came back; None: none in the last hour."""

    released_at: dtm.datetime | None = None
    latency_seconds: float | None = None
    answered_at: dtm.datetime | None = None
    waiting_since: dtm.datetime | None = None
    """When the oldest was let loose that nobody has answered since."""

    def is_answered(self, now: dtm.datetime, *, within: dtm.timedelta) -> bool | None:
        """Whether facts are answered these days: False when canaries wait longer than that. None: who knows.

        Without a notifier none is let loose, and that one waits says nothing.
        """
        is_released = self.released_at is not None and now - self.released_at <= within
        if is_released and self.is_lost(now) and self.waiting_since and now - self.waiting_since >= within:
            return False
        return True if self.answered_at is not None and now - self.answered_at <= within else None

    def is_lost(self, now: dtm.datetime) -> bool:
        """The newest was let loose a while ago and nobody answered."""
        if self.released_at is None or now - self.released_at < LOST_AFTER:
            return False
        return self.answered_at is None or self.answered_at < self.released_at


def canary(warehouse: Warehouse, *, now: dtm.datetime) -> Canary:
    """How the newest canary fared. Raises WarehouseError."""
    return Canary(**warehouse.sql(load("canary"), {"since": now - _RECENT}).to_pylist()[0])
