"""/studio/rejected: what was refused, why, and a second chance for it."""

import datetime as dtm
import json
from dataclasses import dataclass

import reflex as rx

from app.shared import warehouse
from app.shared.route import Route
from app.studio import rejected_view
from app.studio.desk import Desk
from warehouse.interface import Rejected, WarehouseError
from warehouse.replay import discard, replay

SHOWN = 200
STATES = ("open", "replayed", "discarded")


@dataclass(frozen=True)
class Refusal:
    """One refused thing, ready to show."""

    rejected_id: str
    stage: str
    code: str
    message: str
    emitter: str
    payload: str
    first_at: str
    last_at: str
    count: int
    state: str


class RejectedPage(Desk):
    """The list of refusals. For administrators: a payload may hold anything."""

    refusals: list[Refusal] = []
    state: str = "open"

    @rx.event
    async def opened(self) -> None:
        """Show what is open."""
        if not await self._may():
            return
        self.state = "open"
        await self._show()

    @rx.event
    async def choose(self, state: str) -> None:
        """Show those that are open, were replayed or were discarded."""
        if not await self._may():
            return
        self.state = state if state in STATES else "open"
        await self._show()

    @rx.event
    async def replay(self, rejected_id: str) -> None:
        """Check it against today's contract and append it."""
        if not await self._may():
            return
        try:
            receipt = await warehouse.get().run(replay, rejected_id, now=dtm.datetime.now(dtm.UTC))
        except WarehouseError as error:
            self.complaint = str(error)
            return
        await self._show()
        if receipt.is_stored:
            self.notice = self._text(f"done.replayed_{receipt.status if receipt.seq else 'handed'}")
        else:
            self.complaint = self._text("wrong.still_refused", reason=receipt.message or receipt.code)

    @rx.event
    async def discard(self, rejected_id: str) -> None:
        """Close it for good."""
        if not await self._may():
            return
        try:
            await warehouse.get().run(discard, rejected_id)
        except WarehouseError as error:
            self.complaint = str(error)
            return
        await self._show()
        self.notice = self._text("done.discarded")

    async def _show(self) -> None:
        try:
            found = await warehouse.get().rejected(state=self.state, limit=SHOWN)
        except WarehouseError:
            self.refusals, self.complaint = [], self._text("away")
            return
        self.refusals = [_shown(refused) for refused in found]


def _shown(refused: Rejected) -> Refusal:
    try:
        payload = json.dumps(json.loads(refused.payload), ensure_ascii=False, indent=2)
        payload.encode()  # half a character (\ud800) goes to no browser: it would end the socket of every page
    except (ValueError, RecursionError):
        payload = refused.payload
    return Refusal(
        rejected_id=refused.rejected_id,
        stage=refused.stage,
        code=refused.code,
        message=refused.message,
        emitter=refused.emitter,
        payload=payload[:5_000],
        first_at=refused.first_seen_at.isoformat(),
        last_at=refused.last_seen_at.isoformat(),
        count=refused.count,
        state=refused.state,
    )


PAGES = [
    Route(
        "/studio/rejected",
        lambda: rejected_view.view(RejectedPage),
        title="title.rejected",
        on_load=RejectedPage.opened,
    )
]
