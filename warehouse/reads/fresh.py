"""Derived tables as of the newest fact: the published rows, those whom later facts concern computed anew.

A question that reads millions of rows thereby costs what the published table costs, and is never older than the log.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import everybodys, load, together
from warehouse.reads.everybodys import Place, last_fact
from warehouse.reads.later import Later, later
from warehouse.reads.patching import KEYS, concerned, patch

PARAMETER = re.compile(r"(?<![\w'])\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Fresh:
    """Common table expressions `a as (…), b as (…)`, and the tables they read that a question carries along.

    Asked for twice, DuckDB would keep a copy of the whole relation; these are read twice, but no wider than needed.
    """

    relations: str
    carried: Mapping[str, pa.Table] = field(default_factory=dict)


def fresh(warehouse: Warehouse, *names: str) -> Fresh:
    """These tables (of `patching.KEYS`) as of now; from the log alone while they are not published."""
    published = _published(warehouse)
    return _as_of(warehouse, published, last_fact(warehouse, min(published.values(), default=0)), names)


def with_everybodys(warehouse: Warehouse, *names: str) -> Fresh:
    """The same with the relations `everybodys` and `merged_leads` of `everybodys.py` besides."""
    published = _published(warehouse)
    until = last_fact(warehouse, min(published.values(), default=0))
    seen = _as_of(warehouse, published, until, names)
    relations, carried = everybodys.relations(everybodys.everybodys(warehouse, until))
    return Fresh(f"{seen.relations},\n{relations}", {**seen.carried, **carried})


def _as_of(warehouse: Warehouse, published: Mapping[str, int], until: Place, names: Sequence[str]) -> Fresh:
    if any(name not in published for name in names):
        return Fresh(tables.relations(*names))
    since = min(published[name] for name in names)
    found = later(warehouse, since, until, names) if since < until.seq else Later(since, until)
    if found.is_too_much:
        return Fresh(tables.relations(*names))
    if not found.size:
        return Fresh(",\n".join(f"{name} as not materialized (select * from marts.{name})" for name in names))
    patches = {f"patched_{name}": patch(warehouse, found, name) for name in names}
    return Fresh(",\n".join(_patched(name) for name in names), {"concerned": concerned(found), **patches})


def of_session(warehouse: Warehouse, session_id: str, name: str) -> str:
    """The question for a session's rows of a table as of now; its parameter is `session`.

    The published rows while no later fact concerns the session; else computed anew from the session's own facts.
    """
    seq = _published(warehouse).get(name)
    params = {"session": session_id, "since": seq}
    if seq is not None and not warehouse.sql(load("session_changed"), params).to_pylist()[0]["is_changed"]:
        return f"select * from marts.{name} where session_id = $session"
    computed = tables.live(name, facts="session_facts")
    return f"""
        with session_facts as materialized (\n{load("session_facts")}\n)
        select * from (\n{computed}\n) where session_id = $session
    """


def _published(warehouse: Warehouse) -> dict[str, int]:
    """Up to which fact the published tables tell the log."""
    return {row["name"]: row["seq"] for row in warehouse.sql(load("published_tables")).to_pylist()}


def ask(
    warehouse: Warehouse, seen: Fresh, question: str, params: Mapping[str, Any], *, beside: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The rows a question answers over these tables, and relations `beside` them; of the parameters those it takes."""
    text = together([seen.relations, *beside], question)
    wanted = set(PARAMETER.findall(text))
    taken = {name: value for name, value in params.items() if name in wanted}
    return warehouse.sql(text, taken, seen.carried).to_pylist()


def _patched(name: str) -> str:
    return f"""{name} as not materialized (
        select published.* from marts.{name} as published
        anti join concerned on concerned.id = published.{KEYS[name]}
        union all by name
        select * from patched_{name}
    )"""
