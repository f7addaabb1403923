"""/studio/audit: who did what, page by page: access from its journal, everything else from the facts themselves."""

import re
from dataclasses import dataclass

import reflex as rx

from app.access.roles import Role
from app.partners.membership import PREFIX
from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import audit_view
from app.studio.desk import Desk
from app.studio.doers import doer
from domain.webinars import Schedule
from warehouse.interface import WarehouseError
from warehouse.reads.deeds import StaffDeed, staff_deeds

PAGE_SIZE = 100
ROLE = re.compile(rf"(?<=\()({'|'.join(Role)})(?=\))|(?<=→ )({'|'.join(Role)})(?= · |$)")
"""Where the journal has a role's code: «who@example.org (host)», «who@example.org → host»."""


@dataclass(frozen=True)
class Line:
    """One deed. `link`: the card or page it is about, if there is one."""

    at: str
    who: str
    what: str
    about: str
    link: str
    kind: str


class Audit(Desk):
    """The journal, page by page."""

    lines: list[Line] = []
    page_no: int = 1
    pages: int = 1

    @rx.event
    async def opened(self) -> None:
        """Show the newest."""
        if await self._may():
            self.page_no = 1
            await self._show()

    @rx.event
    async def turn(self, step: int) -> None:
        """Older or newer."""
        if await self._may():
            self.page_no = min(max(1, self.page_no + step), self.pages)
            await self._show()

    async def _show(self) -> None:
        offset = (self.page_no - 1) * PAGE_SIZE
        try:
            deeds, total = await warehouse.get().run(staff_deeds, limit=PAGE_SIZE, offset=offset)
        except WarehouseError:
            self.lines, self.complaint = [], self._text("away")
            return
        self.lines = [_line(deed, schedule.current(), self.lang) for deed in deeds]
        self.pages = max(1, -(-total // PAGE_SIZE))


def _line(deed: StaffDeed, plan: Schedule, language: str) -> Line:
    link = f"/studio/leads/{deed.lead_id}" if deed.lead_id else ""
    link = link or (f"/studio/webinars/{deed.webinar_id}" if deed.webinar_id else "")
    return Line(
        at=deed.at.isoformat(),
        who=doer(_partners_code(deed.by, plan), language) or "—",
        what=texts.translate(language, f"studio.{'fact' if deed.is_fact else 'deed'}.{deed.name}"),
        about=_role_in_words(deed, _partners_code(deed.about, plan), language)
        or (deed.lead_id or "")[:8]
        or deed.session_id
        or deed.webinar_id
        or "",
        link=link,
        kind="fact" if deed.is_fact else "access",
    )


def _role_in_words(deed: StaffDeed, about: str, language: str) -> str:
    """The role that an invitation or a change names by its code, as people call it."""
    if deed.is_fact or deed.name not in {"invited", "role_changed"}:
        return about
    return ROLE.sub(lambda found: texts.translate(language, f"studio.role.{found[0]}"), about)


def _partners_code(text: str, plan: Schedule) -> str:
    """A partner by the code everybody knows, where the journal has an id or the account of a cabinet."""
    partner = plan.partners.get(text.removeprefix(PREFIX))
    return partner.code if partner else text


PAGES = [Route("/studio/audit", lambda: audit_view.view(Audit), title="title.audit", on_load=Audit.opened)]
