"""One evening in one room: people come, sit, talk, see an offer, answer a poll, and leave. Then the log is counted."""

import asyncio
import datetime as dtm
import json
import os
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_ws
from websockets.typing import Origin

from app.access import accounts, sessions
from app.access.roles import Role
from benchmarks.room.crowd import PATIENCE, Heard, Page, hearts, join
from benchmarks.room.gauge import Phase, Server, free_port, quantiles
from benchmarks.room.guests import HEARTBEAT, SESSION, invite, page_of, say_line
from tests.notifier.process import Process
from warehouse.client import connect
from warehouse.interface import Warehouse
from warehouse.settings import Settings

LINES_PER_SECOND = 5.0


async def run(home: Path, clients: int, rate: float, seconds: float, core: int) -> dict[str, Any]:
    """The figures of the evening."""
    port, warehouse_port = free_port(), free_port()
    os.environ |= {"EFIR_HOME": str(home), "EFIR_WAREHOUSE_PORT": str(warehouse_port), "EFIR_PORT": str(port)}
    service = Process("warehouse", home, {"EFIR_WAREHOUSE_PORT": str(warehouse_port)})
    try:
        service.until("ready")
        with connect("admin", Settings(home=home, warehouse_port=warehouse_port)) as warehouse:
            leads = [str(uuid.uuid4()) for _ in range(clients)]
            invite(warehouse, leads)
            server = Server("room", port, core, {"EFIR_ROOM_SOCKETS_PER_ADDRESS": "0"})
            try:
                await asyncio.sleep(1.5)
                figures = await _Evening(server, port, leads, warehouse).run(rate, seconds)
            finally:
                searched = server.end()
            return figures | {"longest search for cycles ms": searched}
    finally:
        service.end()


async def _read(desk: ClientConnection) -> None:
    """Take what the console is told: a host who does not read is given up."""
    async for _ in desk:
        pass


class _Evening:
    def __init__(self, server: Server, port: int, leads: list[str], warehouse: Warehouse) -> None:
        self.server, self.port, self.leads, self.warehouse = server, port, leads, warehouse
        self.heard = Heard()
        self.figures: dict[str, Any] = {"people": len(leads)}
        self.pages: list[Page] = []

    async def run(self, rate: float, seconds: float) -> dict[str, Any]:
        """From the first to the last."""
        beating = asyncio.create_task(hearts(self.pages, HEARTBEAT))
        await self._join(rate)
        await asyncio.sleep(2)
        await self._idle(seconds)
        lines = await self._talk(seconds)
        await self._host(seconds)
        beating.cancel()
        await self._leave(lines)
        return self.figures

    async def _join(self, rate: float) -> None:
        page, before = page_of(self.leads, self.port, self.heard), self.server.memory()
        phase = Phase(self.server)
        await join(self.pages, len(self.leads), rate, self.port, page, self.heard)
        took, cpu, own = phase.end()
        self.figures["join: others on the server's core, %"] = round(phase.others() * 100)
        await asyncio.sleep(1)
        self.figures |= {
            "joined": self.heard.hellos,
            "joins/s": round(self.heard.hellos / took),
            **{f"join: connect to hello {name}": value for name, value in quantiles(self.heard.joins).items()},
            "join: server ms of CPU each (ticket, upgrade, hello)": round(cpu / len(self.leads) * 1000, 2),
            "join: server CPU, % of a core": round(cpu / took * 100),
            "join: crowd CPU, % of a core": round(own / took * 100),
            "KiB per attendee": round((self.server.memory() - before) / 1024 / len(self.leads), 1),
        }

    async def _idle(self, seconds: float) -> None:
        phase = Phase(self.server)
        await asyncio.sleep(seconds)
        took, cpu, _ = phase.end()
        self.idle = cpu / took
        self.figures |= {
            "silence: server CPU, % of a core": round(self.idle * 100, 1),
            "silence: server µs per heartbeat, all else included": round(
                cpu / (len(self.leads) * took / HEARTBEAT) * 1e6, 1
            ),
        }

    async def _talk(self, seconds: float) -> int:
        heard, people = self.heard, len(self.leads)
        heard.frames = heard.octets = heard.acks = heard.lost = 0
        heard.is_counting, phase = True, Phase(self.server)
        lines, began = int(seconds * LINES_PER_SECOND), time.monotonic()
        for number in range(lines):
            await asyncio.sleep(max(0.0, began + number / LINES_PER_SECOND - time.monotonic()))
            say_line(self.pages, number)
        await asyncio.sleep(1)
        took, cpu, own = phase.end()
        self.figures["lines: others on the server's core, %"] = round(phase.others() * 100)
        deliveries = people * lines
        self.figures |= {
            "lines": lines,
            "delivered, % of pages and lines": round(len(heard.delivered) / deliveries * 100, 2),
            **{f"delivery {name}": value for name, value in quantiles(heard.delivered).items()},
            "lines: server CPU, % of a core": round(cpu / took * 100, 1),
            "lines: crowd CPU, % of a core": round(own / took * 100, 1),
            "lines: server µs per recipient and line, all included": round(cpu / deliveries * 1e6, 2),
            "lines: server µs per recipient and line, without silence": round(
                (cpu - self.idle * took) / deliveries * 1e6, 2
            ),
            "lines: server µs per page and frame": round((cpu - self.idle * took) / max(1, heard.frames) * 1e6, 2),
            "frames/s": round(heard.frames / people / took, 2),
            "octets a frame": round(heard.octets / max(1, heard.frames)),
            "pages lost": f"{heard.lost} {dict(heard.reasons)}",
        }
        heard.is_counting = False
        return lines

    async def _host(self, seconds: float) -> None:
        """An offer everybody's page says it has shown, then a poll everybody answers, both at a host's click."""
        now = dtm.datetime.now(dtm.UTC)
        account = accounts.Account("host@example.org", Role.HOST)
        self.warehouse.put(accounts.COLLECTION, account.email, {"role": str(account.role), "is_active": True})
        cookie = f"{sessions.COOKIE}={sessions.start(self.warehouse, account, now)}"
        host = f"127.0.0.1:{self.port}"
        path = f"ws://{host}/api/v1/rooms/{SESSION}/desk"
        headers = {"Cookie": cookie}
        heard, people = self.heard, len(self.leads)
        heard.acks = heard.refused = 0
        phase = Phase(self.server)
        async with connect_ws(
            path, origin=Origin(f"http://{host}"), additional_headers=headers, max_size=None, open_timeout=PATIENCE
        ) as desk:
            reading = asyncio.create_task(_read(desk))
            asked = time.monotonic()
            await desk.send(json.dumps({"type": "offer_launch", "id": "1", "offer": "bench"}))
            await asyncio.sleep(seconds / 2)
            offered = [at - asked for at in heard.offers]
            asked = time.monotonic()
            poll = {"type": "poll_open", "id": "2", "question": "Слышно?", "options": ["Да", "Нет"]}
            await desk.send(json.dumps(poll))
            await asyncio.sleep(max(8.0, seconds / 2))
            reading.cancel()
        took, cpu, _ = phase.end()
        polled = [at - asked for at in heard.polls]
        self.figures |= {
            "offer: pages that have it": f"{len(offered)} / {people}",
            **{f"offer: from the click {name}": value for name, value in quantiles(offered).items()},
            "poll: pages that have it": f"{len(polled)} / {people}",
            **{f"poll: from the click {name}": value for name, value in quantiles(polled).items()},
            "offer and poll: acknowledged / refused": f"{heard.acks} / {heard.refused}",
            "offer and poll: server CPU, % of a core": round(cpu / took * 100, 1),
        }

    async def _leave(self, lines: int) -> None:
        for page in self.pages:
            page.leave()
            if page.number % 50 == 0:
                await asyncio.sleep(0.05)
        people = len(self.leads)
        expected = {
            "entered": people,
            "left": people,
            "chat_posted": lines,
            "offer_shown": people,
            "poll_answered": people,
        }
        found: Counter[str] = Counter()
        deadline = time.monotonic() + 60
        while any(found[name] != count for name, count in expected.items()) and time.monotonic() < deadline:
            await asyncio.sleep(1)
            facts = self.warehouse.sql(
                "select replace(name, 'client_webinar_', '') as name, count(*) as n from events"
                " where session_id = $session group by 1", {"session": SESSION},
            ).to_pylist()  # fmt: skip
            found = Counter({row["name"]: row["n"] for row in facts})
        for name, count in expected.items():
            self.figures[f"facts {name}: in the log / expected"] = f"{found[name]} / {count}"
        self.figures["facts watched"] = found["watched"]
