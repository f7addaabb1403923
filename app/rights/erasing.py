"""Forgetting a person: the fact that stops everything, then everything personal. The facts stay, without a name."""

import datetime as dtm
import uuid
from dataclasses import dataclass

from app.rights.family import of_one_person
from domain.events import Emitter, Fact, LeadErased
from warehouse.interface import Warehouse, WarehouseError

SELF = "self"
"""`by` of an erasure that the person asked for on their own page."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Which leads were the person's, and how many pieces of personal data are gone."""

    lead_ids: tuple[str, ...]
    pieces: int


def erase(warehouse: Warehouse, lead_id: str, *, by: str, now: dtm.datetime) -> Erasure:
    """Forget the person behind a lead, for good; doing it again is fine.

    The fact comes first, so that nothing new is sent or kept; the database file is rewritten within seconds
    (`health()["is_rewrite_due"]`). Raises UnknownLead, WarehouseError.
    """
    leads = of_one_person(warehouse, lead_id)
    told = {fact.lead_id for fact in warehouse.facts_of(lead_ids=leads, names=[LeadErased.name])}
    facts = [_erased(lead, by, now) for lead in leads if lead not in told]
    receipts = warehouse.append(facts) if facts else []
    if refused := [receipt for receipt in receipts if receipt.status == "rejected"]:
        raise WarehouseError(f"The erasure was refused: {refused[0].code} {refused[0].message}")
    return Erasure(tuple(leads), sum(warehouse.erase(lead) for lead in leads))


def _erased(lead_id: str, by: str, now: dtm.datetime) -> Fact:
    event = LeadErased(action_id=str(uuid.uuid4()), by=by)
    return Fact.of(event, emitter=Emitter.CRM, occurred_at=now, lead_id=lead_id)
