"""/studio/leads/<id>: one person: who they are, verdicts with reasons, what comes next, everything that happened."""

import asyncio
import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import reflex as rx

from app.crm import stages
from app.rights.family import behind, family
from app.shared import schedule, texts, warehouse
from app.studio import desk
from app.studio.bubbles import Bubble, bubble, said, scenario_label
from app.studio.desk import READERS, Desk
from app.studio.timeline import Entry, timeline
from app.studio.why import VerdictCard, verdict_cards
from domain.evaluation import PlannedStep
from domain.events import Fact, PollAnswered, PollOpened
from domain.family import fold_person
from domain.leads import Lead, fold_lead
from domain.merging import MERGES, as_one
from domain.people import grouped
from domain.planner import preview
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.reads import outbox

CONTACTS = (Personal.PHONE, Personal.EMAIL, Personal.TELEGRAM_NAME)


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
    as_of: str = ""

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
        merges = await warehouse.get().facts_of(names=MERGES)
        ours = behind(merges, self.current_id)
        told = {one: await facts_of(one) for one in family(merges, self.current_id)}
        histories, everything = [told[one] for one in ours], list(chain.from_iterable(told.values()))
        self.is_missing = not any(fact.lead_id for fact in histories[0])
        if self.is_missing:
            return
        plan = await schedule.refresh()
        facts = as_one(chain.from_iterable(histories), self.current_id)
        lead = fold_person(everything) if len(ours) > 1 else fold_lead(facts)
        personal = await warehouse.get().people([*ours, *([lead.partner_id] if lead.partner_id else [])])
        sent = await asyncio.gather(*(warehouse.get().run(outbox.messages, lead_id=one, limit=200) for one in ours))
        self._who(lead, personal, ours)
        self.verdicts = verdict_cards(facts, plan, self.lang)
        now = desk.now()
        self.as_of = now.isoformat()
        steps = [step for step in preview(everything, plan, now) if _is_ahead(step)]
        self.coming = [_next_step(step, self.lang) for step in sorted(steps, key=_moment)]
        written = [row for row in personal if row.subject_id in ours]
        named = {one.slug: one.name(self.lang) for one in await warehouse.get().run(stages.stages)}
        opened = await _polls_opened(everything)
        self.entries = timeline(list(chain.from_iterable(histories)), written, plan, self.lang, named, opened)
        messages = sorted((one for page in sent for one in page.rows), key=lambda one: one.planned_at, reverse=True)
        self.bubbles = [bubble(message, plan, self.lang, now=now) for message in messages if message.text]

    def _who(self, lead: Lead, personal: list[PersonalRow], ours: list[str]) -> None:
        said = [(ours.index(row.subject_id), row) for row in personal if row.subject_id in ours and not row.ref]
        told = [row for _, row in sorted(said, key=lambda pair: pair[0])]
        mine = {row.kind: row.value for row in reversed(told)}
        names = {row.subject_id: row.value for row in personal if row.kind == Personal.NAME}
        self.name = mine.get(Personal.NAME) or self._text("nameless")
        self.contacts = list(dict.fromkeys(grouped(row.value) for kind in CONTACTS for row in told if row.kind == kind))
        self.source = lead.created.lead_source if lead.created else "—"
        self.partner = names.get(lead.partner_id or "", lead.partner_id or "—")
        self.created_at = lead.created.lead_created_at.isoformat() if lead.created else ""
        self.telegram, self.telegram_text = lead.channel, self._text(f"telegram.{lead.channel}")
        self.consents = [self._text(f"purpose.{purpose}") for purpose in lead.consents if purpose not in lead.withdrawn]
        self.language, self.zone = lead.language, lead.time_zone or "—"
        self.is_erased = lead.erased_at is not None


async def facts_of(lead_id: str) -> list[Fact]:
    """Every fact of a lead, with the touches of the browsers they came from."""
    own = await warehouse.get().facts_of(lead_ids=[lead_id])
    visitors = {fact.properties.get("visitor_id") for fact in own} - {None}
    if not visitors:
        return own
    touches = await warehouse.get().facts_of(visitor_ids=sorted(map(str, visitors)), names=["touch_recorded"])
    return own + [touch for touch in touches if touch.event_id not in {fact.event_id for fact in own}]


async def facts_of_person(merges: Sequence[Fact], lead_id: str) -> list[Fact]:
    """The same of everybody who is one with the lead: what the planner needs to know of the person."""
    return [fact for one in family(merges, lead_id) for fact in await facts_of(one)]


async def _polls_opened(facts: Sequence[Fact]) -> list[Fact]:
    """The polls that hosts opened in the sessions where the lead answered any."""
    sessions = {fact.session_id for fact in facts if fact.name == PollAnswered.name and fact.session_id}
    return await warehouse.get().facts_of(session_ids=sorted(sessions), names=[PollOpened.name]) if sessions else []


def _is_ahead(step: PlannedStep) -> bool:
    return step.state == "waiting" and step.reason != "no_occasion"


def _moment(step: PlannedStep) -> dtm.datetime:
    return step.at or step.due_at or dtm.datetime.max.replace(tzinfo=dtm.UTC)


def _next_step(step: PlannedStep, language: str) -> NextStep:
    at = step.at or step.due_at
    return NextStep(
        scenario=scenario_label(step.run.scenario.name, language),
        step=texts.localised(step.step.label, language),
        recipient=texts.translate(language, f"studio.recipient.{step.step.recipient}"),
        at=at.isoformat() if at else "",
        why=said(step.reason, language) if step.reason else "",
    )
