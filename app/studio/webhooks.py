"""/studio/webhooks: addresses of other systems that get facts, how deliveries went and why. For administrators."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.access.accounts import Account
from app.shared import texts, warehouse
from app.shared.numbers import seconds
from app.shared.route import Route
from app.studio import desk, webhook_deeds, webhooks_view
from app.studio.choices import Choice
from app.studio.desk import Desk
from app.studio.forms import Complaints
from domain.events import Fact
from domain.webhooks import DEAD_IN_A_ROW, DELIVERABLE, Endpoint
from warehouse.interface import WarehouseError
from warehouse.reads import webhooks
from warehouse.reads.webhooks import DeliveryRow, Numbers

SHOWN = 30
OUTCOMES = ("", "delivered", "failed", "dead")
STATES = ("active", "paused", "deleted")
FIELDS = ("url", "note", "types")
GROUPS = {
    "people": ("touch_", "core_", "lead_", "consent_", "import_"),
    "room": ("client_webinar_", "post_webinar_"),
    "programme": ("webinar_",),
    "messages": ("scenario_", "message_", "telegram_", "language_"),
    "partners": ("partner_",),
}
"""Facts to choose from, by the beginning of their names; whatever fits nowhere stands under `other`."""


@dataclass(frozen=True)
class EndpointCard:
    """One endpoint, ready to show."""

    endpoint_id: str
    url: str
    note: str
    state: str
    state_text: str
    why: str
    types: list[str]
    delivered: int
    failed: int
    dead: int
    is_overlapping: bool


@dataclass(frozen=True)
class DeliveryLine:
    """One delivery, ready to show."""

    delivery_id: str
    name: str
    what: str
    attempted_at: str
    outcome: str
    outcome_text: str
    why: str
    status: str
    attempts: int
    took: str
    retry_at: str
    answer: str


class WebhooksPage(Desk):
    """The list of endpoints, the form, and the deliveries of one of them."""

    cards: list[EndpointCard] = []
    groups: list[tuple[str, list[Choice]]] = []
    editing: str = ""
    """Endpoint in the form; "" a new one."""
    draft: dict[str, str] = {"url": "", "note": ""}
    picked: list[str] = []
    wrong: dict[str, str] = dict.fromkeys(FIELDS, "")
    form_key: int = 0
    secret: str = ""
    """Just made; it is in nobody's memory but this tab's."""
    secret_of: str = ""
    asked: str = ""
    """Endpoint that is about to be deleted."""
    open_id: str = ""
    """Endpoint whose deliveries are shown."""
    outcome: str = ""
    deliveries: list[DeliveryLine] = []

    @rx.event
    async def opened(self) -> None:
        """Show every endpoint."""
        if await self._may():
            self.secret = self.secret_of = self.asked = self.open_id = ""
            self._clear()
            await self._show()

    @rx.event
    async def beat(self) -> None:
        """Look again: the page is being looked at."""
        if await self._still():
            await self._show()

    @rx.event
    async def edit(self, endpoint_id: str) -> None:
        """Put an endpoint into the form; "" empties it."""
        if not await self._may():
            return
        self._clear()
        found = next((card for card in self.cards if card.endpoint_id == endpoint_id), None)
        if found:
            self.editing, self.picked = endpoint_id, found.types
            self.draft = {"url": found.url, "note": found.note}

    @rx.event
    async def keep(self, typed: dict[str, Any]) -> None:
        """A new endpoint, or another address, purpose or choice of facts for one."""
        editing = self.editing
        account = await (self._endpoint(editing) if editing else self._may())
        if account is None:
            return
        try:
            fact = webhook_deeds.endpoint_set(typed, endpoint_id=editing, by=account.email, now=desk.now())
        except Complaints as found:
            self.wrong = dict.fromkeys(FIELDS, "") | {
                field: self._text(f"wrong.{code}") for field, code in found.fields.items()
            }
            return
        if await self._state(fact):
            self._clear()
            if not editing:
                self.secret_of = str(fact.properties["endpoint_id"])
                self.secret = webhook_deeds.first_secret(self.secret_of)
            self.notice = self._text("webhooks.done.changed" if editing else "webhooks.done.added")
            await self._show()

    @rx.event
    async def switch(self, endpoint_id: str, state: str) -> None:
        """Pause, go on, delete."""
        account = await self._endpoint(endpoint_id)
        if account and state in STATES:
            self.asked = ""
            await self._do(
                webhook_deeds.switched(endpoint_id, state, by=account.email, now=desk.now()), f"webhooks.done.{state}"
            )

    @rx.event
    async def ask(self, endpoint_id: str) -> None:
        """Ask whether an endpoint is really to go; "" takes the question back."""
        if await self._may():
            self.asked = endpoint_id

    @rx.event
    async def rotate(self, endpoint_id: str) -> None:
        """A new secret, shown once; the old one signs for a day more."""
        account = await self._endpoint(endpoint_id)
        if account is None:
            return
        fact, secret = webhook_deeds.rotated(endpoint_id, by=account.email, now=desk.now())
        if await self._do(fact, "webhooks.done.rotated"):
            self.secret, self.secret_of = secret, endpoint_id

    @rx.event
    async def test(self, endpoint_id: str) -> None:
        """Send a test event."""
        account = await self._endpoint(endpoint_id)
        if account:
            self.open_id, self.outcome = endpoint_id, ""
            await self._do(webhook_deeds.tested(endpoint_id, by=account.email, now=desk.now()), "webhooks.done.tested")

    @rx.event
    async def look_into(self, endpoint_id: str) -> None:
        """Show the deliveries of an endpoint, or put them away."""
        if await self._may():
            self.open_id, self.outcome = ("" if self.open_id == endpoint_id else endpoint_id), ""
            await self._show()

    @rx.event
    async def choose(self, outcome: str) -> None:
        """Only deliveries of one outcome."""
        if await self._may():
            self.outcome = outcome if outcome in OUTCOMES else ""
            await self._show()

    @rx.event
    async def replay(self, delivery_id: str) -> None:
        """Send one delivery again."""
        account = await self._endpoint(self.open_id)
        if account and delivery_id in {line.delivery_id for line in self.deliveries}:
            fact = webhook_deeds.replayed(self.open_id, delivery_id, by=account.email, now=desk.now())
            await self._do(fact, self._later(self.open_id) or "webhooks.done.replayed")

    @rx.event
    async def replay_dead(self, endpoint_id: str) -> None:
        """Send every dead delivery of an endpoint again."""
        account = await self._endpoint(endpoint_id)
        if account:
            fact = webhook_deeds.replayed(endpoint_id, None, by=account.email, now=desk.now())
            await self._do(fact, self._later(endpoint_id) or "webhooks.done.replayed_all")

    def _later(self, endpoint_id: str) -> str:
        """What is said when a replay has to wait until the endpoint is on; "" when it is."""
        is_on = any(card.endpoint_id == endpoint_id and card.state == "active" for card in self.cards)
        return "" if is_on else "webhooks.done.replayed_later"

    async def _endpoint(self, endpoint_id: str) -> Account | None:
        """The account, if it may act and there is such an endpoint; else it is said what is wrong."""
        account = await self._may()
        if account is None:
            return None
        try:
            known = await warehouse.get().run(webhooks.endpoints)
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        if endpoint_id not in known:
            self.complaint = self._text("wrong.endpoint_gone")
            return None
        return account

    async def _do(self, fact: Fact, said: str) -> bool:
        if not await self._state(fact):
            return False
        await self._show()
        self.notice = self._text(said)
        return True

    async def _state(self, fact: Fact) -> bool:
        try:
            await warehouse.get().append([fact])
        except WarehouseError:
            self.complaint = self._text("away")
            return False
        return True

    def _clear(self) -> None:
        self.editing, self.draft, self.picked = "", {"url": "", "note": ""}, []
        self.wrong = dict.fromkeys(FIELDS, "")
        self.form_key += 1

    async def _show(self) -> None:
        try:
            found = await warehouse.get().run(webhooks.endpoints)
            counts = await warehouse.get().run(webhooks.numbers)
            self.open_id = self.open_id if self.open_id in found else ""
            rows = (
                await warehouse.get().run(webhooks.deliveries, self.open_id, outcome=self.outcome, limit=SHOWN)
                if self.open_id
                else []
            )
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.groups = _groups(self.lang)
        self.cards = [self._card(one, counts.get(one.endpoint_id, Numbers())) for one in found.values()]
        self.deliveries = [self._line(row) for row in rows]

    def _card(self, one: Endpoint, numbers: Numbers) -> EndpointCard:
        why = self._text(f"webhooks.reason.{one.reason}", count=DEAD_IN_A_ROW) if one.reason else ""
        return EndpointCard(
            endpoint_id=one.endpoint_id,
            url=one.url,
            note=one.note,
            state=one.state,
            state_text=self._text(f"webhooks.state.{one.state}"),
            why=why,
            types=[name for name in DELIVERABLE if name in one.event_types],
            delivered=numbers.delivered,
            failed=numbers.failed,
            dead=numbers.dead,
            is_overlapping=webhook_deeds.is_overlapping(one, desk.now()),
        )

    def _line(self, row: DeliveryRow) -> DeliveryLine:
        return DeliveryLine(
            delivery_id=row.delivery_id,
            name=row.name,
            what=texts.translate(self.lang, f"studio.fact.{row.name}"),
            attempted_at=row.attempted_at.isoformat(),
            outcome=row.outcome,
            outcome_text=self._text(f"webhooks.outcome.{row.outcome}"),
            why=self._text(f"webhooks.code.{row.code}") if row.code else "",
            status="" if row.status is None else str(row.status),
            attempts=row.attempts,
            took=seconds(row.took_seconds, self.lang),
            retry_at=row.retry_at.isoformat() if row.retry_at and row.outcome == "failed" else "",
            answer=row.answer or row.detail,
        )


def _groups(language: str) -> list[tuple[str, list[Choice]]]:
    """The facts to choose from, in words, under their headings."""
    found: dict[str, list[Choice]] = {name: [] for name in (*GROUPS, "other")}
    for name in DELIVERABLE:
        group = next((key for key, beginnings in GROUPS.items() if name.startswith(beginnings)), "other")
        found[group].append(Choice(name, texts.translate(language, f"studio.fact.{name}")))
    return [
        (texts.translate(language, f"studio.webhooks.group.{name}"), choices)
        for name, choices in found.items()
        if choices
    ]


PAGES = [
    Route(
        "/studio/webhooks",
        lambda: webhooks_view.view(WebhooksPage),
        title="title.webhooks",
        on_load=WebhooksPage.opened,
    )
]
