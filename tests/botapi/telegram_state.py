"""What Telegram would know: chats, updates waiting for the bot, messages delivered, and the mischief ordered by a test.

No HTTP here (`server.py`), no PTB anywhere: the point is to disagree with the client where Telegram would.
"""

import itertools
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Mischief = Literal[
    "too_many_requests",
    "too_many_requests_bare",
    "forbidden",
    "deactivated",
    "chat_not_found",
    "bad_request",
    "unauthorized",
    "hang_after_delivery",
    "error_before_delivery",
    "error_after_delivery",
    "garbage_after_delivery",
    "reset_before_delivery",
    "reset_after_delivery",
    "slow",
    "duplicate_updates",
]


@dataclass
class Order:
    """Mischief for the next `times` calls of a method (of one chat, if given)."""

    kind: Mischief
    method: str = "sendMessage"
    times: int = 1
    chat_id: int | None = None
    seconds: float = 1.0
    """retry_after, or how long to hang or dawdle."""


@dataclass(frozen=True)
class Call:
    """One request of the client: when it came (monotonic and Unix time) and what became of it."""

    method: str
    params: dict[str, Any]
    at: float
    unix_at: float
    status: int
    delivered: bool = False

    @property
    def chat_id(self) -> int | None:
        """The chat the call was about."""
        value = self.params.get("chat_id")
        return None if value is None else int(value)


@dataclass
class Telegram:
    """One bot's side of Telegram. Access only under `server.BotApi`'s lock."""

    calls: list[Call] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Delivered messages as the recipients see them, oldest first."""
    updates: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    message_ids: Any = field(default_factory=lambda: itertools.count(1))
    update_ids: Any = field(default_factory=lambda: itertools.count(500_000_001))

    def record(self, method: str, params: dict[str, Any], status: int, *, delivered: bool = False) -> None:
        """Remember a call."""
        params = {name: value for name, value in params.items() if not isinstance(value, bytes)}
        self.calls.append(Call(method, params, time.monotonic(), time.time(), status, delivered))

    def order_for(self, method: str, chat_id: int | None) -> Order | None:
        """The mischief due for this call, counted down."""
        for order in self.orders:
            if order.method == method and order.times > 0 and order.chat_id in {None, chat_id}:
                order.times -= 1
                return order
        return None

    def deliver(self, chat_id: int, params: dict[str, Any]) -> dict[str, Any]:
        """The message is now on the recipient's screen."""
        message = {
            "message_id": next(self.message_ids),
            "date": int(time.time()),
            "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "group", "first_name": "Guest"},
            "from": BOT,
            "text": params.get("text") or params.get("caption", ""),
        }
        photo = next((value for value in params.values() if isinstance(value, bytes)), None)
        seen = {**message, "at": time.time(), "reply_markup": params.get("reply_markup"), "photo": photo}
        self.messages.append(seen)
        return message

    def push(self, kind: str, body: dict[str, Any]) -> int:
        """Queue an update for the bot; returns its id."""
        update_id = next(self.update_ids)
        self.updates.append({"update_id": update_id, kind: body})
        return int(update_id)

    def waiting(self, offset: int | None, limit: int) -> list[dict[str, Any]]:
        """Updates from `offset` on; smaller ones are acknowledged and forgotten, as Telegram does."""
        if offset is not None and offset > 0:
            self.acknowledged += [update for update in self.updates if update["update_id"] < offset]
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return self.updates[:limit]

    def call_dicts(self) -> list[dict[str, Any]]:
        """The calls as plain data."""
        return [asdict(call) for call in self.calls]


BOT = {
    "id": 4200000001,
    "is_bot": True,
    "first_name": "Efir test",
    "username": "efir_test_bot",
    "can_join_groups": False,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
