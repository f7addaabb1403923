"""States what fails and what is well again, and plans what the house's own people are told. Knows no Dagster."""

import datetime as dtm
from collections import Counter
from collections.abc import Collection, Iterable

from domain.events import Fact
from domain.failures import Failure, Seen, Thing, observed
from domain.staff_alerts import RECOVERED_LIVES, plan
from pipelines.batch import Outcome, append
from warehouse.interface import Warehouse
from warehouse.reads import failures as reads


def tell(warehouse: Warehouse, failing: Iterable[Seen], well: Collection[Thing], now: dtm.datetime) -> Counter[str]:
    """State what is news, then plan what is due to be told of it; how many facts were appended, by name.

    Repeatable: two that do it at once append the same facts once. Raises WarehouseError.
    """
    outcome = Outcome()
    known = reads.failures(warehouse, now=now)
    news = observed(failing, well, known, now)
    append(warehouse, news, outcome)
    if news:
        known = reads.failures(warehouse, now=now)
    append(warehouse, _due(warehouse, known, now), outcome)
    return outcome.appended


def _due(warehouse: Warehouse, known: Collection[Failure], now: dtm.datetime) -> list[Fact]:
    """Nothing is asked of the log while all is well: it was told of long ago."""
    if not any(one.recovered_at is None or one.recovered_at > now - RECOVERED_LIVES for one in known):
        return []
    planned = reads.planned(warehouse, since=min(one.seen_at for one in known))
    return plan(known, reads.staff(warehouse).values(), planned, now)
