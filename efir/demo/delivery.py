"""The notifier of the simulated world: the real delivery with the dry-run transport, on the world's clock."""

import datetime as dtm
from collections.abc import Callable, Sequence

from pydantic import SecretStr

from domain.events import Fact
from domain.webinars import Schedule
from notifier.delivery import Delivery
from notifier.lanes import Lanes, Limits
from notifier.ledger import Ledger
from notifier.pending import Pending
from notifier.programme import Programme
from notifier.settings import Settings
from notifier.threads import Threads
from notifier.transport import Transport, bot_of
from warehouse.interface import Warehouse

UNLIMITED = Limits(per_second=1e9, burst=10**9, chat_seconds=0, group=10**9, group_seconds=0)
"""Telegram's rates do not matter where nothing leaves the machine, and the world's clock stands still meanwhile."""
TAKES = dtm.timedelta(milliseconds=180)
"""From planned to sent, about what is measured."""


class Post:
    """Sends what was planned, now. Never over the network, whatever token is set."""

    def __init__(self, warehouse: Warehouse, clock: Callable[[], dtm.datetime], *, site: str) -> None:
        self._warehouse, self._clock, self._site = warehouse, clock, site
        self._threads = Threads(4)
        self._bot = bot_of(Settings(telegram_bot_token=SecretStr("")))
        self._programme = Programme()

    async def open(self) -> None:
        """Make the bot ready."""
        await self._bot.initialize()

    async def close(self) -> None:
        """Let the bot and the threads go."""
        await self._bot.shutdown()
        self._threads.close()

    async def deliver(self, planned: Sequence[Fact], schedule: Schedule) -> None:
        """Send these messages and record what became of them."""
        if not planned:
            return
        self._programme.schedule = schedule
        transport = Transport(self._bot, "dry_run")
        ledger = Ledger(self._warehouse, self._threads, "dry_run", now=self._now)
        delivery = Delivery(
            self._warehouse, self._threads, transport, self._programme, ledger,
            site=self._site, now=self._now, monotonic=lambda: self._now().timestamp(),
        )  # fmt: skip
        delivery.lanes = Lanes(UNLIMITED)
        await delivery.take_on([Pending.of(fact) for fact in planned])
        await delivery.send_due(0)

    def _now(self) -> dtm.datetime:
        return self._clock() + TAKES
