"""The app's server at its start: the room answers while the pages are still being loaded, and nobody is refused."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router

from app.startup import House
from tests.journeys.house import free_port
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
BROKEN = """
import uvicorn
from app.startup import House
def load():
    raise ImportError("a page is broken")
uvicorn.run(House([], [], load), port={port}, log_level="warning")
"""


async def named(request: Request) -> PlainTextResponse:
    """What answers, by the path."""
    return PlainTextResponse(request.url.path)


def test_the_room_answers_while_the_pages_are_being_loaded_and_who_asks_for_another_waits() -> None:
    asyncio.run(_a_start())


async def _a_start() -> None:
    gate, told = threading.Event(), []

    @contextlib.asynccontextmanager
    async def life(_: object = None) -> AsyncIterator[None]:
        told.append("open")
        yield
        told.append("closed")

    def load() -> tuple[Starlette, Router]:
        assert gate.wait(PATIENCE_SECONDS)
        return Starlette(lifespan=life), Router([Route("/studio", named)])

    port = free_port()
    house = House([Route("/room", named)], [life], load)
    server = uvicorn.Server(uvicorn.Config(house, port=port, lifespan="on", log_level="warning"))
    serving = asyncio.create_task(server.serve())
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as http,
    ):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        other = asyncio.create_task(http.get("/studio"))
        assert (await http.get("/room")).text == "/room"
        assert told == ["open"], "only what is needed for the room"
        assert not other.done()
        gate.set()
        assert (await other).text == "/studio"
        assert told == ["open", "open"]
        assert (await http.get("/room")).text == "/room"
        assert (await http.get("/nowhere")).status_code == httpx.codes.NOT_FOUND
    server.should_exit = True
    await serving
    assert told == ["open", "open", "closed", "closed"]


def test_a_server_whose_pages_cannot_be_loaded_says_why_and_ends() -> None:
    command = [sys.executable, "-c", BROKEN.format(port=free_port())]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "ImportError: a page is broken" in ended.stderr
    assert ended.returncode == -signal.SIGTERM
