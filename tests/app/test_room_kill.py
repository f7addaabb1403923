"""The room's server dies by kill -9 with people in it: they are back by themselves, the log lost and doubled nothing.

Real processes: the warehouse, and uvicorn with the room's routes (without Reflex, which only makes the start longer).
The guests are clients of our own that come back as the room's page does (`assets/room/socket.js`).
"""

import asyncio
import datetime as dtm
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus
from websockets.typing import Origin

from benchmarks.room.gauge import await_port
from domain.events import (
    ChatPosted,
    Emitter,
    Entered,
    Fact,
    Left,
    Watched,
    WebinarConfigured,
    WebinarScheduled,
)
from efir.house import APP_OPTIONS
from tests.app.rooms import WEBINAR
from tests.journeys.house import free_port
from tests.notifier.process import Process
from tests.patience import PATIENCE_SECONDS
from warehouse import tokens
from warehouse.client import connect as connect_warehouse
from warehouse.interface import Personal, PersonalRow, Warehouse
from warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
GUESTS, HEARTBEAT = 12, 2.0
WATCHED_BEFORE, WATCHED_AFTER = 30.0, 5.0
"""Seconds in the room before the kill and after the return: the log has an interval, and an open one is lost."""
PAUSES = (0.5, *itertools.repeat(1.5, 30))
"""The page's own schedule, each with a quarter more or less."""
MOST_LOST = 30.0
CLOCKS = 1.0
"""Beats carry the instant of the server's hearing them: a little more than ours."""


@dataclass
class Guest:
    """One page that comes back."""

    url: str
    warehouse: Warehouse
    lead_id: str
    session_id: str
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    said: list[str] = field(default_factory=list)
    """Ids of lines the room said it has."""
    hellos: list[float] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    is_leaving: bool = False

    async def come(self, http: httpx.AsyncClient) -> None:
        """Follow the personal link."""
        body = {"lead_id": self.lead_id, "webinar_id": WEBINAR, "session_id": self.session_id}
        now = dtm.datetime.now(dtm.UTC)
        token = await asyncio.to_thread(tokens.mint, self.warehouse, "join", body, now=now, ttl=dtm.timedelta(hours=1))
        answer = await http.get(f"{self.url}/j/{token}", follow_redirects=False)
        self.cookies.update(answer.cookies)

    async def stay(self, http: httpx.AsyncClient) -> None:
        """Sit in the room, and come back whenever the line breaks."""
        attempt = 0
        while not self.is_leaving:
            before = len(self.hellos)
            try:
                await self._sit(await self._ticket(http))
            except (OSError, httpx.HTTPError, ConnectionClosed, InvalidStatus, InvalidMessage, KeyError, ValueError):
                attempt = 0 if len(self.hellos) > before else attempt
                await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)] * random.uniform(0.75, 1.25))  # noqa: S311
                attempt += 1

    async def _ticket(self, http: httpx.AsyncClient) -> str:
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await http.post(
            f"{self.url}/api/v1/rooms/{self.session_id}/ticket",
            json={},
            headers={"Cookie": header, "Origin": self.url},
        )
        return str(answer.json()["ticket"])

    async def _sit(self, ticket: str) -> None:
        address = self.url.replace("http", "ws", 1)
        path = f"{address}/api/v1/rooms/{self.session_id}/socket"
        async with connect(path, origin=Origin(self.url), compression=None) as socket:
            await socket.send(json.dumps({"type": "join", "ticket": ticket, "page": f"page-{self.lead_id}"}))
            said = 0
            while not self.is_leaving:
                try:
                    frame = json.loads(await asyncio.wait_for(socket.recv(), 0.5))
                except TimeoutError:
                    frame = {}
                if frame.get("type") == "hello":
                    self.hellos.append(time.monotonic())
                    await self._beat(socket)
                    said += 1
                    line = {"type": "chat", "id": f"{len(self.hellos)}", "text": f"строка {len(self.hellos)}"}
                    await socket.send(json.dumps(line))
                elif frame.get("type") == "ack" and frame["ok"]:
                    self.said.append(frame["line"])
                if self.hellos and time.monotonic() - self.beats[-1] > 0.9 * HEARTBEAT:
                    await self._beat(socket)
            await self._beat(socket, kind="bye", page=f"page-{self.lead_id}")

    async def _beat(self, socket: Any, kind: str = "beat", **more: Any) -> None:
        self.beats.append(time.monotonic())
        await socket.send(json.dumps({"type": kind, "position": 1, "playing": True, "visible": True, **more}))


@dataclass
class Server:
    """uvicorn with the room's routes; a supervisor of one child."""

    port: int
    environment: dict[str, str]
    child: "subprocess.Popen[str] | None" = None

    def start(self) -> None:
        """Run it, and wait until it answers: it says «ready» just before it listens."""
        command = (
            str(Path(sys.executable).parent / "uvicorn"), "--factory", "benchmarks.room.server:room",
            "--port", str(self.port), *APP_OPTIONS,
        )  # fmt: skip
        environment = {**os.environ, **self.environment}
        self.child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.child.stdout
        assert self.child.stdout.readline().startswith("ready")
        await_port(self.port, PATIENCE_SECONDS)

    def kill(self) -> None:
        """kill -9, and gather what is left."""
        if self.child is not None:
            self.child.send_signal(signal.SIGKILL)
            self.child.communicate()
            self.child = None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Server, Warehouse]]:
    ports = {"EFIR_PORT": str(free_port()), "EFIR_WAREHOUSE_PORT": str(free_port())}
    service = Process("warehouse", tmp_path, ports)
    server = Server(
        int(ports["EFIR_PORT"]), ports | {"EFIR_HOME": str(tmp_path), "EFIR_HEARTBEAT_SECONDS": f"{HEARTBEAT}"}
    )
    try:
        service.until("ready")
        settings = Settings(home=tmp_path, warehouse_port=int(ports["EFIR_WAREHOUSE_PORT"]))
        with connect_warehouse("admin", settings) as warehouse:
            announce(warehouse)
            server.start()
            yield server, warehouse
    finally:
        server.kill()
        service.end()


def announce(warehouse: Warehouse) -> None:
    """A session on air, and who may come."""
    now = dtm.datetime.now(dtm.UTC)
    definition = WebinarConfigured(
        action_id="a1", slug=WEBINAR, title={"ru": "Воронка"}, duration_seconds=900, media_url="sample.mp4"
    )
    starts_at = now - dtm.timedelta(seconds=5)
    plan = WebinarScheduled(action_id="a2", starts_at=starts_at, duration_seconds=900, mode="auto")
    stated: dict[str, Any] = {"emitter": Emitter.STUDIO, "occurred_at": now, "webinar_id": WEBINAR}
    names = [PersonalRow(lead(number), Personal.NAME, "Гость Примерный") for number in range(GUESTS)]
    facts = [Fact.of(definition, **stated), Fact.of(plan, session_id="S1", **stated)]
    warehouse.append(facts, personal=names, quarantine=False)


def lead(number: int) -> str:
    return f"lead-{number}"


async def evening(server: Server, warehouse: Warehouse) -> tuple[list[Guest], float]:
    """Come, watch, see the server die and start again, come back, watch, leave. Returns the guests and when it died."""
    url = f"http://127.0.0.1:{server.port}"
    guests = [Guest(url, warehouse, lead(number), "S1") for number in range(GUESTS)]
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as http:
        await asyncio.gather(*(guest.come(http) for guest in guests))
        staying = [asyncio.create_task(guest.stay(http)) for guest in guests]
        await asyncio.sleep(WATCHED_BEFORE)
        assert all(len(guest.hellos) == 1 and guest.said for guest in guests)
        died_at = time.monotonic()
        server.kill()
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(len(guest.hellos) > 1 for guest in guests):  # noqa: ASYNC110 - a count, not an event
                await asyncio.sleep(0.1)
        await asyncio.sleep(WATCHED_AFTER)
        for guest in guests:
            guest.is_leaving = True
        await asyncio.gather(*staying)
    return guests, died_at


def seconds_watched(facts: list[Fact]) -> float:
    """What the log has of a guest's watching; one seat at a time, so nothing overlaps."""
    intervals = [fact.as_event(Watched) for fact in facts if fact.name == Watched.name]
    return sum((interval.to_at - interval.from_at).total_seconds() for interval in intervals)


def told(warehouse: Warehouse, lead_id: str) -> list[Fact]:
    """The guest's facts, once their leaving is there (long poll)."""
    seq, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    facts = warehouse.facts_of(lead_ids=[lead_id])
    while all(fact.name != Left.name for fact in facts):
        assert time.monotonic() < deadline, [fact.name for fact in facts]
        seq = warehouse.facts_after(seq, wait_seconds=0.5).next_seq
        facts = warehouse.facts_of(lead_ids=[lead_id])
    return facts


@pytest.mark.timeout(180)
def test_a_killed_room_is_back_before_anybody_leaves(house: tuple[Server, Warehouse]) -> None:
    server, warehouse = house
    guests, died_at = asyncio.run(evening(server, warehouse))
    away = [guest.hellos[1] - died_at for guest in guests]
    lost: list[float] = []
    for guest in guests:
        facts = told(warehouse, guest.lead_id)
        assert [fact.name for fact in facts].count(Entered.name) == 1, "the same visit goes on"
        assert [fact.name for fact in facts].count(Left.name) == 1
        stored = {fact.properties["action_id"] for fact in facts if fact.name == ChatPosted.name}
        assert set(guest.said) <= stored, "what was acknowledged is in the log"
        assert len(guest.said) == 2, "and both lines were"
        before = max(beat for beat in guest.beats if beat <= died_at) - guest.beats[0]
        after = guest.beats[-1] - guest.hellos[1]
        lost.append(before + after - seconds_watched(facts))
    report = f"back after {min(away):.1f}-{max(away):.1f} s; watching lost: {max(lost):.1f} s at most"
    sys.stdout.write(f"\n{report}\n")
    assert max(lost) <= MOST_LOST + CLOCKS, report
