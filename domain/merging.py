"""Which lead goes on for leads that were merged; a merge can be taken back. Pure; the SQL twin is `survivors.sql`."""

from collections.abc import Iterable

from domain.arrival import arrival_key
from domain.events import Fact, LeadErased, LeadMerged, LeadUnmerged

LONGEST_CHAIN = 16


def direct(facts: Iterable[Fact]) -> dict[str, str]:
    """Merges in force: lead → the lead it was merged into. The newest statement about a lead counts."""
    into: dict[str, str] = {}
    for fact in sorted(facts, key=arrival_key):
        if fact.lead_id and fact.name == "lead_merged":
            into[fact.lead_id] = fact.properties["into_lead_id"]
        elif fact.lead_id and fact.name == "lead_unmerged":
            into.pop(fact.lead_id, None)
    return into


def survivors(facts: Iterable[Fact]) -> dict[str, str]:
    """For every merged lead the one that goes on, through chains of merges. A circle is no merge: nobody would."""
    into = direct(facts)
    ends = {lead: _end(into, lead) for lead in into}
    return {lead: end for lead, end in ends.items() if end not in into}


def _end(into: dict[str, str], lead: str) -> str:
    for _ in range(LONGEST_CHAIN):
        if lead not in into:
            break
        lead = into[lead]
    return lead


OWN = frozenset({LeadMerged.name, LeadUnmerged.name, LeadErased.name})
"""Facts that say something of one lead only, whoever it was merged with."""


def as_one(facts: Iterable[Fact], lead_id: str) -> list[Fact]:
    """The facts of several merged leads as those of the one that goes on: what all of them did, it did."""
    return [
        fact if fact.lead_id in {None, lead_id} else fact.model_copy(update={"lead_id": lead_id})
        for fact in facts
        if fact.lead_id in {None, lead_id} or fact.name not in OWN
    ]
