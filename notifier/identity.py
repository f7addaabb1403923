"""Which bot this installation speaks as: told to the app through the registry, and guarded against a mix-up.

The id of a bot is the part of its token before the colon: a rotated token is the same bot, another id is another bot.
"""

import datetime as dtm
from typing import Any

from notifier.settings import Settings
from warehouse.interface import Warehouse

COLLECTION, KEY = "telegram_bot", "current"
"""Registry entry {username, transport, bot_id, since}. An empty username: Telegram has not told it yet."""


class OtherBotError(RuntimeError):
    """The token belongs to another bot than the one people have linked; the message says what to do."""


def bot_id_of(settings: Settings) -> int | None:
    """The bot behind the token; None in a dry run or for a token of the wrong shape (Telegram will refuse it)."""
    number = settings.telegram_bot_token.get_secret_value().partition(":")[0]
    return int(number) if number.isdecimal() else None


def claim(warehouse: Warehouse, settings: Settings, *, now: dtm.datetime, adopt: bool = False) -> None:
    """Say which transport runs, before Telegram was asked for the name. Blocking.

    Raises OtherBotError when people have linked another bot than this token's (unless `adopt`), WarehouseError.
    """
    known, bot_id = _known(warehouse), bot_id_of(settings)
    before = known.get("bot_id")
    if bot_id is not None and before is not None and before != bot_id and not adopt:
        name = f"@{known['linked']}" if known.get("linked") else f"bot {before}"
        raise OtherBotError(
            f"TELEGRAM_BOT_TOKEN belongs to bot {bot_id}, but people have linked {name}, and a bot cannot write to "
            "those who have not started it. Set the token of the bot they know (a rotated one is fine). To go over to "
            "the new bot all the same, run `python -m notifier --adopt-bot` once: everybody must press START again."
        )
    is_same = bot_id is not None and before == bot_id
    linked = known.get("linked", "") if is_same or bot_id is None else ""
    _write(
        warehouse,
        known,
        transport="dry_run" if settings.is_dry_run else "telegram",
        username=linked if bot_id is not None else "",
        bot_id=bot_id if bot_id is not None else before,
        linked=linked,
        now=now,
    )


def introduce(warehouse: Warehouse, username: str, *, now: dtm.datetime) -> None:
    """Telegram told the bot's name: deep links may carry it. Blocking. Raises WarehouseError."""
    known = _known(warehouse)
    _write(
        warehouse,
        known,
        transport="telegram",
        username=username,
        bot_id=known.get("bot_id"),
        linked=username,
        now=now,
    )


def _known(warehouse: Warehouse) -> dict[str, Any]:
    entry = warehouse.get(COLLECTION, KEY)
    return entry.body if entry else {}


def _write(warehouse: Warehouse, known: dict[str, Any], *, now: dtm.datetime, **body: Any) -> None:
    """Only a change is written; `since` is when it came about. `linked` remembers the bot's name through a dry run."""
    if {key: value for key, value in known.items() if key != "since"} != body:
        warehouse.put(COLLECTION, KEY, {**body, "since": now.isoformat(timespec="seconds")})
