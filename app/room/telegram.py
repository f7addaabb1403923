"""«Notify me in Telegram» in the waiting room: the way to the bot for whoever has a seat and no chat linked yet.

A room link may have been forwarded, so a link that makes a chat the lead's goes only to a browser that is known to be
theirs; any other seat is shown the bot itself, which asks for a number that Telegram vouches for (decision 0012).
"""

import datetime as dtm
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.access.origin import is_own
from app.registration.browsers import BROWSER_COOKIE, leads_of
from app.registration.links import telegram_of
from app.room.seats import SESSION_ID, Seat, seat_in
from app.settings import Settings
from app.shared import telegram, warehouse
from domain.events import TelegramBlocked, TelegramLinked, TelegramUnblocked
from domain.leads import fold_lead
from warehouse.interface import WarehouseError

CHANNEL = (TelegramLinked.name, TelegramBlocked.name, TelegramUnblocked.name)


def routes(settings: Settings) -> list[BaseRoute]:
    """One route."""
    return [Route("/api/v1/rooms/{session}/telegram", partial(_link, settings=settings), methods=["POST"])]


async def _link(request: Request, *, settings: Settings) -> Response:
    """The address to open, or "" where there is nothing to do: linked already, or there is no bot."""
    session_id = request.path_params["session"]
    seat = seat_in(request.cookies, session_id) if SESSION_ID.fullmatch(session_id) else None
    if seat is None or not is_own(request, settings.origins):
        return JSONResponse({"error": "no_seat"}, status_code=403)
    try:
        url = await _address(seat, request.cookies.get(BROWSER_COOKIE, ""), settings)
    except WarehouseError:
        return JSONResponse({"error": "away"}, status_code=503)
    return JSONResponse({"url": url}, headers={"Cache-Control": "no-store"})


async def _address(seat: Seat, browser: str, settings: Settings) -> str:
    now = dtm.datetime.now(dtm.UTC)
    is_theirs = not seat.guest and seat.lead_id in await leads_of(warehouse.get(), browser, now=now)
    if not is_theirs:
        return (await telegram.bot(warehouse.get())).chat_url
    if fold_lead(await warehouse.get().facts_of(lead_ids=(seat.lead_id,), names=CHANNEL)).channel == "linked":
        return ""
    return await telegram_of(warehouse.get(), f"{browser}:{seat.lead_id}", seat.lead_id, settings, now)
