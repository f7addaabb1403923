"""/studio/import: a list from elsewhere: what would happen to each row, on what terms, then taking it in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.access import journal
from app.crm import batches, importing
from app.crm.importing import Terms
from app.shared import warehouse
from app.shared.route import Route
from app.studio import desk, importing_view
from app.studio.desk import MARKETERS, Desk
from domain.consents import PURPOSES
from domain.imports import BadRow, Candidate
from domain.people import mask
from warehouse.interface import WarehouseError

MOST_SHOWN = 200
TICK_SECONDS = 0.5


@dataclass(frozen=True)
class RowLine:
    """One row of the dry run. Contacts are masked: the file has them, the page need not."""

    line: int
    who: str
    happens: str
    happens_text: str
    why: str
    lead_id: str


class ImportPage(Desk):
    """The dry run of one list, and taking it in."""

    batch_id: str = ""
    file_name: str = ""
    kind: str = ""
    ignored: list[str] = []
    rows: int = 0
    shown: list[RowLine] = []
    new: int = 0
    same: int = 0
    again: int = 0
    refused: int = 0
    problem: str = ""
    wrong: str = ""
    ground: str = ""
    is_taken: bool = False
    is_running: bool = False
    done: int = 0

    @rx.event
    async def opened(self) -> None:
        """Show the list of the address, or the form for one."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        asked = self.router.url.query_parameters
        self._clear()
        if code := asked.get("problem", ""):
            key = f"import.problem.{code}"
            known = {"too_large", "no_file", "no_zone", "not_text", "empty_file", "no_contacts", "too_many_rows"}
            self.problem = self._text(key, detail=asked.get("detail", "")[:300]) if code in known else ""
            return
        self.batch_id = asked.get("batch", "")
        if self.batch_id:
            self._show(account.email)

    @rx.event
    async def take(self, typed: dict[str, Any]) -> AsyncIterator[None]:
        """Take the list in on the stated terms; the page counts along."""
        account = await self._may(*MARKETERS)
        batch = batches.find(self.batch_id, account.email) if account else None
        if account is None or batch is None or batch.is_taken or self.is_running:
            return
        purposes = tuple(purpose for purpose in PURPOSES if typed.get(purpose))
        self.ground = str(typed.get("ground") or "")[:300]
        terms = Terms(purposes, self.ground.strip(), account.email)
        if not terms.is_enough:
            self.wrong = self._text("import.wrong_terms")
            return
        self.wrong, self.is_running, self.done = "", True, 0
        yield
        seen: list[int] = [0]
        work = asyncio.ensure_future(
            warehouse.get().run(
                importing.take, batch.table, terms, now=desk.now(), progress=lambda done: seen.__setitem__(0, done)
            )
        )
        while not work.done():
            await asyncio.wait([work], timeout=TICK_SECONDS)
            self.done = seen[0]
            yield
        self.is_running = False
        try:
            batch.outcomes, batch.is_taken = work.result(), True
        except WarehouseError:
            self.complaint = self._text("import.interrupted", count=self.done)
            return
        counted = importing.counts(batch.outcomes)
        about = f"{batch.name}: +{counted['new']} ={counted['same']} ×{counted['refused']}"
        await warehouse.get().run(journal.note, "list_imported", account.email, now=desk.now(), about=about)
        self._show(account.email)
        self.notice = self._text("import.done", new=self.new, same=self.same, again=self.again, refused=self.refused)

    def _clear(self) -> None:
        self.batch_id = self.file_name = self.kind = self.problem = self.wrong = self.ground = ""
        self.shown, self.ignored, self.rows, self.done = [], [], 0, 0
        self.is_taken = self.is_running = False

    def _show(self, owner: str) -> None:
        batch = batches.find(self.batch_id, owner)
        if batch is None:
            self.batch_id, self.problem = "", self._text("import.problem.gone")
            return
        counted = importing.counts(batch.outcomes)
        self.new, self.same, self.again, self.refused = (counted[name] for name in importing.HAPPENS)
        self.file_name, self.rows = batch.name, len(batch.table.rows)
        self.kind = self._text(f"import.kind_{batch.table.kind}")
        self.ignored, self.is_taken = list(batch.table.ignored), batch.is_taken
        rows = sorted(zip(batch.table.rows, batch.outcomes, strict=True), key=lambda pair: pair[1].happens != "refused")
        self.shown = [self._line(row, outcome) for row, outcome in rows[:MOST_SHOWN]]

    def _line(self, row: Candidate | BadRow, outcome: importing.RowOutcome) -> RowLine:
        who = "—"
        if isinstance(row, Candidate):
            who = " · ".join(filter(None, (row.name, mask(row.phone or row.email or ""))))
        why = batches.reason(outcome.code, self.lang) if outcome.code else ""
        why = why or (self._text("import.also", count=outcome.also) if outcome.also else "")
        text = self._text(f"import.{'was' if self.is_taken else 'will'}.{outcome.happens}")
        return RowLine(outcome.line, who, outcome.happens, text, why, outcome.lead_id or "")


PAGES = [
    Route("/studio/import", lambda: importing_view.view(ImportPage), title="title.import", on_load=ImportPage.opened)
]
