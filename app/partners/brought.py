"""/partner/leads: the partner's own leads, page by page, contacts masked until the lead agreed to hand them over."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.partners import brought_view, own
from app.partners.cabinet import Cabinet
from app.partners.home import contested
from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio.choices import Choice
from warehouse.interface import WarehouseError

PAGE_SIZE = 50
FILTERS = ("webinar_id", "verdict")


@dataclass(frozen=True)
class OwnLine:
    """One lead of the list."""

    lead_id: str
    name: str
    contact: str
    is_open: bool
    created_at: str
    webinar: str
    outcome: str
    is_attended: bool
    telegram: str


class PartnerLeads(Cabinet):
    """The list of own leads."""

    lines: list[OwnLine] = []
    total: int = 0
    page_no: int = 1
    pages: int = 1
    chosen: dict[str, str] = dict.fromkeys(FILTERS, "")
    webinars: list[Choice] = []
    explained: str = ""
    """The lead whose story is open, and the story in words."""
    story: str = ""

    @rx.event
    async def opened(self) -> None:
        """Show the newest."""
        if partner := await self._partner():
            self.chosen, self.page_no = dict.fromkeys(FILTERS, ""), 1
            await self._show(partner.partner_id)

    @rx.event
    async def narrow(self, typed: dict[str, Any]) -> None:
        """Only one webinar or one verdict."""
        if partner := await self._partner():
            self.chosen = {name: str(typed.get(name) or "")[:60] for name in FILTERS}
            self.page_no = 1
            await self._show(partner.partner_id)

    @rx.event
    async def turn(self, step: int) -> None:
        """Older or newer."""
        if partner := await self._partner():
            self.page_no = min(max(1, self.page_no + step), self.pages)
            await self._show(partner.partner_id)

    @rx.event
    async def explain(self, lead_id: str) -> None:
        """Say why this lead is the partner's; of anybody else's lead nothing is said."""
        partner = await self._partner()
        if partner is None:
            return
        self.explained = self.story = ""
        try:
            if not await warehouse.get().run(own.is_own, partner.partner_id, lead_id):
                return
            told = await warehouse.get().run(own.stories, partner.partner_id, [lead_id])
        except WarehouseError:
            self.complaint = self._text("away")
            return
        if told:
            self.explained, self.story = lead_id, contested(told[0], partner.partner_id, self.lang).why

    async def _show(self, partner_id: str) -> None:
        plan = schedule.current()
        self.explained = self.story = ""
        try:
            rows, self.total = await warehouse.get().run(
                own.leads, partner_id, limit=PAGE_SIZE, offset=(self.page_no - 1) * PAGE_SIZE, **self.chosen
            )
        except WarehouseError:
            self.lines, self.complaint = [], self._text("away")
            return
        self.pages = max(1, -(-self.total // PAGE_SIZE))
        titles = {key: texts.localised(one.definition.title, self.lang) for key, one in plan.webinars.items()}
        self.webinars = [Choice(key, title) for key, title in titles.items()]
        self.lines = [
            OwnLine(
                lead_id=one.row.lead_id,
                name=one.name or self._text("nameless"),
                contact=one.contact or "—",
                is_open=one.is_open,
                created_at=one.row.created_at.isoformat(),
                webinar=titles.get(one.row.webinar_id or "", "—"),
                outcome=self._text(f"outcome.{one.row.outcome}") if one.row.outcome else "—",
                is_attended=one.row.verdict == "attended",
                telegram=self._text(f"telegram.{one.row.telegram}"),
            )
            for one in rows
        ]


PAGES = [
    Route(
        "/partner/leads",
        lambda: brought_view.view(PartnerLeads),
        title="title.partner_leads",
        on_load=PartnerLeads.opened,
    )
]
