"""Failed messages that staff want sent after all: asked for in a registry collection, taken on here, struck off after.

A replay is a further attempt of the same message: its time limit still holds, and so does everything else.
"""

from notifier.delivery import Delivery
from notifier.pending import Pending
from notifier.threads import Threads
from warehouse.interface import Warehouse
from warehouse.reads.deliveries import backlog
from warehouse.resending import COLLECTION


class Replays:
    """Looks for requests; a request is struck off once the log has its attempt, or when there is nothing to replay."""

    def __init__(self, warehouse: Warehouse, threads: Threads, delivery: Delivery) -> None:
        self._warehouse = warehouse
        self._threads = threads
        self._delivery = delivery
        self._under_way: dict[str, int] = {}
        """Message key → the attempt that was made for the request."""

    async def look(self) -> int:
        """Take on what was asked for; returns how many messages. Raises WarehouseError."""
        wanted = {entry.key for entry in await self._threads.run(lambda: self._warehouse.entries(COLLECTION))}
        if not wanted:
            return 0
        found = await self._threads.run(lambda: backlog(self._warehouse, replay=wanted))
        failed = {
            message.planned.properties["message_key"]: message
            for message in found.messages
            if message.last_name == "message_failed" and message.retry_at is None
        }
        settled = {key for key, attempt in self._under_way.items() if key in failed and failed[key].attempt >= attempt}
        for key in (wanted - failed.keys()) | settled:
            await self._threads.run(lambda key=key: self._warehouse.delete(COLLECTION, key))  # type: ignore[misc]
            self._under_way.pop(key, None)
        fresh = [message for key, message in failed.items() if key in wanted - settled - self._under_way.keys()]
        self._under_way |= {message.planned.properties["message_key"]: message.attempt + 1 for message in fresh}
        await self._delivery.take_on([Pending.of(message.planned, message.attempt + 1) for message in fresh])
        return len(fresh)
