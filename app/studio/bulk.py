"""On the list of leads: moving many at once, and the stages themselves."""

from typing import Any

import reflex as rx

from app.access import journal
from app.crm import deeds, sheets, stages
from app.shared import warehouse
from app.shared.numbers import decimal
from app.studio import desk
from app.studio.choices import Choice
from app.studio.crm import WORKERS
from app.studio.desk import MARKETERS, READERS, Desk
from app.studio.leads import Leads
from warehouse.interface import WarehouseError
from warehouse.reads import leads as reads
from warehouse.reads.leads import LeadFilter

MOST = 2000
"""So many are ticked at most: more is a list nobody has looked at, and every tick is told to the browser."""


class Bulk(Desk):
    """What is ticked in the list, and the pipeline's stages as text."""

    picked: list[str] = []
    choices: list[Choice] = []
    text: str = ""
    wrong: str = ""

    @rx.event
    async def opened(self) -> None:
        """Nothing is ticked yet."""
        if await self._may(*READERS):
            await self._show()

    @rx.event
    async def pick(self, lead_id: str, is_on: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Tick one lead, or take the tick away."""
        if not await self._may(*READERS):
            return
        if is_on:
            self._tick([lead_id], 1)
        else:
            self.picked = [one for one in self.picked if one != lead_id]

    @rx.event
    async def pick_page(self) -> None:
        """Tick every lead of the page that is shown; those of other pages stay ticked."""
        if await self._may(*READERS):
            shown = [line.lead_id for line in (await self.get_state(Leads)).lines]
            self._tick(shown, len(shown))

    @rx.event
    async def pick_all(self) -> None:
        """Tick every lead the filters find, on whatever page, the newest first."""
        if not await self._may(*READERS):
            return
        wanted = LeadFilter(**(await self.get_state(Leads)).chosen)
        try:
            page = await warehouse.get().run(reads.leads, wanted, limit=MOST)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.picked = []
        self._tick([row.lead_id for row in page.rows], page.total)

    @rx.event
    async def clear(self) -> None:
        """Take every tick away."""
        if await self._may(*READERS):
            self.picked = []

    def _tick(self, more: list[str], wanted: int) -> None:
        """Tick these too, as far as there is room; that not all of those `wanted` found room is said."""
        ticked = list(dict.fromkeys([*self.picked, *more]))
        self.picked = ticked[:MOST]
        if len(ticked) > MOST or wanted > len(more):
            self.complaint = self._text("bulk.most", count=decimal(MOST, self.lang))

    @rx.event
    async def move(self, typed: dict[str, Any]) -> Any:
        """Put every ticked lead into a stage."""
        return await self._do("bulk.moved", deeds.move, str(typed.get("stage") or ""))

    @rx.event
    async def assign(self, typed: dict[str, Any]) -> Any:
        """Give every ticked lead an owner, or nobody."""
        return await self._do("bulk.assigned", deeds.assign, str(typed.get("owner") or ""))

    @rx.event
    async def tag(self, typed: dict[str, Any]) -> Any:
        """Put a tag on every ticked lead, or take it off."""
        name, is_on = str(typed.get("tag") or ""), typed.get("way") != "off"
        return await self._do("bulk.tagged", deeds.tag, name, is_on=is_on) if name.strip() else None

    @rx.event
    async def export(self) -> Any:
        """The ticked leads as a file; the journal says so."""
        account = await self._may(*MARKETERS)
        if account is None or not self.picked:
            return None
        try:
            page = await warehouse.get().run(reads.leads, LeadFilter(), ids=list(self.picked), limit=MOST)
            about = f"{len(page.rows)} → csv"
            await warehouse.get().run(journal.note, "leads_exported", account.email, now=desk.now(), about=about)
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        return rx.download(data=b"".join(sheets.as_csv(page.rows)), filename="leads-selection.csv")

    async def _do(self, said: str, deed: Any, *arguments: Any, **named: Any) -> Any:
        account = await self._may(*WORKERS)
        if account is None or not self.picked:
            return None
        try:
            await warehouse.get().run(deed, list(self.picked), *arguments, by=account.email, now=desk.now(), **named)
        except deeds.Refused as refused:
            self.complaint = self._text(f"crm.wrong.{refused.code}")
            return None
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        self.notice = self._text(said, count=decimal(len(self.picked), self.lang))
        self.picked = []
        return await self._renew()

    @rx.event
    async def save_stages(self, typed: dict[str, Any]) -> None:
        """Change the pipeline."""
        account = await self._may(*MARKETERS)
        if account is None:
            return
        self.text, self.wrong = str(typed.get("stages") or "")[:4000], ""
        try:
            await warehouse.get().run(stages.save, stages.read(self.text), by=account.email, now=desk.now())
        except stages.BadStages as error:
            self.wrong = self._text("bulk.bad_line", line=error.line)
            return
        except stages.StageHeld as error:
            self.wrong = self._text(
                "bulk.held", stage=error.stage.name(self.lang), count=decimal(error.count, self.lang)
            )
            return
        await self._show()
        await self._renew()
        self.notice = self._text("bulk.saved")

    async def _renew(self) -> None:
        """The list as it is now, in this event: another would put away what this one says."""
        await (await self.get_state(Leads))._renew()  # noqa: SLF001 - the list's own way

    async def _show(self) -> None:
        found = await warehouse.get().run(stages.stages)
        self.choices = [Choice(stage.slug, stage.name(self.lang)) for stage in found]
        self.text, self.wrong, self.picked = stages.as_text(found), "", []
