"""What a derived table is, declared once: columns, rows, claims, picture. Making and publishing: `pipelines.making`."""

import datetime as dtm
import hashlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import dagster as dg
import polars as pl

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.tables import Grain, Part

OWNER = "efir-analytics"
OWNERS = [f"team:{OWNER}"]
GROUP = "marts"
FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=dtm.timedelta(hours=2), fail_window=dtm.timedelta(hours=6))
"""`marts_are_stale` refreshes every minute while facts arrive, and reports every hour when none do."""

Build = Callable[[Warehouse, Part | None], pl.DataFrame]
Picture = Callable[[Warehouse], dg.MarkdownMetadataValue]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is in one sentence, with its unit."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What must hold for a table. `question` answers with the rows that break it; no rows: it holds.

    A blocking claim is looked at before the table is published: while it is broken the table stays as it was, and so
    do those that need it.
    """

    name: str
    meaning: str
    question: str
    is_blocking: bool = True
    is_of_part: bool = False
    """It holds for the table if it holds for some people's (or sessions') rows and for the others': when only a part is
    made anew, only the part is looked at. A pass over the whole table and the nightly comparison look at every row.
    Of blocking claims only: what breaks another one is published, and stays when a later part is well."""
    beside: tuple[str, ...] = ()
    """Tables of which, beside a part, only what the part sees is looked at."""

    def __post_init__(self) -> None:
        if self.is_of_part and not self.is_blocking:
            raise ValueError(f"{self.name}: rows that break it are published, so every part must be asked about them.")


def unique(name: str, meaning: str, table: str, *key: str, is_of_part: bool = False) -> Claim:
    """The key identifies a row."""
    return Claim(name, meaning, tables.claim("duplicates", table=table, key=", ".join(key)), is_of_part=is_of_part)


def no_orphans(table: str) -> Claim:
    """Every lead of the table is a canonical lead."""
    return Claim(
        "no_orphan_leads",
        "Every lead here is a canonical lead.",
        tables.claim("orphans", table=table),
        is_of_part=True,
    )


@dataclass(frozen=True, slots=True)
class Mart:
    """A derived table `marts.<name>`. Its rows come from `warehouse/tables/<name>.sql`, or from `build` (Polars)."""

    name: str
    meaning: str
    deps: tuple[str, ...]
    columns: tuple[Column, ...]
    picture: Picture
    claims: tuple[Claim, ...]
    grain: Grain = "whole"
    """What a part of it is: the rows of some people, of some sessions; `whole` is always made anew."""
    key: str = ""
    """The column whose values say whose rows they are."""
    build: Build | None = None
    kinds: frozenset[str] = field(default=frozenset({"duckdb"}))

    @property
    def column_names(self) -> list[str]:
        """Its columns in their order."""
        return [column.name for column in self.columns]

    @property
    def shape(self) -> str:
        """Fingerprint of the definition: a table made by another one is made anew as a whole.

        Of one that Python makes the text of its module is the definition.
        """
        needed = inspect.getsource(sys.modules[self.build.__module__]) if self.build else tables.live(self.name)
        said = "\n".join([*self.column_names, self.key, needed])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def labels(group: str) -> dict[str, str]:
    """Owner and group of a job, sensor or schedule, as tags: Dagster has fields for them on assets only."""
    return {"owner": OWNER, "group": group}


def asked(warehouse: Warehouse, question: str) -> pl.DataFrame:
    """The answer to a question of the warehouse."""
    frame = pl.from_arrow(warehouse.sql(question))
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()


def read(warehouse: Warehouse, table: str, *columns: str, part: Part | None = None) -> pl.DataFrame:
    """Columns of a published table (all if none is named), for those of a part if there is one."""
    return asked(warehouse, tables.scoped(table, columns or ("*",), part))


def schema(mart: Mart) -> dg.TableSchema:
    """The columns as the UI shows them."""
    return dg.TableSchema([dg.TableColumn(c.name, c.kind, description=c.meaning) for c in mart.columns])
