"""What the bench serves: the room's own routes as the house serves them, or a bare broadcast of the same bytes."""

import contextlib
import gc
import os
import time
from collections.abc import AsyncIterator, Iterator

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from app.room import entry, halls
from app.settings import Settings
from app.shared import schedule
from app.shared.headers import SecurityHeaders


@contextlib.asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    with _searches():
        async with schedule.followed(), halls.opened():
            print(f"ready {os.getpid()}", flush=True)
            yield


@contextlib.contextmanager
def _searches() -> Iterator[None]:
    """Say at the end how long Python's longest search for cycles stopped everything, in milliseconds."""
    began, longest = 0.0, 0.0

    def measure(phase: str, _: dict[str, int]) -> None:
        nonlocal began, longest
        if phase == "start":
            began = time.perf_counter()
        else:
            longest = max(longest, time.perf_counter() - began)

    gc.callbacks.append(measure)
    try:
        yield
    finally:
        gc.callbacks.remove(measure)
        print(round(longest * 1000, 1), flush=True)


def room() -> ASGIApp:
    """The room without Reflex around it."""
    app = Starlette(routes=entry.routes(Settings()), lifespan=_lifespan)
    return SecurityHeaders(app, policy="default-src 'self'", is_https=False)


class Broadcast:
    """The limit: whatever one connection sends goes to all, by plain ASGI and nothing else."""

    def __init__(self) -> None:
        self.sends: set[Send] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] == "lifespan":
            await receive()
            print(f"ready {os.getpid()}", flush=True)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        self.sends.add(send)
        try:
            while (message := await receive())["type"] == "websocket.receive":
                for each in list(self.sends):
                    with contextlib.suppress(OSError):
                        await each({"type": "websocket.send", "text": message["text"]})
        finally:
            self.sends.discard(send)


def raw() -> ASGIApp:
    """The bare broadcast."""
    return Broadcast()
