"""/studio: what is on air, what comes next, who came in last, whether the house is well."""

import reflex as rx

from app.shared import schedule, warehouse
from app.shared.numbers import seconds
from app.shared.route import Route
from app.studio import desk, home_view
from app.studio.cards import SessionCard, session_card
from app.studio.desk import READERS, Desk
from app.studio.people import LeadLine, lead_line
from domain.failure_words import said
from domain.failures import present
from warehouse.interface import WarehouseError
from warehouse.reads import condition, failures, leads, outbox, studio, webhooks

SHOWN_SESSIONS = 5
SHOWN_LEADS = 8


class Home(Desk):
    """The studio's first page."""

    on_air: list[SessionCard] = []
    coming: list[SessionCard] = []
    newest: list[LeadLine] = []
    total_leads: int = 0
    has_webinars: bool = False
    has_partners: bool = False
    facts: int = 0
    self_check: str = ""
    sent: int = 0
    undelivered: int = 0
    latency: str = ""
    rejected: int = 0
    webhooks_off: int = 0
    """Endpoints that were disabled because nothing arrives there."""
    failures: int = 0
    """What does not work now."""
    failing: str = ""
    """What that is, in a few words."""
    is_away: bool = False
    as_of: str = ""

    @rx.event
    async def opened(self) -> None:
        """Show the state of things."""
        if not await self._may(*READERS):
            return
        try:
            await self._programme()
            await self._people()
            await self._health()
            self.is_away, self.as_of = False, desk.now().isoformat()
        except WarehouseError:
            self.is_away = True

    async def _programme(self) -> None:
        plan, moment = await schedule.refresh(), desk.now()
        numbers = await warehouse.get().run(studio.session_numbers)
        present = await warehouse.get().run(studio.in_room, moment)
        cards = [
            session_card(s, plan.webinars.get(s.webinar_id), numbers, present, language=self.lang, now=moment)
            for s in sorted(plan.sessions.values(), key=lambda session: session.starts_at)
            if s.is_open(moment)
        ]
        self.on_air = [card for card in cards if card.phase == "on_air"]
        self.coming = [card for card in cards if card.phase == "lobby"][:SHOWN_SESSIONS]
        self.has_webinars, self.has_partners = bool(plan.webinars), bool(plan.partners)

    async def _people(self) -> None:
        page = await warehouse.get().run(leads.leads, leads.LeadFilter(), limit=SHOWN_LEADS)
        self.newest = [lead_line(row, schedule.current(), self.lang) for row in page.rows]
        self.total_leads = page.total

    async def _health(self) -> None:
        report = await warehouse.get().health()
        self.facts, self.self_check = int(report.get("facts") or 0), str(report.get("self_check") or "")
        found = await warehouse.get().run(outbox.states, now=desk.now())
        counts = {str(count.state): count for count in found}
        messages = {name: count.messages for name, count in counts.items()}
        self.sent, self.undelivered = messages.get("sent", 0), messages.get("failed", 0) + messages.get("uncertain", 0)
        self.latency = seconds(counts["sent"].p95_seconds if "sent" in counts else None, self.lang)
        self.rejected = await warehouse.get().run(condition.open_refusals)
        endpoints = await warehouse.get().run(webhooks.endpoints)
        self.webhooks_off = sum(one.state == "disabled" for one in endpoints.values())
        failing = present(await warehouse.get().run(failures.failures, now=desk.now())).values()
        labels = dict.fromkeys(said(one, "en" if self.lang == "en" else "ru").label for one in failing)
        self.failures, self.failing = len(failing), " · ".join(labels)


PAGES = [Route("/studio", lambda: home_view.view(Home), title="title.studio", on_load=Home.opened)]
