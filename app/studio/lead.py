"""/studio/leads/<id>: one person: who they are, verdicts with reasons, what comes next, everything that happened."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from app.rights.family import MERGES
from app.shared import schedule, texts, warehouse
from app.studio import desk
from app.studio.bubbles import Bubble, bubble, said, scenario_label
from app.studio.desk import READERS, Desk
from app.studio.timeline import Entry, timeline
from app.studio.why import VerdictCard, verdict_cards
from domain.events import Fact
from domain.leads import Lead, fold_lead
from domain.merging import survivors
from domain.planner import PlannedStep, preview
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.reads import outbox


@dataclass(frozen=True)
class NextStep:
    """A message that is still to come, or waits: when and why."""

    scenario: str
    step: str
    recipient: str
    at: str
    why: str


class LeadPage(Desk):
    """One lead's card."""

    current_id: str = ""
    is_missing: bool = False
    name: str = ""
    contacts: list[str] = []
    source: str = ""
    partner: str = ""
    created_at: str = ""
    telegram: str = "none"
    telegram_text: str = ""
    consents: list[str] = []
    language: str = ""
    zone: str = ""
    is_erased: bool = False
    verdicts: list[VerdictCard] = []
    coming: list[NextStep] = []
    entries: list[Entry] = []
    bubbles: list[Bubble] = []

    @rx.event
    async def opened(self) -> None:
        """Show the lead."""
        if not await self._may(*READERS):
            return
        self.current_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        try:
            await self._show()
        except WarehouseError:
            self.complaint = self._text("away")

    async def _show(self) -> None:
        facts = await facts_of(self.current_id)
        self.is_missing = not any(fact.lead_id for fact in facts)
        if self.is_missing:
            return
        plan = await schedule.refresh()
        lead = fold_lead(facts)
        personal, sent = await asyncio.gather(
            warehouse.get().people([self.current_id, *([lead.partner_id] if lead.partner_id else [])]),
            warehouse.get().run(outbox.messages, lead_id=self.current_id, limit=200),
        )
        self._who(lead, personal)
        self.verdicts = verdict_cards(facts, plan, self.lang)
        steps = preview(facts, plan, desk.now())
        self.coming = [_next_step(step, self.lang) for step in steps if _is_ahead(step)]
        merged = await other_histories(self.current_id)
        written = [row for row in personal if row.subject_id == self.current_id]
        if merged:
            written += await warehouse.get().people(sorted({fact.lead_id or "" for fact in merged}))
        self.entries = timeline([*facts, *merged], written, plan, self.lang)
        self.bubbles = [bubble(message, plan, self.lang) for message in sent.rows if message.text]

    def _who(self, lead: Lead, personal: list[PersonalRow]) -> None:
        mine = {row.kind: row.value for row in personal if row.subject_id == self.current_id and not row.ref}
        names = {row.subject_id: row.value for row in personal if row.kind == Personal.NAME}
        self.name = mine.get(Personal.NAME) or self._text("nameless")
        self.contacts = [
            mine[kind] for kind in (Personal.PHONE, Personal.EMAIL, Personal.TELEGRAM_NAME) if kind in mine
        ]
        self.source = lead.created.lead_source if lead.created else "—"
        self.partner = names.get(lead.partner_id or "", lead.partner_id or "—")
        self.created_at = lead.created.lead_created_at.isoformat() if lead.created else ""
        self.telegram, self.telegram_text = lead.channel, self._text(f"telegram.{lead.channel}")
        self.consents = [self._text(f"purpose.{purpose}") for purpose in lead.consents if purpose not in lead.withdrawn]
        self.language, self.zone = lead.language, lead.time_zone or "—"
        self.is_erased = lead.erased_at is not None


async def other_histories(lead_id: str) -> list[Fact]:
    """Facts of the leads that were merged into this one; none while it is merged into another itself."""
    merges = await warehouse.get().facts_of(names=MERGES)
    others = [one for one, survivor in survivors(merges).items() if survivor == lead_id]
    return await warehouse.get().facts_of(lead_ids=others) if others else []


async def facts_of(lead_id: str) -> list[Fact]:
    """Every fact of a lead, with the touches of the browsers they came from."""
    own = await warehouse.get().facts_of(lead_ids=[lead_id])
    visitors = {fact.properties.get("visitor_id") for fact in own} - {None}
    if not visitors:
        return own
    touches = await warehouse.get().facts_of(visitor_ids=sorted(map(str, visitors)), names=["touch_recorded"])
    return own + [touch for touch in touches if touch.event_id not in {fact.event_id for fact in own}]


def _is_ahead(step: PlannedStep) -> bool:
    return step.state == "waiting" and step.reason != "no_occasion"


def _next_step(step: PlannedStep, language: str) -> NextStep:
    at = step.at or step.due_at
    return NextStep(
        scenario=scenario_label(step.run.scenario.name, language),
        step=texts.localised(step.step.label, language),
        recipient=texts.translate(language, f"studio.recipient.{step.step.recipient}"),
        at=at.isoformat() if at else "",
        why=said(step.reason, language) if step.reason else "",
    )
