"""The reaction as a process of its own, without Dagster around it: the loop the sensor runs, with places to die in."""

import datetime as dtm
import itertools
import os
import signal
import time
from typing import Any

from pipelines.reaction import Reactor
from warehouse.client import connect
from warehouse.interface import Warehouse, WarehouseError
from warehouse.settings import Settings

POINTS = ("reaction_before_append", "reaction_after_append", "reaction_before_read", "reaction_after_read")


class Deadly:
    """The warehouse, with death before or after the n-th call of a kind (`EFIR_REACTION_FAILPOINT`)."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._name, _, count = os.environ.get("EFIR_REACTION_FAILPOINT", "").partition(":")
        self._at = int(count or 1)
        self._passes = itertools.count(1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)

    def append(self, *args: Any, **rest: Any) -> Any:
        self._pass("reaction_before_append")
        receipts = self._warehouse.append(*args, **rest)
        self._pass("reaction_after_append")
        return receipts

    def facts_of(self, **rest: Any) -> Any:
        self._pass("reaction_before_read")
        facts = self._warehouse.facts_of(**rest)
        self._pass("reaction_after_read")
        return facts

    def _pass(self, name: str) -> None:
        if name == self._name and next(self._passes) == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """React until killed. A warehouse that is away is waited for."""
    reactor = Reactor(Deadly(connect("pipelines", Settings())))  # type: ignore[arg-type]
    while True:
        try:
            reactor.step(1.0, lambda: dtm.datetime.now(dtm.UTC))
        except WarehouseError:
            time.sleep(0.05)
