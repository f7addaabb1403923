"""What staff does to leads, as facts. Each names who did it; a note's text is personal data beside its fact.

A deed on a merged lead is done to the one that goes on. What is not allowed is refused with its reason, never ignored.
"""

import datetime as dtm
import uuid
from collections.abc import Collection, Mapping, Sequence

from app.access import accounts
from app.access.roles import STAFF_ROLES
from app.crm.stages import stages
from app.rights.family import behind
from domain.events import (
    Emitter,
    Event,
    Fact,
    LeadAssigned,
    LeadErased,
    LeadMerged,
    LeadNoteAdded,
    LeadNoteEdited,
    LeadNoteRemoved,
    LeadStageChanged,
    LeadTagged,
    LeadUnmerged,
    PartnerJoined,
)
from domain.merging import LONGEST_CHAIN, MERGES, direct, longest, survivors
from warehouse.interface import Personal, PersonalRow, Warehouse, WarehouseError

LONGEST_NOTE = 4000
LONGEST_TAG = 40
LONGEST_REASON = 300


class Refused(ValueError):  # noqa: N818 - reads as what it says
    """The deed is not possible; `code` has a sentence in the texts (`studio.crm.wrong.<code>`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def move(warehouse: Warehouse, lead_ids: Sequence[str], stage: str, *, by: str, now: dtm.datetime) -> None:
    """Put leads into a stage of the pipeline. Raises Refused unknown_stage, unknown_lead."""
    if stage not in {one.slug for one in stages(warehouse)}:
        raise Refused("unknown_stage")
    heads = known(warehouse, lead_ids)
    state(warehouse, [fact_of(LeadStageChanged(action_id=_id(), stage=stage, by=by), lead, now) for lead in heads])


def tag(warehouse: Warehouse, lead_ids: Sequence[str], name: str, *, is_on: bool, by: str, now: dtm.datetime) -> None:
    """Put a tag on leads, or take it off; a blank one is nothing. Raises Refused unknown_lead."""
    if clean := " ".join(name.split()).casefold()[:LONGEST_TAG]:
        heads = known(warehouse, lead_ids)
        events = ((LeadTagged(action_id=_id(), tag=clean, is_on=is_on, by=by), lead) for lead in heads)
        state(warehouse, [fact_of(event, lead, now) for event, lead in events])


def assign(warehouse: Warehouse, lead_ids: Sequence[str], owner: str, *, by: str, now: dtm.datetime) -> None:
    """Make a colleague look after the leads; "": nobody. Raises Refused unknown_owner, unknown_lead."""
    if owner:
        account = accounts.find(warehouse, owner)
        if account is None or not account.is_active or account.role not in STAFF_ROLES:
            raise Refused("unknown_owner")
    heads = known(warehouse, lead_ids)
    state(warehouse, [fact_of(LeadAssigned(action_id=_id(), owner=owner, by=by), lead, now) for lead in heads])


def reassign(warehouse: Warehouse, lead_id: str, partner_id: str, reason: str, *, by: str, now: dtm.datetime) -> None:
    """Give the lead to another partner, or to nobody (""), and say why: the rule's answer is overruled by a person.

    Raises Refused no_reason, unknown_partner, unknown_lead.
    """
    clean = " ".join(reason.split())[:LONGEST_REASON]
    if not clean:
        raise Refused("no_reason")
    joined = {fact.properties["partner_id"] for fact in warehouse.facts_of(names=[PartnerJoined.name])}
    if partner_id and partner_id not in joined:
        raise Refused("unknown_partner")
    [head] = known(warehouse, [lead_id])
    event = LeadAssigned(action_id=_id(), partner_id=partner_id, reason=clean, by=by)
    state(warehouse, [fact_of(event, head, now)])


def note(warehouse: Warehouse, lead_id: str, text: str, *, by: str, now: dtm.datetime) -> None:
    """Keep a note; a blank one is nothing. Raises Refused unknown_lead."""
    if clean := text.strip()[:LONGEST_NOTE]:
        [head] = known(warehouse, [lead_id])
        fact = fact_of(LeadNoteAdded(action_id=_id(), by=by), head, now)
        row = PersonalRow(head, Personal.NOTE, clean, ref=fact.properties["action_id"], given_at=now)
        state(warehouse, [fact], [row])


def edit_note(warehouse: Warehouse, lead_id: str, note_id: str, text: str, *, by: str, now: dtm.datetime) -> None:
    """Write a note anew; a blank text removes it. Raises Refused unknown_note, unknown_lead."""
    holder = _holder(warehouse, lead_id, note_id)
    clean = text.strip()[:LONGEST_NOTE]
    event = (
        LeadNoteEdited(action_id=_id(), note_id=note_id, by=by)
        if clean
        else LeadNoteRemoved(action_id=_id(), note_id=note_id, by=by)
    )
    row = PersonalRow(holder, Personal.NOTE, clean, ref=note_id, given_at=now)
    state(warehouse, [fact_of(event, holder, now)], [row])


def remove_note(warehouse: Warehouse, lead_id: str, note_id: str, *, by: str, now: dtm.datetime) -> None:
    """Take a note away. Raises Refused unknown_note, unknown_lead."""
    edit_note(warehouse, lead_id, note_id, "", by=by, now=now)


def merge(warehouse: Warehouse, lead_id: str, other_id: str, *, by: str, now: dtm.datetime) -> bool:
    """Let `lead_id` go on for `other_id` too; False when they are one already, or one is unknown or forgotten."""
    return bool(merge_all(warehouse, [(lead_id, other_id)], by=by, now=now))


def merge_all(warehouse: Warehouse, pairs: Sequence[tuple[str, str]], *, by: str, now: dtm.datetime) -> dict[str, str]:
    """Let the first of each pair go on for the second too, all or none; returns the leads merged, each into which.

    A pair that is one already, also by a pair before it, or of whom one is unknown or forgotten, is passed over.
    Raises Refused long_chain: the oldest of many merges in a row would no longer be followed, and its lead come apart.
    """
    merges = warehouse.facts_of(names=MERGES)
    into = survivors(merges)
    heads = {into.get(one, one) for pair in pairs for one in pair}
    there = _there(warehouse, heads)
    merged: dict[str, str] = {}
    for lead_id, other_id in pairs:
        head, other = (_end_of(into.get(one, one), merged) for one in (lead_id, other_id))
        if head != other and {head, other} <= there:
            merged[other] = head
    # Merged the other way round by somebody at the same moment, it would be a circle, in which nobody goes on.
    freed = set(merged.values()) & direct(merges).keys()
    following = {lead: head for lead, head in direct(merges).items() if lead in into and lead not in freed} | merged
    if longest(following) > LONGEST_CHAIN:
        raise Refused("long_chain")
    facts = [fact_of(LeadUnmerged(action_id=_id(), by=by), lead, now) for lead in sorted(freed)]
    facts += [
        fact_of(LeadMerged(action_id=_id(), into_lead_id=head, by=by), lead, now) for lead, head in merged.items()
    ]
    state(warehouse, facts)
    return merged


def _end_of(lead_id: str, merged: Mapping[str, str]) -> str:
    """Who goes on for the lead after these merges, which make no circle."""
    while lead_id in merged:
        lead_id = merged[lead_id]
    return lead_id


def part_all(warehouse: Warehouse, lead_ids: Sequence[str], *, by: str, now: dtm.datetime) -> int:
    """Take the merges of these leads back and return how many; those that are not merged any more are passed over."""
    into = survivors(warehouse.facts_of(names=MERGES))
    merged = [lead for lead in dict.fromkeys(lead_ids) if lead in into]
    state(warehouse, [fact_of(LeadUnmerged(action_id=_id(), by=by), lead, now) for lead in merged])
    return len(merged)


def part(warehouse: Warehouse, lead_id: str, *, by: str, now: dtm.datetime) -> None:
    """Take the merge of this lead back. Raises Refused not_merged."""
    if not part_all(warehouse, [lead_id], by=by, now=now):
        raise Refused("not_merged")


def known(warehouse: Warehouse, lead_ids: Sequence[str]) -> list[str]:
    """The leads that go on for these, each once. Raises Refused unknown_lead: never was, or is forgotten."""
    into = survivors(warehouse.facts_of(names=MERGES))
    heads = list(dict.fromkeys(into.get(one, one) for one in lead_ids))
    if _there(warehouse, heads) != set(heads):
        raise Refused("unknown_lead")
    return heads


def _there(warehouse: Warehouse, lead_ids: Collection[str]) -> set[str]:
    """Those of them that were created and are not forgotten."""
    names = ["core_lead_created", LeadErased.name]
    told = warehouse.facts_of(lead_ids=sorted(lead_ids), names=names) if lead_ids else []
    erased = {fact.lead_id for fact in told if fact.name == LeadErased.name}
    return {fact.lead_id for fact in told if fact.lead_id} - erased


def fact_of(event: Event, lead_id: str, now: dtm.datetime) -> Fact:
    """What staff did to a lead, in its envelope."""
    return Fact.of(event, emitter=Emitter.CRM, occurred_at=now, lead_id=lead_id)


def state(warehouse: Warehouse, facts: Sequence[Fact], personal: Sequence[PersonalRow] = ()) -> None:
    """Append them or say that it failed. Raises WarehouseError."""
    for receipt in warehouse.append(facts, personal=personal):
        if not receipt.is_stored:
            raise WarehouseError(f"The log answered {receipt.status}: {receipt.message}")


def _holder(warehouse: Warehouse, lead_id: str, note_id: str) -> str:
    """The lead of the family that the note was written on. Raises Refused."""
    [head] = known(warehouse, [lead_id])
    ours = behind(warehouse.facts_of(names=MERGES), head)
    written = warehouse.facts_of(lead_ids=ours, names=[LeadNoteAdded.name, LeadNoteRemoved.name])
    removed = {fact.properties["note_id"] for fact in written if fact.name == LeadNoteRemoved.name}
    found = [fact.lead_id for fact in written if fact.properties["action_id"] == note_id]
    if not found or note_id in removed or found[0] is None:
        raise Refused("unknown_note")
    return found[0]


def _id() -> str:
    return str(uuid.uuid4())
