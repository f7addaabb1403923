"""/studio/audit: who did what. Access comes from the journal, everything else from the facts themselves."""

from dataclasses import dataclass

import reflex as rx

from app.access import journal
from app.shared import texts, warehouse
from app.shared.route import Route
from app.studio import audit_view
from app.studio.desk import Desk
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads.deeds import StaffDeed, staff_deeds

PAGE_SIZE = 100


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
        try:
            self.lines, total = await warehouse.get().run(_page, self.page_no, self.lang)
        except WarehouseError:
            self.lines, self.complaint = [], self._text("away")
            return
        self.pages = max(1, -(-total // PAGE_SIZE))


def _page(connected: Warehouse, page_no: int, language: str) -> tuple[list[Line], int]:
    """Both sources in one order. What is older than the page needs from the facts, so as many are asked for."""
    until = page_no * PAGE_SIZE
    deeds, total = staff_deeds(connected, limit=until)
    notes = journal.newest(connected, limit=1_000_000)
    lines = [_of_fact(deed, language) for deed in deeds] + [_of_note(note, language) for note in notes]
    lines.sort(key=lambda line: line.at, reverse=True)
    return lines[until - PAGE_SIZE : until], total + len(notes)


def _of_fact(deed: StaffDeed, language: str) -> Line:
    link = f"/studio/leads/{deed.lead_id}" if deed.lead_id else ""
    link = link or (f"/studio/webinars/{deed.webinar_id}" if deed.webinar_id else "")
    return Line(
        at=deed.at.isoformat(),
        who=deed.by or "—",
        what=texts.translate(language, f"studio.fact.{deed.name}"),
        about=(deed.lead_id or deed.session_id or deed.webinar_id or "")[:8],
        link=link,
        kind="fact",
    )


def _of_note(note: journal.Entry, language: str) -> Line:
    about = " · ".join(part for part in (note.about, note.address) if part)
    what = texts.translate(language, f"studio.deed.{note.deed}")
    return Line(note.at.isoformat(), note.who, what, about, "", "access")


PAGES = [Route("/studio/audit", lambda: audit_view.view(Audit), title="Журнал · Эфир", on_load=Audit.opened)]
