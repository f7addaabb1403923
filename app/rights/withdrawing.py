"""Taking consent back: one fact a lead of the person, and everything that needed it stops by the domain's rules."""

import datetime as dtm
import uuid

from app.rights.family import of_one_person
from domain.events import Fact, Purpose
from domain.ledger import consents, withdrawn
from warehouse.interface import Warehouse, WarehouseError


def withdraw(warehouse: Warehouse, lead_id: str, purpose: Purpose, *, now: dtm.datetime) -> bool:
    """End every consent of the person for this purpose; False when none was in force. Raises WarehouseError."""
    leads = of_one_person(warehouse, lead_id)
    told = warehouse.facts_of(lead_ids=leads, names=["consent_given", "consent_withdrawn"])
    agreed = [lead for lead in leads if _is_in_force([fact for fact in told if fact.lead_id == lead], purpose)]
    facts = [withdrawn(lead, purpose, str(uuid.uuid4()), now) for lead in agreed]
    receipts = warehouse.append(facts) if facts else []
    if any(receipt.status == "rejected" for receipt in receipts):
        raise WarehouseError(f"The withdrawal was refused: {receipts[0].code} {receipts[0].message}")
    return bool(agreed)


def _is_in_force(facts: list[Fact], purpose: Purpose) -> bool:
    return any(one.purpose == purpose and one.withdrawn_at is None for one in consents(facts))
