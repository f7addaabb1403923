"""/studio/board: the pipeline as columns. A lead is moved by dragging, or with the menu on its card."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from app.crm import deeds, stages
from app.shared import warehouse
from app.shared.route import Route
from app.studio import board_view, desk
from app.studio.choices import Choice
from app.studio.crm import WORKERS
from app.studio.desk import READERS, Desk
from domain.people import grouped
from warehouse.interface import WarehouseError
from warehouse.reads import leads
from warehouse.reads.leads import LeadFilter

MOST_CARDS = 30


@dataclass(frozen=True)
class BoardCard:
    """One lead on the board."""

    lead_id: str
    name: str
    contact: str
    owner: str
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Column:
    """One stage: its newest leads, and how many there are in all."""

    slug: str
    name: str
    total: int
    rest: int
    cards: list[BoardCard] = field(default_factory=list)


class Board(Desk):
    """The board. `held` is the lead that is being dragged, `moved` the one whose menu keeps the keyboard.

    `shown` is the stage a phone shows: it has no room for all of them side by side.
    """

    columns: list[Column] = []
    stages: list[Choice] = []
    only_mine: bool = False
    is_empty: bool = False
    held: str = ""
    moved: str = ""
    shown: str = ""
    may_work: bool = False

    @rx.event
    async def opened(self) -> None:
        """Show every stage."""
        if await self._may(*READERS):
            self.held, self.moved, self.shown, self.only_mine = "", "", "", False
            await self._show()

    @rx.event
    async def choose(self, whose: str) -> None:
        """Everybody's leads, or only one's own."""
        if await self._may(*READERS):
            self.only_mine = whose == "mine"
            await self._show()

    @rx.event
    async def show(self, stage: str) -> None:
        """Let a phone show this stage."""
        if await self._may(*READERS):
            self.shown = stage if stage in {one.slug for one in self.columns} else self.shown

    @rx.event
    async def hold(self, lead_id: str) -> None:
        """A card is picked up."""
        if await self._may(*WORKERS):
            self.held = lead_id

    @rx.event
    async def drop(self, stage: str) -> None:
        """The card is put down in a column."""
        lead_id, self.held, self.moved = self.held, "", ""
        if lead_id:
            await self._move(lead_id, stage)

    @rx.event
    async def move(self, lead_id: str, stage: str, is_by_key: bool) -> None:  # noqa: FBT001 - as the client calls it
        """The same with the menu, which keeps the focus in the card's new place: another key moves it on."""
        self.moved = lead_id
        if await self._move(lead_id, stage) and is_by_key:
            self.shown = stage

    async def _move(self, lead_id: str, stage: str) -> bool:
        account = await self._may(*WORKERS)
        if account is None:
            return False
        try:
            await warehouse.get().run(deeds.move, [lead_id], stage, by=account.email, now=desk.now())
        except deeds.Refused as refused:
            self.complaint = self._text(f"crm.wrong.{refused.code}")
            return False
        except WarehouseError:
            self.complaint = self._text("away")
            return False
        await self._show()
        name = next((one.label for one in self.stages if one.value == stage), stage)
        self.notice = self._text("board.moved", stage=name)
        return True

    async def _show(self) -> None:
        connection, owner = warehouse.get(), self.email if self.only_mine else ""
        try:
            known = await connection.run(stages.standing)
            slugs = [one.slug for one in known]
            found = await connection.run(leads.board, slugs, LeadFilter(owner=owner), limit=MOST_CARDS)
        except WarehouseError:
            self.columns, self.complaint = [], self._text("away")
            return
        self.stages = [Choice(one.slug, one.name(self.lang)) for one in known]
        self.columns = [
            Column(
                slug=one.slug,
                name=one.name(self.lang),
                total=page.total,
                rest=page.total - len(page.rows),
                cards=[self._card(row) for row in page.rows],
            )
            for one, page in zip(known, found.values(), strict=True)
        ]
        self.is_empty = not self.only_mine and not any(column.total for column in self.columns)
        self.shown = self.shown if self.shown in slugs else next(iter(slugs), "")
        self.may_work = self.role in {"admin", *map(str, WORKERS)}

    def _card(self, row: Any) -> BoardCard:
        contact = grouped(row.phone or row.email or "—")
        return BoardCard(row.lead_id, row.name or self._text("nameless"), contact, row.owner, list(row.tags))


PAGES = [Route("/studio/board", lambda: board_view.view(Board), title="title.board", on_load=Board.opened)]
