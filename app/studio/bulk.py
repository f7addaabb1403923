"""On the list of leads: moving many at once, and the stages themselves."""

from typing import Any

import reflex as rx

from app.crm import deeds, stages
from app.shared import warehouse
from app.studio import desk
from app.studio.choices import Choice
from app.studio.crm import WORKERS
from app.studio.desk import MARKETERS, READERS, Desk
from app.studio.leads import Leads
from warehouse.interface import WarehouseError

MOST = 500


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
        if await self._may(*READERS):
            others = [one for one in self.picked if one != lead_id]
            self.picked = [*others, lead_id][-MOST:] if is_on else others

    @rx.event
    async def move(self, typed: dict[str, Any]) -> Any:
        """Put every ticked lead into a stage."""
        account = await self._may(*WORKERS)
        stage = str(typed.get("stage") or "")
        if account is None or not self.picked:
            return None
        try:
            await warehouse.get().run(deeds.move, self.picked, stage, by=account.email, now=desk.now())
        except deeds.Refused as refused:
            self.complaint = self._text(f"crm.wrong.{refused.code}")
            return None
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        self.notice = self._text("bulk.moved", count=len(self.picked))
        self.picked = []
        return Leads.turn(0)  # type: ignore[operator] # an event handler with its argument

    @rx.event
    async def save_stages(self, typed: dict[str, Any]) -> Any:
        """Change the pipeline."""
        account = await self._may(*MARKETERS)
        if account is None:
            return None
        self.text, self.wrong = str(typed.get("stages") or "")[:4000], ""
        try:
            await warehouse.get().run(stages.save, stages.read(self.text), by=account.email, now=desk.now())
        except stages.BadStages as error:
            self.wrong = self._text("bulk.bad_line", line=error.line)
            return None
        await self._show()
        self.notice = self._text("bulk.saved")
        return Leads.opened

    async def _show(self) -> None:
        found = await warehouse.get().run(stages.stages)
        self.choices = [Choice(stage.slug, stage.name(self.lang)) for stage in found]
        self.text, self.wrong, self.picked = stages.as_text(found), "", []
