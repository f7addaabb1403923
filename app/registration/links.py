"""Links that carry a right: how long they last. What follows from a page's token is the same each time it is shown."""

import datetime as dtm
from collections.abc import Mapping
from typing import Any

from app.rights import links as rights
from app.settings import Settings
from app.shared.telegram import bot
from app.shared.warehouse import Connection
from domain.webinars import Session
from warehouse import tokens

JOIN_TTL_AFTER_END = dtm.timedelta(days=7)
"""A room link outlives its session: late comers are told it is over instead of «unknown link»."""

TELEGRAM_TTL = dtm.timedelta(days=30)


async def telegram_link(warehouse: Connection, body: Mapping[str, str], settings: Settings, now: dtm.datetime) -> str:
    """A single-use link that opens the bot with START ready; without a bot it leads to our page, which knows more."""
    token = await warehouse.run(tokens.mint, "telegram_link", dict(body), now=now, ttl=TELEGRAM_TTL, single_use=True)
    return await _start_url(warehouse, token, settings)


async def telegram_of(warehouse: Connection, page: str, lead_id: str, settings: Settings, now: dtm.datetime) -> str:
    """The Telegram link of a thank-you page: the same at every opening, until it is used."""
    token = tokens.derived("telegram_link", page)
    body = {"lead_id": lead_id}
    await warehouse.run(tokens.bind, "telegram_link", token, body, now=now, ttl=TELEGRAM_TTL, single_use=True)
    return await _start_url(warehouse, token, settings)


async def room_of(
    warehouse: Connection, page: str, body: Mapping[str, Any], session: Session, settings: Settings, now: dtm.datetime
) -> str:
    """The room link of a thank-you page (and of its calendar file): the same at every opening."""
    place = {
        "lead_id": body["lead_id"], "webinar_id": session.webinar_id, "session_id": session.session_id,
        "guest": body.get("guest") or "",
    }  # fmt: skip
    token = tokens.derived("join", page)
    ttl = max(session.planned_end - now, dtm.timedelta()) + JOIN_TTL_AFTER_END
    await warehouse.run(tokens.bind, "join", token, place, now=now, ttl=ttl)
    return f"{settings.address}/j/{token}"


async def me_of(warehouse: Connection, page: str, lead_id: str, settings: Settings, now: dtm.datetime) -> str:
    """The link of a thank-you page to the lead's own data: the same at every opening."""
    token = tokens.derived(rights.PURPOSE, page)
    await warehouse.run(tokens.bind, rights.PURPOSE, token, {"lead_id": lead_id}, now=now, ttl=rights.TTL)
    return f"{settings.address}/me/{token}"


async def _start_url(warehouse: Connection, token: str, settings: Settings) -> str:
    return (await bot(warehouse)).start_url(token) or f"{settings.address}/telegram/{token}"
