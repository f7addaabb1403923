"""Once a minute a canary is let loose: a fact about nobody, which the reaction answers as it would any other."""

import datetime as dtm

from domain.events import CanaryReleased, Emitter, Fact
from warehouse.interface import Warehouse


class Canaries:
    """Remembers the last minute; a minute that another process had already is simply a duplicate."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._last: dtm.datetime | None = None

    def release(self, now: dtm.datetime) -> bool:
        """Let this minute's canary loose, if it is not yet. Blocking. Raises WarehouseError."""
        minute = now.replace(second=0, microsecond=0)
        if minute == self._last:
            return False
        fact = Fact.of(CanaryReleased(minute=minute), emitter=Emitter.NOTIFIER, occurred_at=minute)
        self._warehouse.append([fact], quarantine=False)
        self._last = minute
        return True
