"""/studio/outbox: every message as its recipient sees it, with its state and why."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from app.shared import schedule, telegram, warehouse
from app.shared.numbers import seconds
from app.shared.route import Route
from app.studio import desk, outbox_view
from app.studio.bubbles import Bubble, bubble, said, scenario_label, step_label
from app.studio.choices import Choice
from app.studio.desk import HOSTS, READERS, Desk
from domain.reasons import as_clock
from domain.scenarios import CURRENT
from domain.staff_alerts import SCENARIO as HOUSE
from warehouse import resending
from warehouse.interface import WarehouseError
from warehouse.reads import outbox
from warehouse.reads.canary import Canary, canary

PAGE_SIZE = 30
FILTERS = ("state", "person", "scenario", "step", "reason")


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
    asked: dict[str, str] = dict.fromkeys(FILTERS, "")
    form_key: int = 0
    """Changes when the filters come from the address, so that the browser takes them."""
    scenarios: list[Choice] = []
    only: str = ""
    """In words a step or reason the list is narrowed to."""
    total: int = 0
    """Of all states, narrowed as the list is."""
    page_no: int = 1
    pages: int = 1
    waiting: int = 0
    eta: str = ""
    """How long what waits will take, m:ss."""
    p50: str = ""
    p95: str = ""
    canary: str = ""
    """Seconds from a fact to its decision; "" when none came back in the last hour."""
    is_canary_lost: bool = False
    is_dry_run: bool = True
    is_away: bool = False

    @rx.var
    def address(self) -> str:
        """The filters as the end of an address: what is kept and shared."""
        asked = {name: value for name, value in self.asked.items() if value}
        return f"?{urlencode(asked)}" if asked else ""

    @rx.event
    async def opened(self) -> None:
        """Show the newest messages; the address may name `state`, `person`, `scenario`, `step` and `reason`."""
        if not await self._may(*READERS):
            return
        query = self.router.url.query_parameters
        self._ask({name: query.get(name, "") for name in FILTERS})
        self.form_key += 1
        await self._show()

    @rx.event
    async def narrow(self, typed: dict[str, Any]) -> Any:
        """Only one person's messages, or one scenario's; the tab stays, a step or reason goes."""
        if not await self._may(*READERS):
            return None
        self._ask(
            {"state": self.asked["state"], **{name: str(typed.get(name) or "") for name in ("person", "scenario")}}
        )
        await self._show()
        return self._keep()

    @rx.event
    async def choose(self, state: str) -> Any:
        """Show the messages of one state; "" all."""
        if not await self._may(*READERS):
            return None
        self._ask({**self.asked, "state": state})
        await self._show()
        return self._keep()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page."""
        if not await self._may(*READERS):
            return
        self.page_no = min(max(1, self.page_no + step), self.pages)
        await self._show()

    @rx.event
    async def beat(self) -> None:
        """Look again: the page is being looked at."""
        if await self._still(*READERS):
            await self._show()

    @rx.event
    async def resend(self, message_key: str) -> None:
        """Send a failed message again; the notifier takes it on within seconds, and all its conditions still hold."""
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

    def _keep(self) -> Any:
        return rx.redirect(f"/studio/outbox{self.address}", replace=True)

    def _ask(self, wanted: dict[str, str]) -> None:
        self.asked = {name: wanted.get(name, "").strip()[:100] for name in FILTERS}
        if self.asked["state"] not in {*outbox.STATES, "planned"}:
            self.asked["state"] = ""
        self.page_no = 1
        self.scenarios = [Choice(name, scenario_label(name, self.lang)) for name in (*CURRENT, HOUSE)]
        scenario, step, reason = (self.asked[name] for name in ("scenario", "step", "reason"))
        about = step_label(scenario, step, self.lang) if step else ""
        why = said(reason, self.lang) if reason else ""
        whole = scenario_label(scenario, self.lang) if scenario and (about or why) else ""
        self.only = " · ".join(part for part in (whole, about, why) if part)

    async def _show(self) -> None:
        narrowed = {name: self.asked[name] for name in FILTERS if name != "state"}
        start, now = (self.page_no - 1) * PAGE_SIZE, desk.now()
        try:
            plan = await schedule.refresh()
            page = await warehouse.get().run(
                outbox.messages, state=self.asked["state"], **narrowed, limit=PAGE_SIZE, offset=start
            )
            counts = await warehouse.get().run(outbox.states, now=now, **narrowed)
            self.is_dry_run = (await telegram.bot(warehouse.get())).is_dry_run
            queue = await telegram.queue(warehouse.get(), now=now)
            flight = await warehouse.get().run(canary, now=now)
        except WarehouseError:
            self.is_away, self.bubbles, self.tabs = True, [], []
            return
        self.is_away = False
        self.waiting, self.eta = queue.waiting, as_clock(queue.eta_seconds)
        self.bubbles = [bubble(message, plan, self.lang, now=now) for message in page.rows]
        self.tabs = [StateTab(count.state, self._text(f"message.{count.state}"), count.messages) for count in counts]
        self.total, self.pages = sum(count.messages for count in counts), max(1, -(-page.total // PAGE_SIZE))
        self._time(counts, flight)
        self.is_canary_lost = flight.is_lost(now)

    def _time(self, counts: list[outbox.StateCount], flight: Canary) -> None:
        """How long things take now."""
        sent = next((count for count in counts if count.state == "sent"), None)
        times = (sent.p50_seconds, sent.p95_seconds) if sent else (None, None)
        self.p50, self.p95 = (seconds(one, self.lang) for one in times)
        self.canary = seconds(flight.latency_seconds, self.lang)


PAGES = [Route("/studio/outbox", lambda: outbox_view.view(Outbox), title="title.outbox", on_load=Outbox.opened)]
