"""On a lead's card: stage, owner, tags, notes, duplicates. What they mean is in `app.crm`."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.access import accounts
from app.access.roles import STAFF_ROLES, Role
from app.crm import deeds, stages
from app.rights.family import behind, family
from app.shared import warehouse
from app.studio import desk
from app.studio.choices import Choice, partners_by_name
from app.studio.desk import MARKETERS, READERS, Desk
from app.studio.lead import LeadPage
from domain.arrival import arrival_key
from domain.events import Fact
from domain.leads import fold_lead
from domain.merging import MERGES, as_one
from domain.people import grouped
from warehouse.interface import Personal, PersonalRow, Warehouse, WarehouseError
from warehouse.reads import leads
from warehouse.reads.partners import names as partner_names

WORKERS = (Role.MARKETER, Role.HOST)
"""Who works on leads; analysts look on."""
FOUND = 8
"""How many leads a search on the card shows."""
NAMED = frozenset({Personal.NAME, Personal.PHONE, Personal.EMAIL})


@dataclass(frozen=True)
class Note:
    """A note with who wrote it."""

    note_id: str
    at: str
    by: str
    text: str


@dataclass(frozen=True)
class Twin:
    """Another lead: perhaps the same person, or merged into this one."""

    lead_id: str
    name: str
    contact: str


class LeadCrm(Desk):
    """The work on the lead whose card is open."""

    stage: str = leads.NEW
    owner: str = ""
    tags: list[str] = []
    notes: list[Note] = []
    twins: list[Twin] = []
    found: list[Twin] = []
    """Leads that were looked for, to be merged into this one."""
    looked_for: str = ""
    found_count: int = 0
    merged: list[Twin] = []
    merged_into: str = ""
    stages: list[Choice] = []
    owners: list[Choice] = []
    partners: list[Choice] = []
    partner_id: str = ""
    partner_reason: str = ""
    """Why staff gave the lead to this partner; "" when the rule did."""
    edited: str = ""
    """The note that is being written anew."""
    may_work: bool = False
    form_key: int = 0

    @rx.event
    async def opened(self) -> None:
        """Show what was worked on."""
        if await self._may(*READERS):
            await self._show()

    @rx.event
    async def move(self, stage: str) -> Any:
        """Put the lead into another stage."""
        return await self._do(deeds.move, [self._lead()], stage)

    @rx.event
    async def assign(self, owner: str) -> Any:
        """Give the lead an owner."""
        return await self._do(deeds.assign, [self._lead()], owner)

    @rx.event
    async def reassign(self, typed: dict[str, Any]) -> Any:
        """Give the lead to another partner, with a reason."""
        if not await self._may(*MARKETERS):
            return None
        chosen, reason = str(typed.get("partner") or ""), str(typed.get("reason") or "")
        return await self._do(deeds.reassign, self._lead(), chosen, reason)

    @rx.event
    async def tag(self, typed: dict[str, Any]) -> Any:
        """Put a tag on."""
        return await self._do(deeds.tag, [self._lead()], str(typed.get("tag") or ""), is_on=True)

    @rx.event
    async def untag(self, name: str) -> Any:
        """Take a tag off."""
        return await self._do(deeds.tag, [self._lead()], name, is_on=False)

    @rx.event
    async def note(self, typed: dict[str, Any]) -> Any:
        """Keep a note."""
        return await self._do(deeds.note, self._lead(), str(typed.get("note") or ""))

    @rx.event
    async def begin_edit(self, note_id: str) -> None:
        """Open a note for writing; "" closes it."""
        if await self._may(*WORKERS):
            self.edited = note_id

    @rx.event
    async def edit_note(self, typed: dict[str, Any]) -> Any:
        """Write the open note anew."""
        return await self._do(deeds.edit_note, self._lead(), self.edited, str(typed.get("note") or ""))

    @rx.event
    async def remove_note(self, note_id: str) -> Any:
        """Take a note away."""
        return await self._do(deeds.remove_note, self._lead(), note_id)

    @rx.event
    async def merge(self, other_id: str) -> Any:
        """Let this lead go on for another one too."""
        return await self._do(_merge, self._lead(), other_id)

    @rx.event
    async def look_for(self, typed: dict[str, Any]) -> None:
        """Look for the lead who is the same person though nothing suggests it."""
        if not await self._may(*WORKERS):
            return
        self.looked_for, self.found, self.found_count = str(typed.get("search") or "").strip()[:100], [], 0
        if not self.looked_for:
            return
        try:
            connection = warehouse.get()
            ours = family(await connection.facts_of(names=MERGES), self._lead())
            page = await connection.run(leads.leads, leads.LeadFilter(search=self.looked_for), limit=FOUND + len(ours))
            also = [row.lead_id for row in page.rows if row.lead_id not in ours]
            rows = await connection.people(also, NAMED)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.found = [_twin(one, rows) for one in also[:FOUND]]
        self.found_count = page.total - (len(page.rows) - len(also))

    @rx.event
    async def part(self, other_id: str) -> Any:
        """Take a merge back."""
        return await self._do(deeds.part, other_id)

    async def _do(self, deed: Any, *arguments: Any, **named: Any) -> Any:
        account = await self._may(*WORKERS)
        if account is None:
            return None
        try:
            await warehouse.get().run(deed, *arguments, by=account.email, now=desk.now(), **named)
            await self._show()
        except deeds.Refused as refused:
            self.complaint = self._text(f"crm.wrong.{refused.code}")
            return None
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        return LeadPage.opened

    def _lead(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _show(self) -> None:
        connection = warehouse.get()
        lead_id = self._lead()
        merges = await connection.facts_of(names=MERGES)
        ours = behind(merges, lead_id)
        facts = as_one(await connection.facts_of(lead_ids=ours), lead_id)
        lead = fold_lead(facts)
        self.stage, self.owner, self.tags = lead.stage or leads.NEW, lead.owner or "", sorted(lead.tags)
        self.merged_into = lead.merged_into or ""
        self.notes = _notes(facts, await connection.people(ours, {Personal.NOTE}))
        self.edited = ""
        relatives = family(merges, lead_id)
        also = await connection.run(leads.duplicates, relatives) if lead.erased_at is None else []
        rows = await connection.people([*also, *ours], NAMED)
        self.twins = [_twin(one, rows) for one in also]
        self.found, self.looked_for, self.found_count = [], "", 0
        self.merged = [_twin(one, rows) for one in ours if one != lead_id]
        known = {one.slug: one.name(self.lang) for one in await connection.run(stages.stages)}
        named = known | {self.stage: known.get(self.stage, self.stage)}
        self.stages = [Choice(slug, name) for slug, name in named.items()]
        self.owners = [
            Choice(one.email, one.email)
            for one in await connection.run(accounts.listed)
            if one.is_active and one.role in STAFF_ROLES
        ]
        self.partner_id, self.partner_reason = lead.partner_id or "", _reason(facts)
        self.partners = partners_by_name(await connection.run(partner_names))
        self.may_work = self.role in {Role.ADMIN, *WORKERS} and lead.erased_at is None
        self.form_key += 1


def _merge(connection: Warehouse, lead_id: str, other_id: str, *, by: str, now: dtm.datetime) -> None:
    if not deeds.merge(connection, lead_id, other_id, by=by, now=now):
        raise deeds.Refused("not_two")


def _notes(facts: list[Fact], rows: list[PersonalRow]) -> list[Note]:
    texts = {row.ref: row.value for row in rows if row.value}
    written = [fact for fact in facts if fact.name == "lead_note_added" and fact.properties["action_id"] in texts]
    return [
        Note(
            fact.properties["action_id"],
            fact.occurred_at.isoformat(),
            fact.properties["by"],
            texts[fact.properties["action_id"]],
        )
        for fact in sorted(written, key=arrival_key, reverse=True)
    ]


def _reason(facts: list[Fact]) -> str:
    """Why staff gave the lead to its partner."""
    given = [fact for fact in facts if fact.name == "lead_assigned" and fact.properties.get("partner_id") is not None]
    newest = max(given, key=arrival_key, default=None)
    return f"{newest.properties['reason']} · {newest.properties['by']}" if newest else ""


def _twin(lead_id: str, rows: list[PersonalRow]) -> Twin:
    mine = {row.kind: row.value for row in rows if row.subject_id == lead_id and not row.ref}
    contact = grouped(mine.get(Personal.PHONE) or mine.get(Personal.EMAIL) or "—")
    return Twin(lead_id, mine.get(Personal.NAME) or lead_id[:8], contact)
