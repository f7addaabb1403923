"""Makes derived tables: beside the published one, examined there, and put in its place only if every claim holds."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import polars as pl

from pipelines import changes
from pipelines.marts import Claim, Mart
from warehouse import tables
from warehouse.interface import Published, Warehouse, WarehouseError
from warehouse.reads import load
from warehouse.reads.reaction import last_seq
from warehouse.tables import Part

EXAMPLES = 5
"""Rows shown of those that break a claim."""
RECOMPUTED = "recomputed_is_the_same"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a claim: the rows that break it (some of them), none if it holds."""

    claim: Claim
    violations: int
    examples: list[dict[str, Any]]

    @property
    def holds(self) -> bool:
        """Nothing breaks it."""
        return not self.violations

    @property
    def metadata(self) -> dict[str, Any]:
        """As the UI shows it."""
        found: dict[str, Any] = {"violations": self.violations}
        if self.examples:
            found["examples"] = dg.MetadataValue.json(self.examples)
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """A table that was made: published, or left as it was because a blocking claim is broken."""

    mart: Mart
    findings: tuple[Finding, ...]
    is_published: bool
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def broken(self) -> list[str]:
        """Blocking claims that do not hold."""
        return [found.claim.name for found in self.findings if found.claim.is_blocking and not found.holds]


def published(warehouse: Warehouse) -> dict[str, Published]:
    """What is published now, by table."""
    rows = warehouse.sql(load("published_tables")).to_pylist()
    return {row["name"]: Published(row["name"], row["seq"], row["shape"]) for row in rows}


def staged(mart: Mart, warehouse: Warehouse, part: Part | None = None, facts: str = "") -> str:
    """Compute the table, or a part of it, beside the published one; returns the staged table's name.

    `facts` is the table with the facts of those in the part.
    """
    if mart.build is not None:
        frame = mart.build(warehouse, part).select(mart.column_names)
        return warehouse.stage_table(mart.name, frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
    question = tables.build_part(mart.name, part, facts) if part else tables.build(mart.name)
    question = f"select {', '.join(mart.column_names)} from (\n{question}\n)"
    return warehouse.stage_table(mart.name, question)


def examine(claim: Claim, warehouse: Warehouse, sources: Mapping[str, str]) -> Finding:
    """Look at the claim; tables in `sources` are read from there, the others as they are published."""
    examined = tables.examined(claim.question, sources)
    counted = "(select count(*) from broken) as violations"  # a window over nothing races in DuckDB 1.5.5
    question = f"with broken as materialized (\n{examined}\n)\nselect {counted}, * from broken limit {EXAMPLES}"
    rows = warehouse.sql(question).to_pylist()
    examples = [{name: str(value) for name, value in row.items() if name != "violations"} for row in rows]
    return Finding(claim, rows[0]["violations"] if rows else 0, examples)


def make(
    mart: Mart, warehouse: Warehouse, *, seq: int, since: int | None = None, part: Part | None = None, facts: str = ""
) -> Made:
    """Make the table (or a part) and publish it as telling the log up to `seq`, unless a blocking claim is broken.

    Raises VersionConflict when somebody published the table meanwhile: it does not tell the log up to `since` any more.
    """
    name = staged(mart, warehouse, part, facts)
    try:
        findings = tuple(examine(claim, warehouse, _sources(claim, mart, name, part)) for claim in mart.claims)
        made = Made(mart, findings, is_published=False)
        if made.broken:
            warehouse.discard_table(name)
            return made
        column, keys = (part.column, part.keys) if part else ("", "")
        warehouse.publish_table(name, Published(mart.name, seq, mart.shape), column=column, keys=keys, since=since)
    except WarehouseError:
        warehouse.discard_table(name)
        raise
    return Made(mart, findings, is_published=True, metadata=told(mart, warehouse, part))


def _sources(claim: Claim, mart: Mart, name: str, part: Part | None) -> dict[str, str]:
    """Where a claim's tables are read from while the table's rows, or a part of them, are staged under a name."""
    made = f"select * from marts.{name}"
    if part is None:
        return {mart.name: made}
    if claim.is_of_part:
        return {mart.name: made, **{table: tables.scoped(table, ("*",), part) for table in claim.beside}}
    kept = f"select * from marts.{mart.name} where {part.column} not in ({part.keys})"
    return {mart.name: f"{kept} union all by name {made}"}


def told(mart: Mart, warehouse: Warehouse, part: Part | None = None) -> dict[str, Any]:
    """What the UI is told about a published table."""
    (row,) = warehouse.sql(f"select count(*) as n from marts.{mart.name}").to_pylist()
    metadata = {"dagster/row_count": row["n"], "plot": mart.picture(warehouse)}
    return {**metadata, "keys_made_anew": part.size} if part else metadata


def _settled(mart: Mart, warehouse: Warehouse) -> tuple[str, str]:
    """The staged table of those whom facts newer than the table concern, and the condition that leaves them out."""
    before = published(warehouse).get(mart.name)
    later = changes.after(warehouse, before.seq if before else 0, last_seq(warehouse))
    concerned = changes.concern(warehouse, later)
    if mart.grain == "whole":
        return concerned, ""
    part = later.part(mart, f"marts.{concerned}")
    return concerned, f" where {part.column} not in ({part.keys})"


def recomputed(mart: Mart, warehouse: Warehouse) -> Finding:
    """Make the whole table beside the published one and compare: what was made part by part must be the same.

    The log goes on meanwhile: rows of those whom later facts concern are left out on both sides.
    """
    claim = Claim(RECOMPUTED, "Made anew from the whole log, it is the same table.", "")
    with contextlib.ExitStack() as stack:
        name = staged(mart, warehouse)
        stack.callback(warehouse.discard_table, name)
        concerned, settled = _settled(mart, warehouse)
        stack.callback(warehouse.discard_table, concerned)
        words = {
            "columns": ", ".join(mart.column_names),
            "one": f"(select * from marts.{mart.name}{settled})",
            "other": f"(select * from marts.{name}{settled})",
        }
        question = tables.text("recounted")
        for word, value in words.items():
            question = question.replace(f"the_{word}", value)
        found = examine(Claim(RECOMPUTED, claim.meaning, question), warehouse, {})
    return Finding(claim, found.violations, found.examples)


def evaluations(made: Made) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """The events of a table that was made without a run."""
    if made.is_published:
        yield dg.AssetMaterialization(made.mart.name, metadata=made.metadata)
    for found in made.findings:
        yield dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(made.mart.name),
            check_name=found.claim.name,
            passed=found.holds,
            metadata=found.metadata,
            blocking=found.claim.is_blocking,
        )
