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
from domain.people import grouped
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.reads import worklist
from warehouse.reads.worklist import Pair

APART = "not_twins"
"""Registry collection: pairs that staff keeps apart, by the pair's key."""
WHY = {worklist.SAME_CONTACT: "contact", worklist.SAME_MAILBOX: "mailbox", worklist.SAME_NAME: "name"}


@dataclass(frozen=True)
class PairCard:
    """Two leads side by side. A sure pair shares a phone, an e-mail or a chat."""

    key: str
    is_sure: bool
    one_id: str
    one_name: str
    one_contact: str
    other_id: str
    other_name: str
    other_contact: str
    why: str


class Duplicates(Desk):
    """The pairs. `undoable` are the leads of the last merge of many, which can be taken back at once."""

    pairs: list[PairCard] = []
    total: int = 0
    picked: list[str] = []
    is_asked: bool = False
    undoable: list[str] = []
    may_work: bool = False

    @rx.var
    def sure(self) -> int:
        """Pairs shown that share a contact."""
        return sum(pair.is_sure for pair in self.pairs)

    @rx.event
    async def opened(self) -> None:
        """Show the surest first."""
        if await self._may(*READERS):
            self.undoable = []
            await self._show()

    @rx.event
    async def pick(self, key: str, is_on: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Tick one pair, or take the tick away."""
        if await self._may(*WORKERS):
            others = [one for one in self.picked if one != key]
            self.picked, self.is_asked = ([*others, key] if is_on else others), False

    @rx.event
    async def pick_sure(self) -> None:
        """Tick every pair that shares a contact."""
        if await self._may(*WORKERS):
            self.picked, self.is_asked = [pair.key for pair in self.pairs if pair.is_sure], False

    @rx.event
    async def ask(self, is_asked: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Ask before the ticked pairs are merged, or put the question away."""
        if await self._may(*WORKERS):
            self.is_asked = is_asked and bool(self.picked)

    @rx.event
    async def merge_picked(self) -> None:
        """Merge the ticked pairs: of each the first goes on for both."""
        account = await self._may(*WORKERS)
        if account is None:
            return
        pairs = [(pair.one_id, pair.other_id) for pair in self.pairs if pair.key in self.picked]
        try:
            merged = await warehouse.get().run(deeds.merge_all, pairs, by=account.email, now=desk.now())
        except deeds.Refused as refused:
            self.complaint = self._text(f"crm.wrong.{refused.code}")
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._show()
        self.undoable = list(merged)
        self.notice = self._text("twins.merged_many", count=len(merged))

    @rx.event
    async def undo(self) -> None:
        """Take the last merge of many back."""
        account = await self._may(*WORKERS)
        if account is None:
            return
        try:
            parted = await warehouse.get().run(deeds.part_all, self.undoable, by=account.email, now=desk.now())
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.undoable = []
        await self._show()
        self.notice = self._text("twins.parted", count=parted)

    @rx.event
    async def merge(self, one_id: str, other_id: str) -> None:
        """Let the first go on for both."""
        account = await self._may(*WORKERS)
        if account is None:
            return
        try:
            is_done = await warehouse.get().run(deeds.merge, one_id, other_id, by=account.email, now=desk.now())
        except deeds.Refused as refused:
            self.complaint = self._text(f"crm.wrong.{refused.code}")
            return
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
        self.picked, self.is_asked = [], False
        self.pairs = [
            PairCard(
                pair.key,
                pair.rank == worklist.SAME_CONTACT,
                *(pair.one_id, *self._who(pair.one_id, rows)),
                *(pair.other_id, *self._who(pair.other_id, rows)),
                self._text(f"twins.why.{WHY[pair.rank]}"),
            )
            for pair in found
        ]

    def _who(self, lead_id: str, rows: list[PersonalRow]) -> tuple[Any, Any]:
        mine = {row.kind: row.value for row in rows if row.subject_id == lead_id and not row.ref}
        contact = " · ".join(grouped(mine[kind]) for kind in (Personal.PHONE, Personal.EMAIL) if mine.get(kind))
        return mine.get(Personal.NAME) or self._text("nameless"), contact or "—"


PAGES = [
    Route(
        "/studio/duplicates", lambda: twins_view.view(Duplicates), title="title.duplicates", on_load=Duplicates.opened
    )
]
