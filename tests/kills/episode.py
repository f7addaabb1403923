"""One short story of a house under fire: a few people, one named place to die in, mischief; all of it from a seed.

What the clock and the scheduler do does not come from the seed, so a second run of it is the same story, not the same
microseconds.
"""

import os
import random
import signal
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from domain.events import ConsentChoice, CoreIngestEvent, Emitter, Event, Fact, RegisteredForSession, TelegramLinked
from domain.failures import Seen
from pipelines.telling import tell
from tests.botapi.server import TOKEN, BotApi
from tests.botapi.telegram_state import Mischief
from tests.kills.reacting import POINTS
from tests.notifier.house import SESSION, SITE, WEBINAR, House, now
from tests.nursery import Nursery
from warehouse import secrets
from warehouse.client import FlightWarehouse
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.reads import failures
from warehouse.reads.deliveries import backlog
from warehouse.spool import COLLECTION as SPOOL

T = TypeVar("T")
VARIABLES = {
    "notifier": "EFIR_NOTIFIER_FAILPOINT",
    "reaction": "EFIR_REACTION_FAILPOINT",
    "warehouse": "EFIR_FAILPOINT",
}
OUTWARD = ("before_sending", "after_sending", "after_call", "after_sent")
INWARD = ("after_spool", "after_linked", "after_redeem", "after_booked")
DEATHS: tuple[tuple[str, str, int], ...] = (
    *(("notifier", point, 2) for point in OUTWARD),
    *(("notifier", point, 1) for point in INWARD),
    *(("reaction", point, 3) for point in POINTS),
    *(("warehouse", point, 8) for point in ("before_insert", "after_insert", "before_commit", "after_commit")),
)
"""Role, named point, and how many passes it lives at most."""
MISCHIEF: tuple[Mischief, ...] = (
    "too_many_requests", "bad_request", "hang_after_delivery", "error_before_delivery", "error_after_delivery",
    "reset_before_delivery", "reset_after_delivery", "garbage_after_delivery", "slow", "forbidden", "chat_not_found",
    "unauthorized",
)  # fmt: skip
WRITERS = 200_000
"""Chats from here on write to the bot, which answers them."""
STAFF, STAFF_CHAT = "staff:anna", 150_000
"""Somebody of the house, who is told of its failures."""
PATIENCE_SECONDS = 12.0
"""Whoever has not passed the point by then is killed where they are."""


class Episode:
    """Everything random comes from one seed."""

    def __init__(self, home: Path, seed: int, api: BotApi, nursery: Nursery) -> None:
        self.home, self.api, self.seed = home, api, seed
        self.dice = random.Random(seed)  # noqa: S311 - repeatable
        self.role, self.point, passes = DEATHS[seed % len(DEATHS)]
        self.passes = self.dice.randint(1, passes)
        self.death = ""
        """Where somebody died, once they have."""
        self.people: dict[str, int] = {}
        """Everybody who came, with how many messages must be decided for them."""
        self.failing: list[Seen] = []
        """What of the house does not work; each is told once to its staff, and its end."""
        self.strangers = 0
        """People who register in the chat: leads only once they did."""
        self._nursery = nursery
        self._alive: dict[int, str] = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        # No patience: whoever waits for a dead warehouse here would be waiting for themselves to start it again.
        self.warehouse = FlightWarehouse(
            self.port, secrets.ensure(home).warehouse_tokens["admin"], patience_seconds=0.0
        )
        self.house = House(home, self.warehouse, api)

    @property
    def sentence(self) -> str:
        return f"{self.role} {self.point}"

    def run(self) -> None:
        """People come, somebody dies, everybody comes back, and everything is settled."""
        try:
            self._spawn("warehouse")
            self._insist(self.house.a_webinar)
            if self.role == "warehouse":
                self._end("warehouse")
            for role in VARIABLES:
                if role not in self._alive.values():
                    self._spawn(role, is_armed=role == self.role)
            self._mischief()
            for number in range(self.dice.randint(1, 3)):
                self._somebody_comes(number)
            if self.point in INWARD or self.dice.random() < 0.2:
                self._somebody_writes()
            self._something_fails()
            self._until_dead()
            self._something_works_again()
            self._settle()
        finally:
            self._end(*VARIABLES)
            self.warehouse.close()

    def _mischief(self) -> None:
        if self.dice.random() < 0.6:
            kind = self.dice.choice(MISCHIEF)
            self.api.misbehave(kind, times=self.dice.randint(1, 2), seconds=0.2 if kind == "slow" else 1.0)
        if self.dice.random() < 0.3:
            self.api.misbehave("duplicate_updates", method="getUpdates", times=50)

    def _somebody_comes(self, number: int) -> None:
        """Through the web form, with Telegram linked."""
        lead_id = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        form = CoreIngestEvent(
            submission_id=lead_id, consents=(ConsentChoice(purpose="processing", text_version="v1"),)
        )
        linked = TelegramLinked(update_id=10_000 + number)
        events: list[tuple[Event, Emitter]] = [
            (form, Emitter.WEB_FORM), (RegisteredForSession(), Emitter.WEB_FORM), (linked, Emitter.NOTIFIER),
        ]  # fmt: skip
        self._enter(lead_id, number, events, chat=100_000 + number)

    def _enter(self, lead_id: str, number: int, events: list[tuple[Event, Emitter]], chat: int | None) -> None:
        place = {"lead_id": lead_id, "webinar_id": WEBINAR, "session_id": SESSION}
        facts = [Fact.of(event, emitter=emitter, occurred_at=now(), **place) for event, emitter in events]
        rows = [PersonalRow(lead_id, Personal.NAME, f"Гость{number}")]
        rows += [PersonalRow(lead_id, Personal.TELEGRAM_CHAT_ID, str(chat))] if chat else []
        self._insist(lambda: self.warehouse.append(facts, personal=rows))
        self.people[lead_id] = 2  # the welcome and the confirmation

    def _somebody_writes(self) -> None:
        """One links by the token of the thank-you page; one, a stranger, registers in the chat."""
        lead_id = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        form = CoreIngestEvent(
            submission_id=lead_id, consents=(ConsentChoice(purpose="processing", text_version="v1"),)
        )
        self._enter(lead_id, 90, [(form, Emitter.WEB_FORM), (RegisteredForSession(), Emitter.WEB_FORM)], None)
        self.api.user_sends(f"/start {self._insist(lambda: self.house.token(lead_id=lead_id))}", chat_id=WRITERS + 1)
        if self.point == "after_booked" or self.dice.random() < 0.5:
            self.strangers = 1
            self.api.user_presses(f"book:{SESSION}", chat_id=WRITERS + 2)
            self.api.user_presses(f"agree:p:{SESSION}", chat_id=WRITERS + 2)
            self.api.user_shares_contact("79001234567", chat_id=WRITERS + 2)

    def _something_fails(self) -> None:
        """Whoever runs the house is linked; two observers see the same failures, and both say so."""
        linked = TelegramLinked(update_id=20_000, staff_id=STAFF)
        fact = Fact.of(linked, emitter=Emitter.NOTIFIER, occurred_at=now())
        rows = [PersonalRow(STAFF, Personal.TELEGRAM_CHAT_ID, str(STAFF_CHAT))]
        self._insist(lambda: self.warehouse.append([fact], personal=rows))
        began = now()
        self.failing = [Seen("run", f"job_{number}", began, "run-1") for number in range(self.dice.randint(1, 2))]
        for _ in range(2):
            self._insist(lambda: tell(self.warehouse, self.failing, (), now()))

    def _something_works_again(self) -> None:
        """The first of the failures is over, and both observers say so."""
        well = {(one.kind, one.subject) for one in self.failing[:1]}
        for _ in range(2):
            self._insist(lambda: tell(self.warehouse, self.failing[1:], well, now()))

    def _until_dead(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.death:
            self._bury()
            if not self.death and time.monotonic() > deadline:
                self.death = f"{self.role} at no point in particular"
                self._end(self.role)
                self._spawn(self.role)
            time.sleep(0.05)

    def _settle(self) -> None:
        """Everybody lives on, nothing misbehaves, and what can be sent is sent."""
        with self.api.lock:
            self.api.telegram.orders.clear()
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            self._bury()
            if self._insist(self._is_settled):
                return
            time.sleep(0.25)

    def _is_settled(self) -> bool:
        """Telegram has no update left for the bot, everybody who came was decided for, and nothing is under way."""
        with self.api.lock:
            if self.api.telegram.updates:
                return False
        facts = self.warehouse.facts_of(names={"message_planned", "message_skipped"})
        decided = Counter(fact.lead_id for fact in facts if fact.lead_id)
        are_known = all(decided[lead_id] >= least for lead_id, least in self.people.items())
        are_all = are_known and len(decided.keys() - self.people.keys()) >= self.strangers
        are_all = are_all and (self._staff_is_told(facts) or not failures.staff(self.warehouse)[STAFF].is_reachable)
        return are_all and not backlog(self.warehouse).messages and not self.warehouse.entries(SPOOL)

    def _staff_is_told(self, facts: Sequence[Fact]) -> bool:
        """Every failure, and the end of the first."""
        return sum(1 for fact in facts if fact.properties["recipient"] == "staff") >= len(self.failing) + 1

    def _bury(self) -> None:
        """Whoever died comes back at once."""
        for pid in self._nursery.ended():
            if not (role := self._alive.pop(pid, "")):
                continue
            if role == self.role:
                self.death = self.death or f"{role} {self.point}"
            self._spawn(role)

    def _spawn(self, role: str, *, is_armed: bool = False) -> None:
        environment = self._environment() | {VARIABLES[role]: f"{self.point}:{self.passes}" if is_armed else ""}
        self._alive[self._nursery.fork(role, environment, self.home / f"{role}.log")] = role

    def _end(self, *roles: str) -> None:
        """Kill these, whatever they do, and wait until they are gone."""
        doomed = [pid for pid, role in self._alive.items() if role in roles]
        for pid in doomed:
            self._alive.pop(pid)
            os.kill(pid, signal.SIGKILL)
        while not (gone := self._nursery.ended().keys()) >= set(doomed):
            time.sleep(0.005)
        for pid in gone:
            self._alive.pop(pid, None)

    def _insist(self, work: Callable[[], T]) -> T:
        """The warehouse may be dead this very moment: bury it and ask again."""
        while True:
            try:
                return work()
            except WarehouseError:
                self._bury()
                time.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        return {
            "EFIR_HOME": str(self.home),
            "EFIR_WAREHOUSE_PORT": str(self.port),
            "EFIR_PUBLIC_URL": SITE,
            "EFIR_TELEGRAM_READ_SECONDS": "0.6",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": self.api.url,
        }
