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
    "attendance": ("survivors", "known_leads"),
    "lead_list": ("survivors", "leads", "attendance"),
    "funnel_stages": ("touches", "leads", "attendance"),
    "funnel": ("funnel_stages",),
    "audience_curve": ("survivors", "known_leads", "session_clock"),
    "outcomes": ("attendance",),
    "offer_results": ("survivors", "known_leads", "attendance"),
    "conversions": ("survivors", "touches", "funnel_stages"),
    "messages": ("every_message",),
    "lead_messages": ("survivors", "messages"),
    "message_results": ("messages",),
    "partner_results": ("touches", "leads", "funnel_stages"),
}
"""Relations a file's first lines say it needs."""
RELATIONS = frozenset({"survivors", "session_clock", "every_message"})
"""Relations that are no tables of their own: always computed."""
SCOPES: dict[Grain, dict[str, str]] = {
    "person": {
        "events": "lead_id in ({leads}) or visitor_id in ({visitors}) or {always}",
        "touches": "visitor_id in ({visitors})",
        "leads": "lead_id in ({leads})",
        "attendance": "lead_id in ({leads})",
        "messages": "lead_id in ({leads})",
        "funnel_stages": "person_id in ({leads}) or person_id in ({visitors})",
    },
    "session": {
        "events": "session_id in ({sessions}) or {always}",
        "attendance": "session_id in ({sessions})",
    },
}
"""What a part sees of the log and of the tables before it."""
ALWAYS = "name in ('lead_merged', 'lead_unmerged') or (lead_id is null and name like 'message_%')"
KNOWN = frozenset(
    {
        "touches", "leads", "attendance", "messages", "funnel_stages", "lead_metrics", "funnel", "outcomes",
        "offer_results", "audience_curve", "conversions", "attribution", "partner_results", "message_results",
        "lead_list",
    }
)  # fmt: skip
"""The derived tables."""
TABLES_OF_CLAIM = re.compile(r"\b(?:from|join) ([a-z_]+)")
KINDS: dict[str, tuple[str, ...]] = {
    "lead_id": ("lead",),
    "visitor_id": ("visitor",),
    "person_id": ("lead", "visitor"),
    "session_id": ("session",),
}
"""Whose rows they are, by the column of the keys."""


@dataclass(frozen=True, slots=True)
class Part:
    """Whose rows of a derived table are to be computed: those whose `column` is one of the keys, and theirs alone.

    `concerned` is a table (`kind`: lead, visitor or session; `id`) that says whom facts concern; `size` are keys.
    """

    grain: Grain
    column: str
    concerned: str
    size: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of those whose rows they are."""
        return KINDS[self.column]

    @property
    def keys(self) -> str:
        """The question for the keys."""
        return ids(self.concerned, *self.kinds)

    def seen(self, relation: str) -> str:
        """The condition on what it sees of a relation; "" for all of it."""
        condition = SCOPES[self.grain].get(relation, "").replace("{always}", ALWAYS)
        for kind in ("lead", "visitor", "session"):
            condition = condition.replace(f"{{{kind}s}}", ids(self.concerned, kind))
        return condition


def ids(concerned: str, *kinds: str) -> str:
    """The question for the ids of some kinds."""
    return f"select id from {concerned} where kind in ({', '.join(repr(kind) for kind in kinds)})"


@cache
def text(name: str) -> str:
    """The text of `warehouse/tables/<name>.sql` as it stands there."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


@cache
def live(name: str, facts: str = "") -> str:
    """The question of `<name>.sql` from the log alone, with everything it needs computed here and now.

    If a relation `facts` is named, its facts are all there are.
    """
    seen = [f"events as (select * from {facts})"] if facts else []
    return _after([*seen, *_relations(_ordered(name)[:-1])], text(name))


@cache
def patch(name: str, facts: str, given: frozenset[str]) -> str:
    """The question of `<name>.sql` over a relation `facts`. Needs are `given` as `patched_<need>` or computed."""
    needs = _ordered(name, given)[:-1]
    before = [f"{need} as (select * from patched_{need})" if need in given else _relations([need])[0] for need in needs]
    return _after([f"events as (select * from {facts})", *before], text(name))


@cache
def relations(*names: str) -> str:
    """The relations and all they need, computed from the log, as common table expressions: `a as (…), b as (…)`."""
    return ",\n".join(_relations(dict.fromkeys(one for name in names for one in _ordered(name))))


@cache
def build(name: str) -> str:
    """The question of `<name>.sql` over the log and the published tables before it."""
    return _after([_published(need) for need in NEEDS.get(name, ())], text(name))


def over_published(name: str, part: Part | None) -> str:
    """The question of a file that only reads published tables, for those of a part if there is one."""
    return _after([_published(need, part.seen(need) if part else "") for need in NEEDS[name]], text(name))


def build_part(name: str, part: Part, facts: str) -> str:
    """The same for the rows of a part. `facts` is the table with the facts of those concerned (`changed_facts.sql`)."""
    before = [f"events as (select * from {facts} where {part.seen('events')})"]
    before += [_published(need, part.seen(need)) for need in NEEDS.get(name, ())]
    whole = _after(before, text(name))
    return f"select * from (\n{whole}\n) where {part.column} in ({part.keys})"


def scoped(name: str, columns: Collection[str], part: Part | None) -> str:
    """Columns of a published table, for those of a part if there is one."""
    condition = part.seen(name) if part else ""
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


def _relations(names: Collection[str]) -> list[str]:
    return [f"{name} as (\n{text(name)}\n)" for name in names]


def _ordered(name: str, given: Collection[str] = ()) -> list[str]:
    """The relation after everything it needs, each once; what is given needs nothing."""
    found: dict[str, None] = {}
    for need in NEEDS.get(name, ()):
        found |= dict.fromkeys([need] if need in given else _ordered(need, given))
    return [*found, name]
