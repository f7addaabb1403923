"""What a partner may see, read for them: leads masked until the lead agreed, contests without naming the others.

Every function takes the partner's id from the session; a lead that is not theirs is as good as unknown.
"""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass

from app.rights.family import behind
from domain.arrival import arrival_key
from domain.attribution import touches_of
from domain.contest import Claim, claims
from domain.events import Fact
from domain.ledger import consents
from domain.merging import MERGES
from domain.people import grouped, mask
from warehouse.interface import Warehouse
from warehouse.reads import leads as lead_reads
from warehouse.reads.leads import LeadFilter, LeadRow

CONSENTS = ("consent_given", "consent_withdrawn")
ORIGINS = ("core_ingest_event", "core_lead_created", "lead_assigned")


@dataclass(frozen=True, slots=True)
class OwnLead:
    """A lead as their partner sees it. `is_open`: the lead agreed that contacts go to the partner."""

    row: LeadRow
    name: str
    contact: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Story:
    """Why a lead is whose it is. `claims` are oldest first; `reason` is staff's, when they decided."""

    lead_id: str
    created_at: dtm.datetime
    claims: tuple[Claim, ...]
    is_own: bool
    is_overruled: bool


def leads(
    warehouse: Warehouse, partner_id: str, *, webinar_id: str = "", verdict: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[OwnLead], int]:
    """A page of the partner's leads, newest first, and how many match. There is no search: it would guess contacts."""
    wanted = LeadFilter(partner_id=partner_id, webinar_id=webinar_id, verdict=verdict)
    page = lead_reads.leads(warehouse, wanted, limit=limit, offset=offset)
    open_ones = agreed(warehouse, [row.lead_id for row in page.rows])
    return [_shown(row, is_open=row.lead_id in open_ones) for row in page.rows], page.total


def agreed(warehouse: Warehouse, lead_ids: Sequence[str]) -> set[str]:
    """Which of the leads agreed to hand their contacts to the partner, and did not take it back."""
    merges = warehouse.facts_of(names=MERGES)
    families = {one: behind(merges, one) for one in lead_ids}
    everybody = sorted({member for members in families.values() for member in members})
    told = warehouse.facts_of(lead_ids=everybody, names=CONSENTS) if everybody else []
    by_lead: dict[str | None, list[Fact]] = {}
    for fact in told:
        by_lead.setdefault(fact.lead_id, []).append(fact)
    return {
        one
        for one, members in families.items()
        if _has_agreed([fact for member in members for fact in by_lead.get(member, ())])
    }


def is_own(warehouse: Warehouse, partner_id: str, lead_id: str) -> bool:
    """Whether the lead is this partner's now."""
    return lead_reads.leads(warehouse, LeadFilter(partner_id=partner_id), ids=[lead_id], limit=1).total == 1


def stories(warehouse: Warehouse, partner_id: str, lead_ids: Sequence[str]) -> list[Story]:
    """Whose links led to these leads, and which won, in the order given. Unknown leads are left out."""
    merges = warehouse.facts_of(names=MERGES)
    found = (_story(warehouse, partner_id, one, behind(merges, one)) for one in lead_ids)
    return [story for story in found if story]


def _story(warehouse: Warehouse, partner_id: str, lead_id: str, ours: list[str]) -> Story | None:
    facts = warehouse.facts_of(lead_ids=ours, names=ORIGINS)
    created = min((f for f in facts if f.name == "core_lead_created"), key=arrival_key, default=None)
    if created is None:
        return None
    visitors = sorted({str(f.properties["visitor_id"]) for f in facts if f.properties.get("visitor_id")})
    visits = warehouse.facts_of(visitor_ids=visitors, names=["touch_recorded"]) if visitors else []
    given = [f for f in facts if f.name == "lead_assigned" and f.properties.get("partner_id") is not None]
    frozen = created.properties.get("partner_id")
    owner = max(given, key=arrival_key).properties["partner_id"] if given else frozen
    forms = [f for f in facts if f.name == "core_ingest_event"]
    told = claims(touches_of([*visits, *forms]), created.occurred_at)
    return Story(lead_id, created.occurred_at, tuple(told), owner == partner_id, bool(given))


def _shown(row: LeadRow, *, is_open: bool) -> OwnLead:
    contact = row.phone or row.email
    return OwnLead(
        row, row.name if is_open else mask(row.name), grouped(contact) if is_open else mask(contact), is_open
    )


def _has_agreed(told: Sequence[Fact]) -> bool:
    return any(one.purpose == "partner_transfer" and one.withdrawn_at is None for one in consents(told))
