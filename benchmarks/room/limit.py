"""The limit: bare uvicorn that sends the same number of bytes as often to as many, and does nothing else."""

import asyncio
import time
from typing import Any

from benchmarks.room.crowd import Heard, Page, join, masked
from benchmarks.room.gauge import Phase, Server, free_port, quantiles


async def run(clients: int, seconds: float, octets: int, frames: float, core: int) -> dict[str, Any]:
    """CPU and delivery of the bare broadcast."""
    port = free_port()
    server, heard = Server("raw", port, core, {}), Heard()
    try:
        pages: list[Page] = []
        await join(pages, clients, 400, port, lambda number: Page(number, f"127.0.0.1:{port}", "", "", heard), heard)
        await asyncio.sleep(1)
        heard.frames, heard.is_counting = 0, True
        phase = Phase(server)
        await _speak(pages[0], seconds, octets, frames)
        await asyncio.sleep(1)
        _, cpu, _ = phase.end()
        for page in pages:
            page.leave()
        await asyncio.sleep(1)
    finally:
        server.end()
    return {
        "raw: server µs per page and frame": round(cpu / max(1, heard.frames) * 1e6, 2),
        **{f"raw: delivery {name}": value for name, value in quantiles(heard.delivered).items()},
    }


async def _speak(page: Page, seconds: float, octets: int, frames: float) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(int(seconds * frames)):
        await asyncio.sleep(max(0.0, began + number / frames - loop.time()))
        stamp = f"@{time.monotonic_ns()}@".encode()
        page.transport.write(masked(stamp.ljust(octets, b".")))
