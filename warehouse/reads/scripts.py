"""Saved versions of a webinar's script."""

import datetime as dtm
import json
from dataclasses import dataclass

from domain.events import ScriptEntry, ScriptSaved
from warehouse.interface import Warehouse
from warehouse.reads import load


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the history, without its entries."""

    revision: int
    saved_at: dtm.datetime
    by: str
    origin: str
    entries: int


@dataclass(frozen=True, slots=True)
class Saved:
    """One version with its entries, as they were stored."""

    revision: int
    entries: tuple[ScriptEntry, ...]


def versions(warehouse: Warehouse, webinar_id: str) -> list[Version]:
    """Every version, newest first."""
    rows = warehouse.sql(load("script_versions"), {"webinar_id": webinar_id}).to_pylist()
    return [
        Version(row["revision"], row["occurred_at"], row["saved_by"], row["origin"], row["entries"]) for row in rows
    ]


def version(warehouse: Warehouse, webinar_id: str, *, revision: int | None = None) -> Saved | None:
    """A version, the newest without a number; None when there is none."""
    params = {"webinar_id": webinar_id, "revision": revision}
    rows = warehouse.sql(load("script_version"), params).to_pylist()
    if not rows:
        return None
    saved = ScriptSaved.model_validate(json.loads(rows[0]["properties"]))
    return Saved(saved.revision, saved.entries)
