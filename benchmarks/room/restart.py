"""`python -m benchmarks.room.restart [--quick] [--people N]`: a house's app dies by kill -9; when are its people back?

Everything `efir up` runs is there, nothing is pinned to a core. The guests come back as the room's page does. Beside
them, in the same run: when the pages that Reflex makes answer again, which is what a room among them would wait for.
"""

import argparse
import asyncio
import os
import random
import signal
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.idle.__main__ import house
from benchmarks.room.crowd import Heard, Page, hearts
from benchmarks.room.gauge import quantiles
from benchmarks.room.guests import HEARTBEAT, SESSION, invite, page_of
from domain.events import Entered
from efir import condition
from warehouse.client import connect
from warehouse.settings import Settings

BACKOFF = (0.5, *(1.5,) * 30)
"""The page's own pauses (assets/room/socket.js), each a quarter more or less."""
REST_SECONDS = 65.0
"""A process that lived a minute starts again at once: the supervisor does not take its end for a broken start."""
PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.2
"""Guests look so often whether their line broke: the crowd must not take the cores from the house."""


@dataclass
class Guest:
    """One guest: the page they have now, and when it was let in."""

    number: int
    pages: list[Page] = field(default_factory=list)
    seated_at: list[float] = field(default_factory=list)


class Crowd:
    """Guests who come back whenever their line breaks."""

    def __init__(self, leads: list[str], port: int) -> None:
        self.guests = [Guest(number) for number in range(len(leads))]
        self._port, self._page = port, page_of(leads, port, Heard())
        self.pages: list[Page] = []
        """The page each guest has now."""

    async def stay(self, guest: Guest, delay: float) -> None:
        """Come after `delay` seconds and sit in the room for ever."""
        await asyncio.sleep(delay)
        attempt = 0
        while True:
            page = self._page(guest.number)
            heard = page.heard = Heard()
            try:
                await asyncio.get_running_loop().create_connection(lambda page=page: page, "127.0.0.1", self._port)  # type: ignore[misc]
                while not heard.lost:
                    if heard.hellos and guest.pages[-1:] != [page]:
                        guest.pages.append(page)
                        guest.seated_at.append(page.began + heard.joins[0])
                        attempt = 0
                    await asyncio.sleep(LOOK_SECONDS)
            except OSError:
                pass
            await asyncio.sleep(BACKOFF[min(attempt, len(BACKOFF) - 1)] * random.uniform(0.75, 1.25))  # noqa: S311
            attempt += 1

    async def seated(self, times: int) -> None:
        """Until everybody was let in so often. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(len(guest.seated_at) < times for guest in self.guests):  # noqa: ASYNC110 - a count
                await asyncio.sleep(0.05)


async def run(home: Path, people: int) -> dict[str, float | str]:
    """The figures, in seconds from the kill."""
    port = int(os.environ["EFIR_PORT"])
    leads = [str(uuid.uuid4()) for _ in range(people)]
    with connect("admin", Settings()) as warehouse:
        invite(warehouse, leads)
        crowd = Crowd(leads, port)
        staying = [asyncio.create_task(crowd.stay(guest, guest.number / 200)) for guest in crowd.guests]
        await crowd.seated(1)
        beating = asyncio.create_task(hearts([guest.pages[-1] for guest in crowd.guests], HEARTBEAT))
        await asyncio.sleep(REST_SECONDS)
        pid = next(one.pid for one in condition.processes(home) if one.name == "app")
        assert pid is not None
        beating.cancel()
        os.kill(pid, signal.SIGKILL)
        died_at = time.monotonic()
        whole = asyncio.create_task(_answers(f"http://127.0.0.1:{port}/readyz"))
        await crowd.seated(2)
        back = [guest.seated_at[1] - died_at for guest in crowd.guests]
        whole_at = await whole - died_at
        for task in staying:
            task.cancel()
        await asyncio.gather(*staying, return_exceptions=True)
        entered = warehouse.facts_of(session_ids=(SESSION,), names={Entered.name})
    return {
        "people": people,
        **{f"back in the room {name}": value for name, value in quantiles(back).items()},
        "last one back, s": round(max(back), 2),
        "every page answers again, s": round(whole_at, 2),
        "last one back, of that": round(max(back) / whole_at, 2),
        "facts entered: in the log / expected": f"{len(entered)} / {people}",
    }


async def _answers(address: str) -> float:
    """When it first said 200."""
    async with httpx.AsyncClient(timeout=30) as http:
        while True:
            try:
                if (await http.get(address)).status_code == httpx.codes.OK:
                    return time.monotonic()
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.room.restart", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 guests")
    parser.add_argument("--people", type=int, default=0, help="guests in the room (500)")
    given = parser.parse_args(arguments)
    people = given.people or (100 if given.quick else 500)
    with tempfile.TemporaryDirectory(prefix="efir-bench-") as folder, house(Path(folder)) as supervisor:
        os.environ |= {name: value for name, value in supervisor.environ().items() if name.startswith("EFIR_")}
        for name, value in asyncio.run(run(Path(folder), people)).items():
            print(f"{name:<60}{value}", flush=True)


if __name__ == "__main__":
    main()
