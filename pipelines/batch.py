"""The rules applied to a batch of leads: read their facts, ask the domain, append what follows. Keeps no state."""

import datetime as dtm
import json
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.events import CoreIngestEvent, CoreLeadCreated, Fact, TouchRecorded
from domain.family import people_in
from domain.merging import Families
from domain.reaction import Reaction
from domain.webinars import Schedule
from warehouse.interface import Warehouse
from warehouse.reads.families import facts_of_people

log = logging.getLogger(__name__)

Rules = Callable[[Sequence[Fact], Schedule, dtm.datetime], Reaction]
"""What `domain.reaction.react` promises: everything that follows for one person, and when to look again."""

STAGE = "reaction"
"""Under this stage leads whose rules failed stand among the rejected facts."""


@dataclass(slots=True)
class Outcome:
    """What a batch led to."""

    appended: Counter[str] = field(default_factory=Counter)
    """Facts the log accepted, by event name."""
    event_ids: set[str] = field(default_factory=set)
    wake_ups: dict[str, dtm.datetime | None] = field(default_factory=dict)
    """For each lead that was looked at: when to look again; of merged ones the one that goes on says it for all."""
    failed: dict[str, str] = field(default_factory=dict)
    """Leads whose rules raised, with the id of the rejection."""


def react_to(
    warehouse: Warehouse,
    lead_ids: Collection[str],
    schedule: Schedule,
    now: dtm.datetime,
    rules: Rules,
    families: Families,
) -> Outcome:
    """Append everything that follows from the leads' facts, in one commit; merged leads are looked at together.

    A lead whose rules raise is kept among the rejected facts and holds up nobody. Doing it twice appends nothing new.
    """
    outcome = Outcome()
    derived: list[Fact] = []
    for lead_id, (others, facts) in _histories(warehouse, lead_ids, families).items():
        try:
            reaction = rules(facts, schedule, now)
        except Exception as error:  # whatever a rule does wrong concerns this lead only
            log.exception("the rules failed for lead %s", lead_id)
            outcome.failed[lead_id] = _keep(warehouse, lead_id, facts, error)
            continue
        derived.extend(reaction.facts)
        outcome.wake_ups |= dict.fromkeys(others)
        outcome.wake_ups[lead_id] = reaction.wake_at
    append(warehouse, derived, outcome)
    return outcome


def append(warehouse: Warehouse, facts: Sequence[Fact], outcome: Outcome) -> None:
    """Append derived facts and count those that were new. A conflict is no alarm: somebody else said it first."""
    if not facts:
        return
    for fact, receipt in zip(facts, warehouse.append(facts, quarantine=False), strict=True):
        if receipt.status == "accepted":
            outcome.appended[fact.name] += 1
            outcome.event_ids.add(fact.event_id)
        elif receipt.status == "rejected":
            log.error("%s for lead %s was refused: %s %s", fact.name, fact.lead_id, receipt.code, receipt.message)


def _histories(
    warehouse: Warehouse, lead_ids: Collection[str], families: Families
) -> dict[str, tuple[list[str], list[Fact]]]:
    """By the lead that goes on: who was merged with it, and the facts of all of them.

    For leads that are not created yet also the touches of their visitors, which decide it.
    """
    if not lead_ids:
        return {}
    found = people_in(facts_of_people(warehouse, families, lead_ids))
    people = {_named(head, own): own for head, own in found.items()}
    leads_of: dict[str, list[str]] = {}
    for lead_id, own in people.items():
        for visitor_id in {visitor for facts in own.values() for visitor in _visitors_that_matter(facts)}:
            leads_of.setdefault(visitor_id, []).append(lead_id)
    told = {lead_id: [fact for facts in own.values() for fact in facts] for lead_id, own in people.items()}
    if leads_of:
        for touch in warehouse.facts_of(visitor_ids=set(leads_of), names={TouchRecorded.name}):
            for lead_id in leads_of[touch.properties["visitor_id"]]:
                told[lead_id].append(touch)
    return {lead_id: ([one for one in people[lead_id] if one != lead_id], facts) for lead_id, facts in told.items()}


def _named(head: str, own: Mapping[str, Sequence[Fact]]) -> str:
    """Under which lead the person is looked at: who goes on, or the first of theirs if it is known by name only."""
    return head if head in own else next(iter(own))


def _visitors_that_matter(facts: Iterable[Fact]) -> set[str]:
    facts = list(facts)
    if any(fact.name == CoreLeadCreated.name for fact in facts):
        return set()
    ingests = (fact for fact in facts if fact.name == CoreIngestEvent.name)
    return {fact.properties["visitor_id"] for fact in ingests if fact.properties.get("visitor_id")}


def _keep(warehouse: Warehouse, lead_id: str, facts: Sequence[Fact], error: Exception) -> str:
    """Keep the lead's first fact as what was refused: the same failure again only counts up."""
    cause = next(fact for fact in facts if fact.lead_id == lead_id)
    payload = json.dumps(cause.model_dump(mode="json", exclude={"seq", "recorded_at"}), ensure_ascii=False)
    return warehouse.reject(
        stage=STAGE,
        code="rule_failed",
        message=f"lead {cause.lead_id}: {type(error).__name__}: {error}",
        payload=payload,
        emitter=cause.emitter,
    )
