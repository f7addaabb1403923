"""Blocking work beside the event loop: the warehouse's client is synchronous, the bot is not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """A pool of threads that ends without waiting for a long poll."""

    def __init__(self, count: int = 16) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="notifier")

    async def run(self, work: Callable[[], T]) -> T:
        """The result of blocking work."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Take no more work; what runs may run out."""
        self._pool.shutdown(wait=False, cancel_futures=True)
