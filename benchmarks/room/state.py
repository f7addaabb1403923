"""What Reflex's own way would cost: one line into a State of every client, as `rx.App.modify_state` sends it.

Its limits: a few hundred clients at most (a thousand fill the core); the newest line only, no heartbeats, no log; pages
speak Engine.IO and Socket.IO by hand over one WebSocket. Delivery is from the asking to the arrival of the line.
"""

import asyncio
import os
import time
import uuid
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.room.crowd import STAMP, Heard, Page, join, masked
from benchmarks.room.gauge import Phase, Server, free_port, quantiles

SPACE = b"/_event"


def served() -> ASGIApp:
    """A Reflex app of one State; `POST /say` puts the body into everybody's."""
    os.environ |= {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true"}
    import reflex as rx  # noqa: PLC0415 - only this server needs it, and the environment first

    class Talk(rx.State):
        """What a page shows."""

        line: str = ""

    pages = rx.App()
    inner = pages()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            print(f"ready {os.getpid()}", flush=True)
        if scope["type"] != "http" or scope["path"] != "/say":
            await inner(scope, receive, send)
            return
        line = (await receive())["body"].decode()
        assert pages.event_namespace
        for client in list(pages.event_namespace.token_to_sid):
            async with pages.modify_state(rx.BaseStateToken(ident=client, cls=Talk)) as state:
                (await state.get_state(Talk)).line = line
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


class StatePage(Page):
    """A page of Reflex's: connects, joins the name space, takes deltas, answers pings."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open Reflex's socket."""
        self.transport = transport  # type: ignore[assignment]
        self._upgrade(f"/_event/?EIO=4&transport=websocket&token={uuid.uuid4()}")

    def _upgraded(self) -> bool:
        before = self.heard.hellos
        is_done = super()._upgraded()
        self.heard.hellos = before  # the name space says hello, not the upgrade
        return is_done

    def _hear(self, text: bytes) -> None:
        heard = self.heard
        if text.startswith(b"0{"):
            self.transport.write(masked(b"40" + SPACE + b","))
        elif text.startswith(b"40" + SPACE):
            heard.hellos += 1
        elif text == b"2":
            self.transport.write(masked(b"3"))
        elif stamps := STAMP.findall(text):
            heard.frames += 1
            now = time.monotonic_ns()
            heard.delivered.extend((now - int(stamp)) / 1e9 for stamp in stamps)


async def run(clients: int, seconds: float, octets: int, core: int) -> dict[str, Any]:
    """CPU and delivery of one line a second into everybody's State."""
    port = free_port()
    server, heard = Server("served", port, core, {"EFIR_PORT": str(port)}, module="benchmarks.room.state"), Heard()
    pages: list[Page] = []
    try:
        await join(
            pages, clients, 50, port, lambda number: StatePage(number, f"127.0.0.1:{port}", "", "", heard), heard
        )
        await asyncio.sleep(1)
        lines = max(1, int(seconds))
        phase = Phase(server)
        async with httpx.AsyncClient(timeout=30) as http:
            for _ in range(lines):
                began = time.monotonic()
                stamp = f"@{time.monotonic_ns()}@"
                await http.post(f"http://127.0.0.1:{port}/say", content=stamp.ljust(octets, "."))
                await asyncio.sleep(max(0.0, 1 - (time.monotonic() - began)))
        await asyncio.sleep(1)
        _, cpu, _ = phase.end()
        for page in pages:
            page.leave()
    finally:
        server.end()
    return {
        "Reflex State: clients": clients,
        "Reflex State: frames in / expected": f"{heard.frames} / {lines * clients}",
        "Reflex State: server µs per recipient and line": round(cpu / max(1, heard.frames) * 1e6, 2),
        **{f"Reflex State: delivery {name}": value for name, value in quantiles(heard.delivered).items()},
    }
