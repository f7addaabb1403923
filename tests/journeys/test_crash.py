"""The app dies by kill -9 with people in the room: they are back by themselves, and the log lost and doubled nothing.

The guests are clients of our own that come back as the room's page does (`assets/room/socket.js`).
"""

import asyncio
import datetime as dtm
import itertools
import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus
from websockets.typing import Origin

from domain.events import ChatPosted, Entered, Fact, Left, Watched
from tests.journeys.house import House
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow

pytestmark = pytest.mark.journey

GUESTS = 12
WATCHED_BEFORE, WATCHED_AFTER = 36.0, 8.0
"""Seconds in the room before the kill and after the return: the log has an interval, and an open one is lost."""
PAUSES = (0.5, 1.0, 2.0, *itertools.repeat(3.0, 15))
"""The page's own schedule, each with a quarter more or less."""
MOST_LOST = 30.0
CLOCKS = 1.0
"""Beats carry the instant of the server's hearing them: a little more than ours."""


@dataclass
class Guest:
    """One page that comes back."""

    house: House
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
        body = {"lead_id": self.lead_id, "webinar_id": "crash", "session_id": self.session_id}
        now = dtm.datetime.now(dtm.UTC)
        token = await asyncio.to_thread(
            tokens.mint, self.house.warehouse, "join", body, now=now, ttl=dtm.timedelta(hours=1)
        )
        answer = await http.get(f"{self.house.url}/j/{token}", follow_redirects=False)
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
            f"{self.house.url}/api/v1/rooms/{self.session_id}/ticket",
            json={},
            headers={"Cookie": header, "Origin": self.house.url},
        )
        return str(answer.json()["ticket"])

    async def _sit(self, ticket: str) -> None:
        address = self.house.url.replace("http", "ws", 1)
        path = f"{address}/api/v1/rooms/{self.session_id}/socket"
        async with connect(path, origin=Origin(self.house.url), compression=None) as socket:
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
                if self.hellos and time.monotonic() - self.beats[-1] > 9:
                    await self._beat(socket)
            await self._beat(socket, kind="bye", page=f"page-{self.lead_id}")

    async def _beat(self, socket: Any, kind: str = "beat", **more: Any) -> None:
        self.beats.append(time.monotonic())
        await socket.send(json.dumps({"type": kind, "position": 1, "playing": True, "visible": True, **more}))


def app_of(house: House) -> psutil.Process:
    """The process that serves the app."""
    children = psutil.Process(house.process.pid).children(recursive=True)
    return next(child for child in children if any("app.asgi" in part for part in child.cmdline()))


async def evening(house: House, session_id: str) -> tuple[list[Guest], float]:
    """Come, watch, see the app die, come back, watch, leave. Returns the guests and when it died."""
    guests = [Guest(house, f"lead-crash-{number}", session_id) for number in range(GUESTS)]
    names = [PersonalRow(guest.lead_id, Personal.NAME, "Гость Примерный") for guest in guests]
    await asyncio.to_thread(house.warehouse.append, [], personal=names)
    async with httpx.AsyncClient(timeout=10) as http:
        await asyncio.gather(*(guest.come(http) for guest in guests))
        staying = [asyncio.create_task(guest.stay(http)) for guest in guests]
        await asyncio.sleep(WATCHED_BEFORE)
        assert all(len(guest.hellos) == 1 and guest.said for guest in guests)
        died_at = time.monotonic()
        os.kill(app_of(house).pid, signal.SIGKILL)
        async with asyncio.timeout(60):
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


def test_a_killed_app_is_back_before_anybody_leaves(house: House) -> None:
    house.add_webinar("crash", seconds=900)
    house.add_session("crash", "crash-1", starts_in=-5, seconds=900)
    house.wait_for("webinar_scheduled", where=lambda fact: fact.session_id == "crash-1")
    guests, died_at = asyncio.run(evening(house, "crash-1"))
    for guest in guests:
        house.wait_for(Left.name, where=lambda fact, who=guest.lead_id: fact.lead_id == who)

    away = [guest.hellos[1] - died_at for guest in guests]
    lost: list[float] = []
    for guest in guests:
        facts = house.facts(guest.lead_id)
        assert [fact.name for fact in facts].count(Entered.name) == 1, "the same visit goes on"
        assert [fact.name for fact in facts].count(Left.name) == 1
        stored = {fact.properties["action_id"] for fact in facts if fact.name == ChatPosted.name}
        assert set(guest.said) <= stored, "what was acknowledged is in the log"
        before = max(beat for beat in guest.beats if beat <= died_at) - guest.beats[0]
        after = guest.beats[-1] - guest.hellos[1]
        lost.append(before + after - seconds_watched(facts))
    report = f"back after {min(away):.1f}-{max(away):.1f} s; watching lost: {max(lost):.1f} s at most"
    sys.stdout.write(f"\n{report}\n")
    assert max(lost) <= MOST_LOST + CLOCKS, report
