"""Derived tables as of the newest fact: the published rows, those whom later facts concern computed anew.

A question that reads millions of rows thereby costs what the published table costs, and is never older than the log.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.later import MOST_CONCERNED, Later, later

KEYS = {
    "leads": "lead_id",
    "touches": "visitor_id",
    "attendance": "lead_id",
    "messages": "lead_id",
    "lead_list": "lead_id",
    "funnel_stages": "person_id",
    "conversions": "lead_id",
}
"""Tables that can be brought up to date by people, and the column that says whose a row is."""
MOST_CARRIED = 20_000
"""So many facts a question brings along; more are found again by those whom they are about."""
CONCERNED = "concerned as (select 'lead' as kind, unnest($leads) as id union all select 'visitor', unnest($visitors))"
"""Whom later facts concern, as `changed_facts.sql` asks for them."""
PARAMETER = re.compile(r"(?<![\w'])\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Fresh:
    """Common table expressions `a as (…), b as (…)` and the parameters they take."""

    relations: str
    params: dict[str, Any]


def fresh(warehouse: Warehouse, *names: str) -> Fresh:
    """These tables (of `KEYS`) as of now; from the log alone while they are not published."""
    published = _published(warehouse)
    until = warehouse.sql(load("last_seq")).to_pylist()[0]["last_seq"]
    if any(name not in published for name in names):
        return Fresh(tables.relations(*names), {})
    since = min(published[name] for name in names)
    found = later(warehouse, since, until, names) if since < until else Later(until)
    if found.size > MOST_CONCERNED:
        return Fresh(tables.relations(*names), {})
    if not found.size:
        return Fresh(",\n".join(f"{name} as (select * from marts.{name})" for name in names), {})
    facts, params = _facts(found)
    before = [CONCERNED, f"concerned_facts as materialized (\n{facts}\n)"]
    return Fresh(",\n".join([*before, *(_patched(name) for name in names)]), params)


def _facts(found: Later) -> tuple[str, dict[str, Any]]:
    """The question for the facts of those concerned, and its parameters."""
    params: dict[str, Any] = {"leads": sorted(found.leads), "visitors": sorted(found.visitors)}
    if len(found.facts) > MOST_CARRIED:
        return tables.text("changed_facts").replace("the_concerned", "concerned"), params
    return load("facts_carried"), {**params, "carried": f"[{','.join(found.facts.values())}]"}


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


def ask(warehouse: Warehouse, text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answer's rows; of the parameters those that the text takes."""
    wanted = set(PARAMETER.findall(text))
    return warehouse.sql(text, {name: value for name, value in params.items() if name in wanted}).to_pylist()


def _patched(name: str) -> str:
    key = KEYS[name]
    return f"""{name} as (
        select * from marts.{name} as published
        where not exists (select 1 from concerned where concerned.id = published.{key})
        union all by name
        select * from (\n{tables.live(name, facts="concerned_facts")}\n) where {key} in (select id from concerned)
    )"""
