"""/studio/leads/<id>: one person: who they are, verdicts with reasons, what comes next, everything that happened."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import desk, lead_view
from app.studio.bubbles import Bubble, bubble, said, scenario_label
from app.studio.desk import READERS, Desk
from app.studio.timeline import Entry, timeline
from domain.events import AttendanceClassified, Fact
from domain.leads import Lead, fold_lead
from domain.planner import PlannedStep, preview
from domain.reasons import as_clock
from domain.webinars import Schedule
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.reads import outbox


@dataclass(frozen=True)
class VerdictCard:
    """The newest verdict on one session, in words. `reasons` are sentences."""

    session_id: str
    title: str
    starts_at: str
    status: str
    status_text: str
    outcome: str
    watched: str
    session_length: str
    percent: int
    reasons: list[str]
    policy_version: int


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
        self.verdicts = _verdicts(facts, plan, self.lang)
        steps = preview(facts, plan, desk.now())
        self.coming = [_next_step(step, self.lang) for step in steps if _is_ahead(step)]
        self.entries = timeline(facts, [row for row in personal if row.subject_id == self.current_id], plan, self.lang)
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
        self.consents = [self._text(f"purpose.{purpose}") for purpose in lead.consents]
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


def _verdicts(facts: list[Fact], plan: Schedule, language: str) -> list[VerdictCard]:
    newest: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.occurred_at, fact.seq or 0)):
        if fact.name == AttendanceClassified.name and fact.session_id:
            newest[fact.session_id] = fact
    return [_verdict(fact, plan, language) for fact in reversed(newest.values())]


def _verdict(fact: Fact, plan: Schedule, language: str) -> VerdictCard:
    stated = fact.as_event(AttendanceClassified)
    webinar, session = plan.webinars.get(fact.webinar_id or ""), plan.sessions.get(fact.session_id or "")
    length = stated.facts.session_seconds
    return VerdictCard(
        session_id=fact.session_id or "",
        title=texts.localised(webinar.definition.title, language) if webinar else fact.webinar_id or "",
        starts_at=session.starts_at.isoformat() if session else "",
        status=stated.status,
        status_text=texts.translate(language, f"studio.verdict.{stated.status}"),
        outcome=texts.translate(language, f"studio.outcome.{stated.outcome}"),
        watched=as_clock(stated.facts.watched_seconds),
        session_length=as_clock(length),
        percent=round(100 * min(1.0, stated.facts.watched_seconds / length)) if length else 0,
        reasons=[said(code, language) for code in stated.reasons],
        policy_version=stated.policy_version,
    )


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


PAGES = [
    Route("/studio/leads/[lead_id]", lambda: lead_view.view(LeadPage), title="Лид · Эфир", on_load=LeadPage.opened)
]
