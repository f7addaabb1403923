"""Partitions of the derived tables, as the UI shows and back-fills them: sessions, and days of people."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import dagster as dg

from pipelines import changes
from pipelines.changes import Changes
from pipelines.marts import Mart
from pipelines.programme import Programme
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.tables import Grain

SESSIONS = dg.DynamicPartitionsDefinition(name="sessions")
DAYS = dg.DynamicPartitionsDefinition(name="days")
"""Days (UTC) on which somebody was created or seen: a day without people is no partition, so it is never missing."""
MOST_TOLD = 200
"""Partitions reported at once: the daemon writes them one by one. The next pass goes on."""


def of(mart: Mart) -> dg.DynamicPartitionsDefinition | None:
    """How the table is partitioned: by session, by the day people came, or not at all."""
    return {"session": SESSIONS, "person": DAYS}.get(mart.grain)


def dependence(mart: Mart, grain: Grain, name: str) -> dg.AssetDep:
    """On the table `name`: a session's rows may be of people of every day, and the other way round.

    Without saying so Dagster would look for a session by the name of a day, and fill nothing back.
    """
    is_across = {mart.grain, grain} == {"session", "person"}
    return dg.AssetDep(name, partition_mapping=dg.AllPartitionMapping() if is_across else None)


def concerned(mart: Mart, keys: Iterable[str], warehouse: Warehouse) -> Changes:
    """Whose rows the partitions hold. A day: people who were created or seen on it (UTC), all their rows."""
    wanted = sorted(keys)
    return Changes(sessions=tuple(wanted)) if mart.grain == "session" else changes.on_days(warehouse, wanted)


def there(warehouse: Warehouse) -> dict[dg.DynamicPartitionsDefinition, list[str]]:
    """Every partition there is, in order."""
    days = [row["occurred_on"] for row in warehouse.sql(load("days_with_people")).to_pylist()]
    return {SESSIONS: sorted(Programme(warehouse).schedule.sessions), DAYS: days}


def requests(
    keys: dict[dg.DynamicPartitionsDefinition, list[str]], instance: dg.DagsterInstance
) -> list[dg.AddDynamicPartitionsRequest]:
    """What Dagster is to be told of partitions it does not know yet."""
    unknown = {one: _without(found, instance.get_dynamic_partitions(str(one.name))) for one, found in keys.items()}
    return [one.build_add_request(new) for one, new in unknown.items() if new]


def untold(
    marts: Collection[Mart], keys: dict[dg.DynamicPartitionsDefinition, list[str]], instance: dg.DagsterInstance
) -> Iterator[dg.AssetMaterialization]:
    """Partitions of these tables that hold what the log says and of which Dagster does not know it, the newest first.

    Without them it would show them as missing, and warn whoever fills one back that those before it are not there.
    """
    left = MOST_TOLD
    for mart in marts:
        if (partitions := of(mart)) is None:
            continue
        known = instance.get_materialized_partitions(dg.AssetKey(mart.name))
        new = _without(keys[partitions], known)[::-1][:left]
        yield from (dg.AssetMaterialization(mart.name, partition=key) for key in new)
        left -= len(new)


def _without(keys: Sequence[str], known: Collection[str]) -> list[str]:
    those = set(known)
    return [key for key in keys if key not in those]
