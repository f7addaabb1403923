"""On a lead's card, for administrators: the person's data as a file, and forgetting them after a typed word."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from starlette.concurrency import run_in_threadpool

from app.rights import erasing
from app.rights.family import UnknownLead
from app.settings import Settings
from app.shared import warehouse
from app.shared.layout import anchor
from app.studio import desk
from app.studio.crm import LeadCrm
from app.studio.desk import Desk
from app.studio.frame import field
from app.studio.lead import LeadPage
from app.studio.tasks import LeadTasks
from warehouse import copies
from warehouse.interface import WarehouseError

log = logging.getLogger(__name__)
t = Desk.t


class LeadRights(Desk):
    """The rights of the person whose card is open."""

    wrong: str = ""

    @rx.event
    async def forget(self, typed: dict[str, Any]) -> Any:
        """Forget the person if the word was typed; an administrator's right alone. Then the backups are cleansed."""
        account = await self._may()
        if account is None:
            return None
        self.wrong = ""
        if str(typed.get("word") or "").strip().casefold() != self._text("rights.word").casefold():
            self.wrong = self._text("rights.wrong_word", word=self._text("rights.word"))
            return None
        try:
            await warehouse.get().run(erasing.erase, self._lead(), by=account.email, now=desk.now())
        except UnknownLead:
            return LeadPage.opened
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        # The whole card first: nothing of the person stays in sight while the backups are rewritten.
        return [LeadPage.opened, LeadCrm.opened, LeadTasks.opened, LeadRights.cleanse]

    @rx.event
    async def cleanse(self) -> AsyncIterator[None]:
        """Cleanse the backups of everybody who was forgotten, and say how that went."""
        if await self._may() is None:
            return
        self.notice = self._text("rights.cleansing")
        yield
        try:
            count = await run_in_threadpool(copies.cleanse, Settings())
        except (OSError, WarehouseError):
            log.exception("The backups could not be cleansed of %s", self._lead())
            self.notice, self.complaint = "", self._text("rights.not_cleansed", lead=self._lead())
            return
        self.notice = self._text("rights.cleansed", count=count)

    def _lead(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]


def panel(page: Any) -> rx.Component:
    """The panel on the card; only administrators see it."""
    return rx.cond(
        (Desk.role == "admin") & ~page.is_erased,
        rx.el.details(
            rx.el.summary(t["studio.rights.title"]),
            rx.el.p(t["studio.rights.data"], class_name="soft"),
            anchor(
                t["studio.rights.get"],
                href="/staff/leads/" + page.current_id + "/data",
                class_name="button small",
                id="person-data",
                custom_attrs={"download": "efir-person.json"},
            ),
            rx.el.p(t["studio.rights.forget"], class_name="soft"),
            rx.el.form(
                field(
                    "word",
                    t["studio.rights.type"],
                    rx.el.input(id="word", name="word", auto_complete="off", placeholder=t["studio.rights.word"]),
                    error=LeadRights.wrong,
                ),
                rx.el.button(
                    t["studio.rights.button"],
                    type="submit",
                    class_name="button",
                    id="forget-person",
                    custom_attrs={"data-kind": "danger"},
                ),
                on_submit=LeadRights.forget,
                class_name="stack-form",
            ),
            class_name="panel",
            custom_attrs={"data-testid": "rights"},
        ),
    )
