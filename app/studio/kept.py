"""On the list of leads: views kept by name, one's own and the house's."""

from typing import Any

import reflex as rx

from app.crm import views
from app.shared import warehouse
from app.studio.desk import READERS, Desk
from app.studio.leads import Leads, address_of
from warehouse.interface import WarehouseError


class LeadViews(Desk):
    """The views this person sees."""

    kept: list[views.View] = []

    @rx.event
    async def opened(self) -> None:
        """Show them."""
        if await self._may(*READERS):
            await self._show()

    @rx.event
    async def keep(self, typed: dict[str, Any]) -> None:
        """Keep the filters of the list under a name; the same name replaces one's own.

        What is searched for is left out: it may name a person, who could not be forgotten here.
        """
        account = await self._may(*READERS)
        if account is None:
            return
        shown = await self.get_state(Leads)
        address = address_of({**shown.chosen, "search": ""})
        name, is_shared = str(typed.get("name") or ""), bool(typed.get("shared"))
        try:
            is_kept = await warehouse.get().run(views.keep, name, address, account.email, is_shared=is_shared)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._show()
        if is_kept:
            self.notice = self._text("views.kept_without_search" if shown.chosen["search"] else "views.kept")
        else:
            self.complaint = self._text("views.no_name")

    @rx.event
    async def rename(self, typed: dict[str, Any]) -> None:
        """Call one's own view differently."""
        account = await self._may(*READERS)
        if account is None:
            return
        view_id, name = str(typed.get("view_id") or ""), str(typed.get("name") or "")
        try:
            is_renamed = await warehouse.get().run(views.rename, view_id, name, account.email)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._show()
        if is_renamed:
            self.notice = self._text("views.renamed")
        else:
            self.complaint = self._text("views.not_renamed")

    @rx.event
    async def drop(self, view_id: str) -> None:
        """Forget one's own view."""
        account = await self._may(*READERS)
        if account is None:
            return
        try:
            await warehouse.get().run(views.drop, view_id, account.email)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._show()

    async def _show(self) -> None:
        try:
            self.kept = await warehouse.get().run(views.views, self.email)
        except WarehouseError:
            self.kept = []
