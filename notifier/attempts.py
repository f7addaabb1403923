"""Attempts under way: each a task of its own, and how they end when the notifier does."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Attempts:
    """Started one by one; at the end they are waited for, then cut off."""

    def __init__(self) -> None:
        self.under_way: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin an attempt beside the others."""
        attempt = asyncio.create_task(work)
        self.under_way.add(attempt)
        attempt.add_done_callback(self.under_way.discard)

    async def end(self, grace_seconds: float) -> None:
        """Let them end; those that do not within the grace are cancelled, and that is waited for."""
        if not self.under_way:
            return
        _, late = await asyncio.wait(self.under_way, timeout=grace_seconds)
        for attempt in late:
            attempt.cancel()
        await asyncio.gather(*late, return_exceptions=True)
