"""SQL of the derived tables in `marts`, one file a table, and of the relations they share. Nothing here writes.

A file names the relations it needs. They stand before it as common table expressions: computed from the log here and
now (`live`), or read from the published tables (`build`). Of `build` there is a part for some leads or sessions only.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Grain = Literal["person", "session", "whole"]
NEEDS: dict[str, tuple[str, ...]] = {
    "known_leads": ("survivors",),
    "touches": ("survivors", "known_leads"),
    "leads": ("survivors",),
    "lead_partners": ("survivors",),
    "attendance": ("survivors", "known_leads"),
    "funnel_stages": ("touches", "leads", "attendance"),
    "funnel": ("funnel_stages",),
    "audience_curve": ("survivors", "known_leads", "session_clock"),
    "outcomes": ("attendance",),
    "offer_results": ("survivors", "known_leads", "attendance"),
    "conversions": ("survivors", "touches", "funnel_stages"),
    "lead_messages": ("survivors", "messages"),
    "message_results": ("messages",),
    "partner_results": ("touches", "leads", "funnel_stages"),
}
"""Relations a file's first lines say it needs."""
RELATIONS = frozenset({"survivors", "session_clock"})
"""Relations that are no tables of their own: always computed."""
SCOPES: dict[Grain, dict[str, str]] = {
    "person": {
        "events": "lead_id in (select unnest($leads)) or visitor_id in (select unnest($visitors)) or {always}",
        "touches": "visitor_id in (select unnest($visitors))",
        "leads": "lead_id in (select unnest($leads))",
        "attendance": "lead_id in (select unnest($leads))",
        "messages": "lead_id in (select unnest($leads))",
        "funnel_stages": "person_id in (select unnest($leads)) or person_id in (select unnest($visitors))",
    },
    "session": {
        "events": "session_id in (select unnest($sessions)) or {always}",
        "attendance": "session_id in (select unnest($sessions))",
    },
}
"""What a part sees of the log and of the tables before it."""
ALWAYS = "name in ('lead_merged', 'lead_unmerged') or (lead_id is null and name like 'message_%')"
KNOWN = frozenset(
    {
        "touches", "leads", "attendance", "messages", "funnel_stages", "lead_metrics", "funnel", "outcomes",
        "offer_results", "audience_curve", "conversions", "attribution", "partner_results", "message_results",
    }
)  # fmt: skip
"""The derived tables."""
TABLES_OF_CLAIM = re.compile(r"\b(?:from|join) ([a-z_]+)")
PARAMETER = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """Whose rows of a derived table are to be computed: keys are the values of `column`, the rows are theirs alone."""

    grain: Grain
    column: str
    leads: tuple[str, ...] = ()
    visitors: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The keys whose rows are replaced; messages that are nobody's stand under an empty key."""
        if self.grain == "session":
            return self.sessions
        return {"visitor_id": self.visitors, "lead_id": (*self.leads, "")}.get(
            self.column, (*self.leads, *self.visitors)
        )

    def params(self, question: str) -> dict[str, list[str]]:
        """The parameters that this question takes."""
        known: Mapping[str, Collection[str]] = {
            "leads": self.leads,
            "visitors": self.visitors,
            "sessions": self.sessions,
            "keys": self.values,
        }
        return {name: list(known[name]) for name in dict.fromkeys(PARAMETER.findall(question)) if name in known}


@cache
def text(name: str) -> str:
    """The text of `warehouse/tables/<name>.sql` as it stands there."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


@cache
def live(name: str, condition: str = "") -> str:
    """The question of `<name>.sql` from the log alone, with everything it needs computed here and now.

    Under a condition only those facts are looked at.
    """
    return _after([*_events(condition), *_relations(_ordered(name)[:-1])], text(name))


@cache
def relations(*names: str, condition: str = "") -> str:
    """The relations and all they need, computed from the log, as common table expressions: `a as (…), b as (…)`."""
    ordered = dict.fromkeys(one for name in names for one in _ordered(name))
    return ",\n".join([*_events(condition), *_relations(ordered)])


@cache
def build(name: str) -> str:
    """The question of `<name>.sql` over the log and the published tables before it."""
    return _after([_published(need) for need in NEEDS.get(name, ())], text(name))


def over_published(name: str, part: Part | None) -> str:
    """The question of a file that only reads published tables, for those of a part if there is one."""
    scopes = SCOPES[part.grain] if part else {}
    return _after([_published(need, scopes.get(need, "")) for need in NEEDS[name]], text(name))


def build_part(name: str, part: Part, facts: str) -> str:
    """The same for the rows of a part. `facts` is the table with the facts of those concerned (`changed_facts.sql`)."""
    scopes = SCOPES[part.grain]
    seen = scopes["events"].replace("{always}", ALWAYS)
    before = [f"events as (select * from {facts} where {seen})"]
    before += [_published(need, scopes.get(need, "")) for need in NEEDS.get(name, ())]
    whole = _after(before, text(name))
    return f"select * from (\n{whole}\n) where {part.column} in (select unnest($keys))"


def scoped(name: str, columns: Collection[str], part: Part | None) -> str:
    """Columns of a published table, for those of a part if there is one."""
    condition = SCOPES[part.grain].get(name, "") if part else ""
    return f"select {', '.join(columns)} from marts.{name}" + (f" where {condition}" if condition else "")


@cache
def claim(name: str, **words: str) -> str:
    """The question of `claims/<name>.sql`, which answers with the rows that break a claim; `the_<word>`s filled in."""
    question = (Path(__file__).parent / "claims" / f"{name}.sql").read_text(encoding="utf-8")
    for word, value in words.items():
        question = question.replace(f"the_{word}", value)
    return question


def examined(question: str, sources: Mapping[str, str]) -> str:
    """A claim's question with its tables: those in `sources` from there, the others as they are published."""
    named = dict.fromkeys(TABLES_OF_CLAIM.findall(question))
    before = [f"{name} as ({sources.get(name, f'select * from marts.{name}')})" for name in named if name in KNOWN]
    return _after(before, question)


def _after(before: list[str], question: str) -> str:
    if not before:
        return question
    together = ",\n".join(before)
    return f"with {together}\nselect * from (\n{question}\n)"


def _published(need: str, condition: str = "") -> str:
    if need == "known_leads":
        return "known_leads as (select lead_id from marts.leads)"
    if need in RELATIONS:
        return f"{need} as (\n{text(need)}\n)"
    where = f" where {condition}" if condition else ""
    return f"{need} as (select * from marts.{need}{where})"


def _events(condition: str) -> list[str]:
    return [f"events as (select * from main.events where {condition})"] if condition else []


def _relations(names: Collection[str]) -> list[str]:
    return [f"{name} as (\n{text(name)}\n)" for name in names]


def _ordered(name: str) -> list[str]:
    """The relation after everything it needs, each once."""
    found: dict[str, None] = {}
    for need in NEEDS.get(name, ()):
        found |= dict.fromkeys(_ordered(need))
    return [*found, name]
