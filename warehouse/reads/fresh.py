"""Derived tables as of the newest fact: the published rows, those whom later facts concern computed anew.

A question that reads millions of rows thereby costs what the published table costs, and is never older than the log.
"""

import re
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load

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
FACTS = (
    "touch_recorded", "core_ingest_event", "core_lead_created", "lead_merged", "lead_unmerged", "lead_assigned",
    "lead_stage_changed", "lead_erased", "telegram_linked", "client_webinar_registered", "client_webinar_entered",
    "client_webinar_attendance_classified", "client_webinar_completed", "client_webinar_offer_clicked",
    "client_webinar_form_submitted", "client_webinar_replay_watched", "telegram_blocked", "telegram_unblocked",
    "lead_tagged",
)  # fmt: skip
"""Facts that change those tables in a way these questions can see."""
MESSAGES = (
    "message_planned", "message_skipped", "message_sending", "message_sent", "message_failed", "message_uncertain",
    "message_withheld",
)  # fmt: skip
"""Facts that change `messages`."""
SIGNS_OF_LIFE = ("web_form", "telegram_bot", "collect_api", "client-webinar-tracker-v2")
"""Whatever these emitters state says when a lead was seen last: `lead_list` tells it."""
MOST_CONCERNED = 20_000
"""With more people concerned than that, everything is computed anew from the log."""
MOST_NAMED = 20_000
"""So many facts are named one by one; more are found again by those whom they are about."""
AFTER = "seq > $since and seq <= $until and (list_contains($facts, name) or list_contains($emitters, emitter))"
CONCERNED = "concerned as (select 'lead' as kind, unnest($leads) as id union all select 'visitor', unnest($visitors))"
"""Whom later facts concern, as `changed_facts.sql` asks for them."""
REMEMBERED, REMEMBERED_SECONDS = 16, 60.0
"""So many answers to whom later facts concern, for so long: a restored log may count on differently."""
PARAMETER = re.compile(r"(?<![\w'])\$([a-z_]+)")

_KNOWN: WeakKeyDictionary[Warehouse, dict[tuple[object, ...], tuple[float, "Later"]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Later:
    """Whom facts later than the tables concern, and where all of their facts stand in the log."""

    leads: tuple[str, ...] = ()
    visitors: tuple[str, ...] = ()
    seqs: tuple[int, ...] = ()


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
    later = _later(warehouse, since, until, names) if since < until else Later()
    if len(later.leads) + len(later.visitors) > MOST_CONCERNED:
        return Fresh(tables.relations(*names), {})
    if not later.leads and not later.visitors:
        return Fresh(",\n".join(f"{name} as (select * from marts.{name})" for name in names), {})
    facts = tables.text("changed_facts").replace("the_concerned", "concerned")
    if len(later.seqs) <= MOST_NAMED:
        facts = f"select * from main.events where seq in ({', '.join(map(str, later.seqs))})"
    before = [CONCERNED, f"concerned_facts as materialized (\n{facts}\n)"]
    params = {"leads": list(later.leads), "visitors": list(later.visitors)}
    return Fresh(",\n".join([*before, *(_patched(name) for name in names)]), params)


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


def _later(warehouse: Warehouse, since: int, until: int, names: Collection[str]) -> Later:
    """Whom those facts after `since` concern that change these tables, and their facts.

    What was found is remembered for a while: the questions of a page, and of everybody who looks at one, ask about the
    same facts, and finding them reads columns of the whole log. Between two facts of the log the answer is the same.
    """
    facts = (*(FACTS if set(names) - {"messages"} else ()), *(MESSAGES if "messages" in names else ()))
    emitters = SIGNS_OF_LIFE if "lead_list" in names else ()
    key, now = (since, until, facts, emitters), time.monotonic()
    with _LOCK:
        known = _KNOWN.setdefault(warehouse, {})
        remembered = known.get(key)
    if remembered and now - remembered[0] < REMEMBERED_SECONDS:
        return remembered[1]
    found = _found(warehouse, {"since": since, "until": until, "facts": list(facts), "emitters": list(emitters)})
    with _LOCK:
        known[key] = (now, found)
        while len(known) > REMEMBERED:
            del known[next(iter(known))]
    return found


def _found(warehouse: Warehouse, params: Mapping[str, Any]) -> Later:
    rows = ask(warehouse, tables.text("changed_people").replace("the_condition", AFTER), params)
    leads = tuple(sorted(row["id"] for row in rows if row["kind"] == "lead"))
    visitors = tuple(sorted(row["id"] for row in rows if row["kind"] == "visitor"))
    if not rows or len(rows) > MOST_CONCERNED:
        return Later(leads, visitors)
    where = {"leads": list(leads), "visitors": list(visitors), "until": params["until"]}
    return Later(leads, visitors, tuple(row["seq"] for row in ask(warehouse, load("facts_concerned"), where)))


def _patched(name: str) -> str:
    key = KEYS[name]
    return f"""{name} as (
        select * from marts.{name} as published
        where not exists (select 1 from concerned where concerned.id = published.{key})
        union all by name
        select * from (\n{tables.live(name, facts="concerned_facts")}\n) where {key} in (select id from concerned)
    )"""
