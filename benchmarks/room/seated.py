"""`python -m benchmarks.room.seated PEOPLE`: a full room beside another measurement, until SIGTERM.

It needs a house whose reaction runs, at `EFIR_HOME` and `EFIR_WAREHOUSE_PORT`. Everybody hands in a form, takes a place
and opens a socket; then all heartbeat every 10 s and one of them writes a chat line every second. It says `seated` when
all are in and what they set off has calmed down, and at the end what became of them, as one line of JSON.
"""

import asyncio
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.reaction.__main__ import ENTERING_SECONDS, flood
from benchmarks.room.crowd import Heard, Page, hearts, join
from benchmarks.room.gauge import Phase, Server, free_port
from benchmarks.room.guests import HEARTBEAT, invite, page_of, say_line
from warehouse.client import connect
from warehouse.settings import Settings

JOINS_PER_SECOND = 200.0


def main(arguments: Sequence[str]) -> None:
    """Fill the room, hold it, and tell."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with connect("admin", Settings()) as warehouse:
        leads, _ = flood(warehouse, int(arguments[0]))
        invite(warehouse, leads)
    print(json.dumps(asyncio.run(_sit(leads))), flush=True)


async def _sit(leads: list[str]) -> dict[str, Any]:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    port = free_port()
    os.environ["EFIR_PORT"] = str(port)
    server = Server("room", port, None, {"EFIR_ROOM_SOCKETS_PER_ADDRESS": "0"})
    try:
        heard, pages = Heard(), list[Page]()
        beating = asyncio.create_task(hearts(pages, HEARTBEAT))
        await join(pages, len(leads), JOINS_PER_SECOND, port, page_of(leads, port, heard), heard)
        assert heard.hellos == len(leads), f"{heard.hellos} of {len(leads)} were let in: {heard.reasons}"
        await asyncio.sleep(ENTERING_SECONDS * len(leads))
        print("seated", flush=True)
        figures = await _hold(pages, heard, server, stop)
        beating.cancel()
        for page in pages:
            page.leave()
        return figures
    finally:
        server.end()


async def _hold(pages: list[Page], heard: Heard, server: Server, stop: asyncio.Event) -> dict[str, Any]:
    """A line a second until told to stop."""
    heard.is_counting, phase, lines, began = True, Phase(server), 0, time.monotonic()
    while not stop.is_set():
        say_line(pages, lines)
        lines += 1
        await asyncio.sleep(max(0.0, began + lines - time.monotonic()))
    took, cpu, own = phase.end()
    return {
        "sockets open at the end": f"{sum(page.is_open for page in pages)} / {len(pages)}",
        "chat lines": lines,
        "chat lines delivered, % of pages and lines": round(len(heard.delivered) / (len(pages) * lines) * 100, 2),
        "room's server, % of a core": round(cpu / took * 100, 1),
        "crowd's own process, % of a core": round(own / took * 100, 1),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
