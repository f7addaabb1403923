"""Failed messages that staff want sent after all: asked for in the registry, taken on here, struck off after.

A replay is a further attempt of the same message: its time limit still holds, and so does everything else.
"""

from notifier.delivery import Delivery
from notifier.pending import Pending
from notifier.threads import Threads
from warehouse import resending
from warehouse.interface import Warehouse
from warehouse.reads.deliveries import backlog


class Replays:
    """Looks for requests; a request is struck off once the log has its attempt, or when there is nothing to replay."""

    def __init__(self, warehouse: Warehouse, threads: Threads, delivery: Delivery) -> None:
        self._warehouse = warehouse
        self._threads = threads
        self._delivery = delivery
        self._taken_on: dict[str, int] = {}
        """Request → the attempt that is made for it."""

    async def look(self) -> int:
        """Take on what was asked for; returns how many messages. Raises WarehouseError."""
        asked = await self._threads.run(lambda: resending.asked(self._warehouse))
        if not asked:
            return 0
        found = await self._threads.run(lambda: backlog(self._warehouse, replay=set(asked.values())))
        failed = {
            message.planned.properties["message_key"]: message
            for message in found.messages
            if message.last_name == "message_failed" and message.retry_at is None
        }
        for request, key in list(asked.items()):
            if key not in failed or failed[key].attempt >= self._taken_on.get(request, failed[key].attempt + 1):
                await self._threads.run(lambda one=request: resending.strike_off(self._warehouse, one))  # type: ignore[misc]
                self._taken_on.pop(request, None)
                del asked[request]
        under_way = {key for request, key in asked.items() if request in self._taken_on}
        fresh = {key: failed[key] for key in asked.values() if key not in under_way}
        await self._delivery.take_on([Pending.of(message.planned, message.attempt + 1) for message in fresh.values()])
        # Only now: what could not be taken on is looked at again.
        self._taken_on |= {one: failed[key].attempt + 1 for one, key in asked.items() if one not in self._taken_on}
        return len(fresh)
