"""Links that carry a right: how long they last, and the one that opens the chat with the bot."""

import datetime as dtm
from collections.abc import Mapping

from app.settings import Settings
from app.shared.telegram import bot
from app.shared.warehouse import Connection
from warehouse import tokens

JOIN_TTL_AFTER_END = dtm.timedelta(days=7)
"""A room link outlives its session: late comers are told it is over instead of «unknown link»."""

TELEGRAM_TTL = dtm.timedelta(days=30)


async def telegram_link(warehouse: Connection, body: Mapping[str, str], settings: Settings, now: dtm.datetime) -> str:
    """A single-use link that opens the bot with START ready; without a bot it leads to our page, which knows more."""
    token = await warehouse.run(tokens.mint, "telegram_link", dict(body), now=now, ttl=TELEGRAM_TTL, single_use=True)
    return (await bot(warehouse)).start_url(token) or f"{settings.address}/telegram/{token}"
