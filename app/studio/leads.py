"""/studio/leads: every lead, searched and filtered, page by page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from app.access import accounts
from app.access.roles import STAFF_ROLES
from app.crm import stages
from app.shared import schedule, texts, warehouse
from app.studio.choices import Choice, partners_by_name
from app.studio.desk import READERS, Desk
from app.studio.people import LeadLine, lead_line
from warehouse.interface import WarehouseError
from warehouse.reads import leads
from warehouse.reads.partners import names as partner_names

PAGE_SIZE = 50
FILTERS = ("search", "source", "partner_id", "webinar_id", "verdict", "telegram", "stage", "owner", "tag")


def address_of(chosen: Mapping[str, str]) -> str:
    """Filters as the end of the list's address."""
    asked = {name: value for name, value in chosen.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


class Leads(Desk):
    """The list of leads."""

    lines: list[LeadLine] = []
    total: int = 0
    page_no: int = 1
    pages: int = 1
    chosen: dict[str, str] = dict.fromkeys(FILTERS, "")
    form_key: int = 0
    """Changes when the filters come from the address, so that the browser takes them."""
    sources: list[Choice] = []
    partners: list[Choice] = []
    webinars: list[Choice] = []
    stages: list[Choice] = []
    owners: list[Choice] = []
    tags: list[Choice] = []
    is_away: bool = False

    @rx.var
    def address(self) -> str:
        """The filters as the end of an address: what is shared, and what the files are made of."""
        return address_of(self.chosen)

    @rx.var
    def narrowed(self) -> int:
        """How many filters are in use."""
        return sum(bool(value) for value in self.chosen.values())

    @rx.event
    async def opened(self) -> None:
        """Show the newest leads; the address may carry filters (`?source=…`)."""
        if not await self._may(*READERS):
            return
        query = self.router.url.query_parameters
        self.chosen = {name: query.get(name, "") for name in FILTERS}
        self.page_no = 1
        await self._renew()

    @rx.event
    async def narrow(self, typed: dict[str, Any]) -> Any:
        """Search and filter; the address says so, so that the view can be kept and shared."""
        if not await self._may(*READERS):
            return None
        self.chosen = {name: str(typed.get(name) or "").strip()[:200] for name in FILTERS}
        self.page_no = 1
        await self._show()
        return rx.redirect(f"/studio/leads{self.address}", replace=True)

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._show()

    async def _renew(self) -> None:
        """What one may choose from, and the page."""
        self.form_key += 1
        await self._choices()
        await self._show()

    async def _choices(self) -> None:
        plan = await schedule.refresh()
        self.sources = [Choice(source, source) for source in await warehouse.get().run(leads.sources)]
        self.partners = partners_by_name(await warehouse.get().run(partner_names))
        self.webinars = [
            Choice(webinar.webinar_id, texts.localised(webinar.definition.title, self.lang))
            for webinar in plan.webinars.values()
        ]
        self.stages = [Choice(one.slug, one.name(self.lang)) for one in await warehouse.get().run(stages.standing)]
        self.tags = [Choice(tag, tag) for tag in await warehouse.get().run(leads.tags)]
        everybody = await warehouse.get().run(accounts.listed)
        self.owners = [Choice(one.email, one.email) for one in everybody if one.role in STAFF_ROLES]

    async def _show(self) -> None:
        try:
            page = await warehouse.get().run(
                leads.leads, leads.LeadFilter(**self.chosen), limit=PAGE_SIZE, offset=(self.page_no - 1) * PAGE_SIZE
            )
        except WarehouseError:
            self.is_away, self.lines, self.total = True, [], 0
            return
        if not page.rows and self.page_no > 1:
            self.page_no = 1  # what stood on the last page is in this list no more
            await self._show()
            return
        self.is_away = False
        names = {choice.value: choice.label for choice in self.stages}
        self.lines = [lead_line(row, schedule.current(), self.lang, names) for row in page.rows]
        self.total = page.total
        self.pages = max(1, -(-page.total // PAGE_SIZE))
