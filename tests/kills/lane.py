"""One house under fire: three processes with a death sentence each, people arriving, a Bot API that misbehaves."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from domain.events import ConsentChoice, CoreIngestEvent, Emitter, Event, Fact, RegisteredForSession, TelegramLinked
from tests.botapi.server import TOKEN, BotApi
from tests.botapi.telegram_state import Mischief
from tests.kills.reacting import POINTS
from tests.notifier.house import SESSION, SITE, WEBINAR, House, now
from warehouse import secrets
from warehouse.client import FlightWarehouse
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.reads.deliveries import backlog

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
DEATHS: dict[str, tuple[str, tuple[str, ...], int]] = {
    "notifier": ("EFIR_NOTIFIER_FAILPOINT", ("before_sending", "after_sending", "after_call", "after_sent"), 3),
    "reaction": ("EFIR_REACTION_FAILPOINT", POINTS, 4),
    "warehouse": ("EFIR_FAILPOINT", ("before_insert", "after_insert", "before_commit", "after_commit"), 12),
}
"""Role → the variable that arms it, its points, and how many passes it lives at most."""
MISCHIEF: tuple[Mischief, ...] = (
    "too_many_requests", "bad_request", "hang_after_delivery", "error_before_delivery", "error_after_delivery",
    "reset_before_delivery", "reset_after_delivery", "garbage_after_delivery", "slow",
)  # fmt: skip
UNDER_WAY = 10
"""People whose messages are not settled, at least; fewer leave the processes nothing to die of."""
BORED_SECONDS = 4.0


class Lane:
    """Everything random comes from one seed; what the clock and the scheduler do does not."""

    def __init__(self, home: Path, seed: int, api: BotApi) -> None:
        self.home, self.api, self.dice = home, api, random.Random(seed)  # noqa: S311 - repeatable
        self.deaths: Counter[str] = Counter()
        self.people: list[str] = []
        self._sentences: dict[int, tuple[str, str]] = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        # No patience: whoever waits for a dead warehouse here would be waiting for themselves to start it again.
        self.warehouse = FlightWarehouse(
            self.port, secrets.ensure(home).warehouse_tokens["admin"], patience_seconds=0.0
        )
        self.house = House(home, self.warehouse, api)
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.nursery"],
            cwd=ROOT, env={**keep, **self._environment()}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, kills: int, *, seconds: float) -> None:
        """Let people come and processes die until so many deaths (or the time is up), then let everything settle."""
        deadline = time.monotonic() + seconds
        try:
            self._spawn("warehouse", is_armed=False)
            self._insist(self.house.a_webinar)
            for role in ("notifier", "reaction"):
                self._spawn(role)
            (warehouse,) = (pid for pid, (role, _) in self._sentences.items() if role == "warehouse")
            self._kill(warehouse, "warehouse at the start")
            while self.named_deaths < kills and time.monotonic() < deadline:
                self._beat()
            self._settle()
        finally:
            self.warehouse.close()
            assert self._nursery.stdin
            self._nursery.stdin.close()
            self._nursery.wait(20)
            assert self._nursery.stdout
            self._nursery.stdout.close()

    @property
    def named_deaths(self) -> int:
        """Deaths at a named point; those at any other moment come on top."""
        return sum(count for name, count in self.deaths.items() if " at " not in f" {name}")

    def _beat(self) -> None:
        """People come, somebody dies, mischief is ordered."""
        waiting = self._insist(lambda: len(backlog(self.warehouse).messages))
        while waiting < UNDER_WAY:
            self._somebody_comes()
            waiting += 2
        if self.dice.random() < 0.03:
            kind = self.dice.choice(MISCHIEF)
            self.api.misbehave(kind, seconds=0.2 if kind == "slow" else 1.0)
        self._bury(is_armed=True)
        time.sleep(0.03)  # the processes need the cores

    def _somebody_comes(self) -> None:
        lead_id = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        number = len(self.people)
        form = CoreIngestEvent(
            submission_id=lead_id, consents=(ConsentChoice(purpose="processing", text_version="v1"),)
        )
        linked = TelegramLinked(update_id=10_000 + number)
        events: list[tuple[Event, Emitter]] = [
            (form, Emitter.WEB_FORM), (RegisteredForSession(), Emitter.WEB_FORM), (linked, Emitter.NOTIFIER),
        ]  # fmt: skip
        place = {"lead_id": lead_id, "webinar_id": WEBINAR, "session_id": SESSION}
        facts = [Fact.of(event, emitter=emitter, occurred_at=now(), **place) for event, emitter in events]
        rows = [
            PersonalRow(lead_id, Personal.NAME, f"Гость{number}"),
            PersonalRow(lead_id, Personal.TELEGRAM_CHAT_ID, str(100_000 + number)),
        ]
        self._insist(lambda: self.warehouse.append(facts, personal=rows))
        self.people.append(lead_id)

    def _settle(self) -> None:
        """Everybody lives on, nothing misbehaves, and what can be sent is sent."""
        with self.api.lock:
            self.api.telegram.orders.clear()
        for pid in list(self._sentences):
            self._kill(pid, "")
        self._bury(is_armed=False)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self._bury(is_armed=False)
            planned = self._insist(lambda: self.warehouse.facts_of(names={"message_planned", "message_skipped"}))
            if len(planned) >= 2 * len(self.people) and not self._insist(lambda: backlog(self.warehouse)).messages:
                return
            time.sleep(0.1)

    def _bury(self, *, is_armed: bool) -> None:
        """Whoever died comes back at once, with a new sentence."""
        for pid in self._ask(reap=True)["dead"]:
            role, sentence = self._sentences.pop(pid)
            if sentence:
                self.deaths[sentence] += 1
            self._spawn(role, is_armed=is_armed)
        bored = [pid for pid, since in self._since.items() if pid in self._sentences and _ago(since) > BORED_SECONDS]
        if bored and is_armed and self.dice.random() < 0.2:
            pid = self.dice.choice(bored)
            self._kill(pid, f"{self._sentences[pid][0]} at no point in particular")

    def _kill(self, pid: int, sentence: str) -> None:
        self._sentences[pid] = (self._sentences[pid][0], sentence)
        os.kill(pid, signal.SIGKILL)

    _since: dict[int, float] = {}  # noqa: RUF012 - replaced at the first spawn

    def _spawn(self, role: str, *, is_armed: bool = True) -> None:
        variable, points, passes = DEATHS[role]
        point = f"{self.dice.choice(points)}"
        environment = {variable: f"{point}:{self.dice.randint(1, passes)}"} if is_armed else {}
        pid = self._ask(role=role, environment=environment, log=str(self.home / f"{role}.log"))["pid"]
        self._sentences[pid] = (role, f"{role} {point}" if is_armed else "")
        self._since = {**self._since, pid: time.monotonic()}

    def _ask(self, **question: Any) -> Any:
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write(json.dumps(question) + "\n")
        self._nursery.stdin.flush()
        return json.loads(self._nursery.stdout.readline())

    def _insist(self, work: Callable[[], T]) -> T:
        """The warehouse may be dead this very moment: bury it and ask again."""
        while True:
            try:
                return work()
            except WarehouseError:
                self._bury(is_armed=True)
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


def _ago(moment: float) -> float:
    return time.monotonic() - moment
