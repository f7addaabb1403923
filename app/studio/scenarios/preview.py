"""/studio/scenarios/preview: what somebody, real or imagined, gets, when, and why not. Reads only; writes nothing."""

from typing import Any

import reflex as rx

from app.shared import schedule, texts, warehouse, zones
from app.shared.route import Route
from app.studio import desk
from app.studio.choices import Choice, SessionChoice
from app.studio.desk import READERS, Desk
from app.studio.forms import Complaints
from app.studio.lead import facts_of_person
from app.studio.message_limits import in_words
from app.studio.scenarios import preview_view
from app.studio.scenarios.forecast import Foreseen, foreseen, person_of
from domain.events import MessageLimits
from domain.family import fold_person
from domain.imagined import imagine
from domain.leads import Lead
from domain.merging import MERGES
from domain.people import grouped
from domain.planner import preview
from domain.quiet_hours import zone_of
from domain.webinars import Schedule, Webinar
from warehouse.interface import WarehouseError
from warehouse.reads.leads import LeadFilter, leads

MOST_FOUND = 8
MOST_SESSIONS = 40


class Preview(Desk):
    """The preview of one person."""

    is_imagined: bool = True
    search: str = ""
    found: list[Choice] = []
    is_nobody: bool = False
    sessions: list[SessionChoice] = []
    zones: list[str] = []
    wrong: str = ""
    whose: str = ""
    zone: str = ""
    limits: str = ""
    """Quiet hours and the daily cap that hold for this person, in words."""
    steps: list[Foreseen] = []
    is_shown: bool = False

    @rx.event
    async def opened(self) -> None:
        """An empty preview, or of the lead the address names (`?lead=…`)."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        self._forget()
        self.sessions = _sessions(plan, self.lang)
        self.zones = list(zones.places())
        if asked := self.router.url.query_parameters.get("lead", ""):
            await self._show_lead(asked)

    @rx.event
    async def choose_kind(self, is_imagined: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Somebody imagined, or a person of the base."""
        if not await self._may(*READERS):
            return
        self._forget()
        self.is_imagined = is_imagined

    @rx.event
    async def find(self, typed: dict[str, Any]) -> None:
        """Look for people by name, phone or e-mail."""
        if not await self._may(*READERS):
            return
        self._forget()
        self.is_imagined = False
        self.search = str(typed.get("search", ""))[:200].strip()
        try:
            page = await warehouse.get().run(leads, LeadFilter(search=self.search), limit=MOST_FOUND)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.found = [
            Choice(row.lead_id, f"{row.name or self._text('nameless')} · {grouped(row.phone or row.email or '—')}")
            for row in page.rows
        ]
        self.is_nobody = not self.found

    @rx.event
    async def show_lead(self, lead_id: str) -> None:
        """What this person gets."""
        if not await self._may(*READERS):
            return
        await self._show_lead(lead_id)

    @rx.event
    async def show_imagined(self, typed: dict[str, Any]) -> None:
        """What such a person would get."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        self._forget()
        self.is_imagined = True
        try:
            person = person_of(typed, [choice.value for choice in _sessions(plan, self.lang)])
        except Complaints as wrong:
            self.wrong = self._text("scenarios.preview_page.not_a_number" if wrong.fields else "away")
            return
        session = plan.sessions[person.session_id]
        webinar = plan.webinars.get(session.webinar_id)
        zone = zone_of(person.time_zone, webinar.definition.time_zone if webinar else None)
        self.whose = self._text("scenarios.preview_page.imagined")
        self.zone, self.is_shown = zone.key, True
        self.limits = in_words(webinar.limits if webinar else MessageLimits(), self.lang)
        self.steps = foreseen(imagine(person, plan).steps, zone, self.lang, is_real=False)

    async def _show_lead(self, lead_id: str) -> None:
        self._forget()
        self.is_imagined = False
        try:
            merges = await warehouse.get().facts_of(names=MERGES)
            facts = await facts_of_person(merges, lead_id)
            plan = await schedule.refresh()
            page = await warehouse.get().people([lead_id])
        except WarehouseError:
            self.complaint = self._text("away")
            return
        lead = fold_person(facts)
        if not any(fact.lead_id == lead_id for fact in facts):
            self.is_nobody = True
            return
        webinar = _webinar_of(lead, plan)
        zone = zone_of(lead.time_zone, webinar.definition.time_zone if webinar else None)
        self.whose = next((row.value for row in page if row.kind == "name"), self._text("nameless"))
        self.zone, self.is_shown = zone.key, True
        self.limits = in_words(webinar.limits if webinar else MessageLimits(), self.lang)
        self.steps = foreseen(preview(facts, plan, desk.now()), zone, self.lang, is_real=True)

    def _forget(self) -> None:
        self.found, self.steps, self.is_shown, self.is_nobody = [], [], False, False
        self.wrong = self.whose = self.zone = self.limits = ""


def _sessions(plan: Schedule, language: str) -> list[SessionChoice]:
    """Sessions to choose from, the latest start first."""
    ordered = sorted(plan.sessions.values(), key=lambda s: s.starts_at, reverse=True)[:MOST_SESSIONS]
    choices = []
    for session in ordered:
        webinar = plan.webinars.get(session.webinar_id)
        title = texts.localised(webinar.definition.title, language) if webinar else session.webinar_id
        choices.append(SessionChoice(session.session_id, title, session.starts_at.isoformat()))
    return choices


def _webinar_of(lead: Lead, plan: Schedule) -> Webinar | None:
    webinars = (plan.webinars.get(attendee.webinar_id) for attendee in lead.attendees.values())
    return next((webinar for webinar in webinars if webinar), None)


PAGES = [
    Route(
        "/studio/scenarios/preview",
        lambda: preview_view.view(Preview),
        title="title.preview",
        on_load=Preview.opened,
    )
]
