"""Which Telegram bot people are sent to: the notifier knows it and writes it into the registry; read here."""

import datetime as dtm
import time
from dataclasses import dataclass

from app.shared.warehouse import Connection
from warehouse.interface import Warehouse

COLLECTION, KEY = "telegram_bot", "current"
FRESH_SECONDS = 3.0
STALE_AFTER = dtm.timedelta(seconds=30)
"""A notifier that waits for a queue to get shorter says so every five seconds; one that is silent is not running."""


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot of this installation. Without a username there is no address of it (yet)."""

    username: str = ""
    transport: str = ""
    """telegram, dry_run, or "" when no notifier has ever run here."""

    @property
    def is_dry_run(self) -> bool:
        """Nothing leaves the house."""
        return self.transport == "dry_run"

    @property
    def chat_url(self) -> str:
        """The chat with the bot, with nothing of anybody in it; "" when it is not known."""
        return f"https://t.me/{self.username}" if self.username and not self.is_dry_run else ""

    def start_url(self, token: str) -> str:
        """The address that opens the chat with START ready; "" when it is not known."""
        return f"https://t.me/{self.username}?start={token}" if self.username and not self.is_dry_run else ""


_seen: tuple[Warehouse | None, float, Bot] = (None, 0.0, Bot())


async def bot(warehouse: Connection) -> Bot:
    """The bot, at most a few seconds old. Raises WarehouseError."""
    global _seen  # noqa: PLW0603 - one bot a process is the point
    asked, at, known = _seen
    if asked is not warehouse.warehouse or not known.transport or time.monotonic() - at > FRESH_SECONDS:
        known = await warehouse.run(known_bot)
        _seen = (warehouse.warehouse, time.monotonic(), known)
    return known


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be sent now, and how long that will take."""

    waiting: int = 0
    eta_seconds: float = 0.0


async def queue(warehouse: Connection, *, now: dtm.datetime) -> Queue:
    """As the notifier said a few seconds ago; what it said longer ago holds no more. Raises WarehouseError."""
    entry = await warehouse.get(COLLECTION, "queue")
    if entry is None or now - dtm.datetime.fromisoformat(entry.body["at"]) > STALE_AFTER:
        return Queue()
    return Queue(int(entry.body["waiting"]), float(entry.body["eta_seconds"]))


def known_bot(warehouse: Warehouse) -> Bot:
    """The bot as the notifier told it last. Blocking."""
    entry = warehouse.get(COLLECTION, KEY)
    return Bot(str(entry.body["username"]), str(entry.body["transport"])) if entry else Bot()
