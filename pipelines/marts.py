"""What a derived table is, declared once: columns, checks, picture; and how it is published. No numbers here."""

import datetime as dtm
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
import polars as pl

from warehouse import tables
from warehouse.interface import Warehouse

OWNER = "efir-analytics"
OWNERS = [f"team:{OWNER}"]
GROUP = "marts"
EXAMPLES = 5
"""Rows shown of those that break a claim."""
FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=dtm.timedelta(hours=2), fail_window=dtm.timedelta(hours=6))
"""`marts_are_stale` refreshes every minute while facts arrive, and every hour when none do."""

Read = Callable[[str], pl.DataFrame]
"""The published table of that name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is in one sentence, with its unit."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What must hold for a published table. `violations` returns the rows that break it."""

    name: str
    meaning: str
    violations: Callable[[Read], pl.DataFrame]
    is_blocking: bool = False


@dataclass(frozen=True, slots=True)
class Mart:
    """A derived table `marts.<name>`: rebuilt from the log and the tables before it, replaced as a whole."""

    name: str
    meaning: str
    deps: tuple[str, ...]
    columns: tuple[Column, ...]
    build: Callable[[Warehouse], pl.DataFrame]
    plot: Callable[[pl.DataFrame], dg.MarkdownMetadataValue]
    claims: tuple[Claim, ...]
    kinds: frozenset[str] = frozenset({"duckdb", "polars"})


def labels(group: str) -> dict[str, str]:
    """Owner and group of a job, sensor or schedule, as tags: Dagster has fields for them on assets only."""
    return {"owner": OWNER, "group": group}


def ask(warehouse: Warehouse, name: str) -> pl.DataFrame:
    """The answer to `warehouse/tables/<name>.sql`."""
    return _frame(warehouse, tables.load(name))


def reader(warehouse: Warehouse) -> Read:
    """Reads published tables."""
    return lambda name: _frame(warehouse, f"select * from marts.{name}")


def built(mart: Mart, warehouse: Warehouse) -> pl.DataFrame:
    """The table as it would be published now, in its declared columns."""
    return mart.build(warehouse).select(column.name for column in mart.columns)


def publish(mart: Mart, frame: pl.DataFrame, warehouse: Warehouse) -> dict[str, Any]:
    """Replace the published table and return what the UI shows about it."""
    warehouse.replace_table(mart.name, frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return {"dagster/row_count": frame.height, "plot": mart.plot(frame)}


def examine(claim: Claim, warehouse: Warehouse) -> tuple[bool, dict[str, Any]]:
    """Whether the claim holds for what is published, and the first rows that break it."""
    broken = claim.violations(reader(warehouse))
    metadata: dict[str, Any] = {"violations": broken.height}
    if broken.height:
        metadata["examples"] = dg.MetadataValue.json(broken.head(EXAMPLES).cast(pl.String).to_dicts())
    return broken.is_empty(), metadata


def asset_of(mart: Mart) -> dg.AssetsDefinition:
    """The asset an analyst sees and can materialize."""

    @dg.asset(
        name=mart.name,
        description=mart.meaning,
        deps=list(mart.deps),
        owners=OWNERS,
        group_name=GROUP,
        kinds=set(mart.kinds),
        metadata={"dagster/column_schema": _schema(mart), "dagster/table_name": f"marts.{mart.name}"},
        freshness_policy=FRESHNESS,
    )
    def derived_table(warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata=publish(mart, built(mart, warehouse), warehouse))

    return derived_table


def checks_of(mart: Mart) -> list[dg.AssetChecksDefinition]:
    """The checks an analyst sees and can run."""
    return [_check(mart, claim) for claim in mart.claims]


def refreshed(
    marts: Sequence[Mart], warehouse: Warehouse, digests: dict[str, int]
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """Publish the tables and examine them here and now, without a run; yields what the UI is to be told.

    A table is left as it was when a blocking claim about one it needs is broken, or when nothing in it changed since
    `digests` (by table name, kept up to date here) were taken.
    """
    broken: set[str] = set()
    for mart in marts:
        if broken.intersection(mart.deps):
            broken.add(mart.name)
            continue
        frame = built(mart, warehouse)
        if digests.get(mart.name) == (digest := _digest(frame)):
            continue
        yield dg.AssetMaterialization(mart.name, metadata=publish(mart, frame, warehouse))
        digests[mart.name] = digest
        for claim in mart.claims:
            holds, metadata = examine(claim, warehouse)
            if claim.is_blocking and not holds:
                broken.add(mart.name)
            yield dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey(mart.name),
                check_name=claim.name,
                passed=holds,
                metadata=metadata,
                blocking=claim.is_blocking,
            )


def duplicates(frame: pl.DataFrame, *key: str) -> pl.DataFrame:
    """Keys that stand there more than once."""
    return frame.group_by(key).len("rows").filter(pl.col("rows") > 1)


def _check(mart: Mart, claim: Claim) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=mart.name, name=claim.name, description=claim.meaning, blocking=claim.is_blocking)
    def claim_about_table(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
        holds, metadata = examine(claim, warehouse)
        return dg.AssetCheckResult(passed=holds, metadata=metadata)

    return claim_about_table


def _digest(frame: pl.DataFrame) -> int:
    """Equal for equal rows in any order, within this process."""
    return int(frame.hash_rows().sum())


def _schema(mart: Mart) -> dg.TableSchema:
    return dg.TableSchema([dg.TableColumn(c.name, c.kind, description=c.meaning) for c in mart.columns])


def _frame(warehouse: Warehouse, question: str) -> pl.DataFrame:
    frame = pl.from_arrow(warehouse.sql(question))
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()
