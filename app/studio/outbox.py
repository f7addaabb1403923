"""/studio/outbox: every message as its recipient sees it, with its state and why."""

from dataclasses import dataclass

import reflex as rx

from app.shared import schedule, telegram, warehouse
from app.shared.route import Route
from app.studio import outbox_view
from app.studio.bubbles import Bubble, bubble, said, scenario_label, step_label
from app.studio.desk import HOSTS, READERS, Desk
from domain.reasons import as_clock
from warehouse import resending
from warehouse.interface import WarehouseError
from warehouse.reads import outbox

PAGE_SIZE = 30


@dataclass(frozen=True)
class StateTab:
    """One state to filter by, with how many messages are in it."""

    state: str
    label: str
    messages: int


class Outbox(Desk):
    """The list of messages."""

    bubbles: list[Bubble] = []
    tabs: list[StateTab] = []
    state: str = ""
    scenario: str = ""
    step: str = ""
    reason: str = ""
    only: str = ""
    """In words what the list is narrowed to: a scenario, a step, a reason."""
    total: int = 0
    page_no: int = 1
    pages: int = 1
    waiting: int = 0
    eta: str = ""
    """How long what waits will take, m:ss."""
    p50: str = ""
    p95: str = ""
    is_dry_run: bool = True
    is_away: bool = False

    @rx.event
    async def opened(self) -> None:
        """Show the newest messages; the address may name `state`, `scenario`, `step` and `reason`."""
        if not await self._may(*READERS):
            return
        asked = self.router.url.query_parameters
        self.scenario, self.step, self.reason = (asked.get(name, "")[:100] for name in ("scenario", "step", "reason"))
        self._narrow(asked.get("state", ""))
        await self._show()

    @rx.event
    async def choose(self, state: str) -> None:
        """Show the messages of one state; "" all."""
        if not await self._may(*READERS):
            return
        self._narrow(state)
        await self._show()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._show()

    @rx.event
    async def resend(self, message_key: str) -> None:
        """Send a failed message again; the notifier takes it on within seconds, and its time limit still holds."""
        account = await self._may(*HOSTS)
        if not account:
            return
        try:
            await warehouse.get().run(resending.ask, message_key, account.email)
        except WarehouseError:
            self.is_away = True
            return
        self.notice = self._text("done.resend")
        await self._show()

    def _narrow(self, state: str) -> None:
        self.state, self.page_no = state if state in {*outbox.STATES, "planned"} else "", 1
        about = scenario_label(self.scenario, self.lang) if self.scenario else ""
        step = step_label(self.scenario, self.step, self.lang) if self.step else ""
        why = said(self.reason, self.lang) if self.reason else ""
        self.only = " · ".join(part for part in (about, step, why) if part)

    async def _show(self) -> None:
        start = (self.page_no - 1) * PAGE_SIZE
        try:
            plan = await schedule.refresh()
            page = await warehouse.get().run(
                outbox.messages,
                state=self.state,
                scenario=self.scenario,
                step=self.step,
                reason=self.reason,
                limit=PAGE_SIZE,
                offset=start,
            )
            counts = await warehouse.get().run(outbox.states)
            self.is_dry_run = (await telegram.bot(warehouse.get())).is_dry_run
            queue = await telegram.queue(warehouse.get())
        except WarehouseError:
            self.is_away, self.bubbles, self.tabs = True, [], []
            return
        self.is_away = False
        self.waiting, self.eta = queue.waiting, as_clock(queue.eta_seconds)
        self.bubbles = [bubble(message, plan, self.lang) for message in page.rows]
        self.tabs = [StateTab(count.state, self._text(f"message.{count.state}"), count.messages) for count in counts]
        self.total, self.pages = sum(count.messages for count in counts), max(1, -(-page.total // PAGE_SIZE))
        sent = next((count for count in counts if count.state == "sent"), None)
        self.p50, self.p95 = (
            (f"{sent.p50_seconds:.2f}", f"{sent.p95_seconds:.2f}")
            if sent and sent.p50_seconds is not None and sent.p95_seconds is not None
            else ("", "")
        )


PAGES = [Route("/studio/outbox", lambda: outbox_view.view(Outbox), title="Сообщения · Эфир", on_load=Outbox.opened)]
