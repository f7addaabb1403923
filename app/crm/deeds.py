"""What staff does to leads, as facts. Each names who did it; a note's text is personal data beside its fact."""

import datetime as dtm
import uuid
from collections.abc import Sequence

from app.rights.family import MERGES
from domain.events import (
    Emitter,
    Event,
    Fact,
    LeadAssigned,
    LeadMerged,
    LeadNoteAdded,
    LeadStageChanged,
    LeadTagged,
    LeadUnmerged,
)
from domain.merging import survivors
from warehouse.interface import Personal, PersonalRow, Warehouse, WarehouseError

LONGEST_NOTE = 4000
LONGEST_TAG = 40


def move(warehouse: Warehouse, lead_ids: Sequence[str], stage: str, *, by: str, now: dtm.datetime) -> None:
    """Put leads into a stage."""
    _state(warehouse, [_fact(LeadStageChanged(action_id=_id(), stage=stage, by=by), lead, now) for lead in lead_ids])


def tag(warehouse: Warehouse, lead_id: str, name: str, *, is_on: bool, by: str, now: dtm.datetime) -> None:
    """Put a tag on, or take it off; a blank one is nothing."""
    if clean := " ".join(name.split()).casefold()[:LONGEST_TAG]:
        _state(warehouse, [_fact(LeadTagged(action_id=_id(), tag=clean, is_on=is_on, by=by), lead_id, now)])


def assign(warehouse: Warehouse, lead_id: str, owner: str, *, by: str, now: dtm.datetime) -> None:
    """Make a colleague look after the lead."""
    _state(warehouse, [_fact(LeadAssigned(action_id=_id(), owner=owner, by=by), lead_id, now)])


def note(warehouse: Warehouse, lead_id: str, text: str, *, by: str, now: dtm.datetime) -> None:
    """Keep a note; a blank one is nothing."""
    if clean := text.strip()[:LONGEST_NOTE]:
        fact = _fact(LeadNoteAdded(action_id=_id(), by=by), lead_id, now)
        row = PersonalRow(lead_id, Personal.NOTE, clean, ref=fact.properties["action_id"], given_at=now)
        _state(warehouse, [fact], [row])


def merge(warehouse: Warehouse, lead_id: str, other_id: str, *, by: str, now: dtm.datetime) -> bool:
    """Let `lead_id` go on for `other_id` too; False when they are one already, or one of them is unknown."""
    into = survivors(warehouse.facts_of(names=MERGES))
    head, other = into.get(lead_id, lead_id), into.get(other_id, other_id)
    known = {fact.lead_id for fact in warehouse.facts_of(lead_ids=[head, other], names=["core_lead_created"])}
    if head == other or known != {head, other}:
        return False
    _state(warehouse, [_fact(LeadMerged(action_id=_id(), into_lead_id=head, by=by), other, now)])
    return True


def part(warehouse: Warehouse, lead_id: str, *, by: str, now: dtm.datetime) -> None:
    """Take the merge of this lead back."""
    _state(warehouse, [_fact(LeadUnmerged(action_id=_id(), by=by), lead_id, now)])


def _fact(event: Event, lead_id: str, now: dtm.datetime) -> Fact:
    return Fact.of(event, emitter=Emitter.CRM, occurred_at=now, lead_id=lead_id)


def _id() -> str:
    return str(uuid.uuid4())


def _state(warehouse: Warehouse, facts: Sequence[Fact], personal: Sequence[PersonalRow] = ()) -> None:
    for receipt in warehouse.append(facts, personal=personal):
        if receipt.status != "accepted":
            raise WarehouseError(f"The log answered {receipt.status}: {receipt.message}")
