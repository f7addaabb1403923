"""How the app's server starts: what people wait in first, all the rest while it is already served.

Reflex and the pages it makes take most of a start, and after a crash people wait in the room: so the room is served
while they are still being imported, in a thread, and whoever asks for another page waits until they are.
"""

import asyncio
import contextlib
import contextvars
import logging
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger(__name__)

Lifespan = Callable[[], AbstractAsyncContextManager[None]]
"""What is open while the server runs."""
Load = Callable[[], tuple[Starlette, ASGIApp]]
"""Takes seconds. Returns the application whose lifespan goes along, and what answers everything from then on."""


class House:
    """Serves the first routes at once, and everything once the rest is loaded."""

    def __init__(self, first: Sequence[BaseRoute], lifespans: Sequence[Lifespan], load: Load) -> None:
        """Nothing is loaded and nothing open yet."""
        self._lifespans, self._load = lifespans, load
        self._first = Router(first, redirect_slashes=False, default=self._rest, lifespan=self._alive)
        self._whole: asyncio.Future[ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, or the server's own life."""
        await self._first(scope, receive, send)

    async def _rest(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = await asyncio.shield(self._whole)
        await whole(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _alive(self, _: object) -> AsyncIterator[None]:
        self._whole, closing = asyncio.get_running_loop().create_future(), asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            for lifespan in self._lifespans:
                await stack.enter_async_context(lifespan())
            opening = asyncio.create_task(self._open(closing), name="the rest of the app")
            try:
                yield
            finally:
                closing.set()
                await opening

    async def _open(self, closing: asyncio.Event) -> None:
        """Load the rest and keep its lifespan open until the server closes; without it there is no server."""
        # Reflex notes in the context what it registers while it is imported: its lifespan needs the same one.
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        try:
            living, whole = await loop.run_in_executor(None, context.run, self._load)
            await loop.create_task(self._keep_open(living, whole, closing), context=context)
        except Exception:
            logger.exception("The rest of the app cannot be served")
            signal.raise_signal(signal.SIGTERM)

    async def _keep_open(self, living: Starlette, whole: ASGIApp, closing: asyncio.Event) -> None:
        async with living.router.lifespan_context(living):
            self._whole.set_result(whole)
            await closing.wait()
