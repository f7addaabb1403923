"""/studio/duplicates: pairs of leads that are perhaps one person, to merge or to keep apart."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.crm import deeds
from app.shared import warehouse
from app.shared.route import Route
from app.studio import desk, twins_view
from app.studio.crm import WORKERS
from app.studio.desk import READERS, Desk
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.reads import worklist
from warehouse.reads.worklist import Pair

APART = "not_twins"
"""Registry collection: pairs that staff keeps apart, by the pair's key."""
WHY = {worklist.SAME_CONTACT: "contact", worklist.SAME_MAILBOX: "mailbox", worklist.SAME_NAME: "name"}


@dataclass(frozen=True)
class PairCard:
    """Two leads side by side."""

    one_id: str
    one_name: str
    one_contact: str
    other_id: str
    other_name: str
    other_contact: str
    why: str


class Duplicates(Desk):
    """The pairs."""

    pairs: list[PairCard] = []
    total: int = 0
    may_work: bool = False

    @rx.event
    async def opened(self) -> None:
        """Show the surest first."""
        if await self._may(*READERS):
            await self._show()

    @rx.event
    async def merge(self, one_id: str, other_id: str) -> None:
        """Let the first go on for both."""
        account = await self._may(*WORKERS)
        if account is None:
            return
        try:
            is_done = await warehouse.get().run(deeds.merge, one_id, other_id, by=account.email, now=desk.now())
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._show()
        if is_done:
            self.notice = self._text("twins.merged")

    @rx.event
    async def keep_apart(self, one_id: str, other_id: str) -> None:
        """They are two people: do not suggest the pair again."""
        account = await self._may(*WORKERS)
        if account is None:
            return
        key = Pair(min(one_id, other_id), max(one_id, other_id), rank=0).key
        body = {"by": account.email, "at": desk.now().isoformat()}
        try:
            await warehouse.get().put(APART, key[:200], body)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._show()

    async def _show(self) -> None:
        connection = warehouse.get()
        try:
            apart = {one.key for one in await connection.entries(APART)}
            found, self.total = await connection.run(worklist.alike, apart)
            ids = sorted({one for pair in found for one in (pair.one_id, pair.other_id)})
            rows = await connection.people(ids, {Personal.NAME, Personal.PHONE, Personal.EMAIL}) if ids else []
        except WarehouseError:
            self.pairs, self.complaint = [], self._text("away")
            return
        self.may_work = self.role in {"admin", *map(str, WORKERS)}
        self.pairs = [
            PairCard(
                pair.one_id, *self._who(pair.one_id, rows), pair.other_id, *self._who(pair.other_id, rows),
                self._text(f"twins.why.{WHY[pair.rank]}"),
            )
            for pair in found
        ]  # fmt: skip

    def _who(self, lead_id: str, rows: list[PersonalRow]) -> tuple[Any, Any]:
        mine = {row.kind: row.value for row in rows if row.subject_id == lead_id and not row.ref}
        contact = " · ".join(mine[kind] for kind in (Personal.PHONE, Personal.EMAIL) if mine.get(kind))
        return mine.get(Personal.NAME) or self._text("nameless"), contact or "—"


PAGES = [
    Route(
        "/studio/duplicates", lambda: twins_view.view(Duplicates), title="title.duplicates", on_load=Duplicates.opened
    )
]
