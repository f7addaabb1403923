"""The room's HTTP side: a personal link becomes a seat, a seat becomes a ticket, a page says goodbye."""

import datetime as dtm
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from app.access.origin import is_own
from app.replay.viewing import open_replay
from app.room import console, socket
from app.room.bans import is_banned
from app.room.hall import Programme
from app.room.halls import halls
from app.room.seats import SEAT_SECONDS, SESSION_ID, Seat, Use, cookie_name, cookie_value, seat_in, ticket
from app.room.stage import MEDIA_SPARE, source
from app.settings import Settings
from app.shared import plain, schedule, warehouse
from app.shared.language import language_of
from warehouse import tokens
from warehouse.interface import WarehouseError

MAX_BODY = 4_096


def routes(settings: Settings) -> list[BaseRoute]:
    """Links, tickets, goodbyes and the socket."""
    return [
        Route("/j/{token}", partial(_take_seat, settings=settings, purpose="join", page="room"), methods=["GET"]),
        Route("/r/{token}", partial(_take_seat, settings=settings, purpose="replay", page="replay"), methods=["GET"]),
        Route("/api/v1/rooms/{session}/ticket", partial(_ticket, settings=settings), methods=["POST"]),
        Route("/api/v1/rooms/{session}/media", partial(_media, settings=settings), methods=["POST"]),
        Route("/api/v1/rooms/{session}/bye", partial(_bye, settings=settings), methods=["POST"]),
        WebSocketRoute("/api/v1/rooms/{session}/desk", partial(console.endpoint, origins=settings.origins)),
        WebSocketRoute("/api/v1/rooms/{session}/socket", partial(socket.endpoint, origins=settings.origins)),
    ]


async def _take_seat(request: Request, *, settings: Settings, purpose: str, page: str) -> Response:
    now = dtm.datetime.now(dtm.UTC)
    try:
        body = await warehouse.get().run(tokens.redeem, purpose, request.path_params["token"], now=now)
    except WarehouseError:
        return plain.page(request, "link.away", status=503)
    if body is None or not body.get("session_id"):
        return plain.page(request, "link.unknown", status=404)
    seat = Seat(body["lead_id"], body["webinar_id"], body["session_id"], body.get("guest") or "")
    response = RedirectResponse(f"/{page}/{seat.session_id}", status_code=303)
    response.set_cookie(
        cookie_name(seat.session_id),
        cookie_value(seat),
        max_age=SEAT_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
    )
    return response


async def _ticket(request: Request, *, settings: Settings) -> Response:
    """A ticket for one socket, or why there is none and where to go instead."""
    if not is_own(request, settings.origins):
        return JSONResponse({"error": "foreign_origin"}, status_code=403)
    session_id = request.path_params["session"]
    body = await _body(request)
    use: Use = "replay" if body.get("use") == "replay" else "room"
    programme = Programme.of(schedule.current(), session_id) if SESSION_ID.fullmatch(session_id) else None
    if programme is None:
        return _no_such_session()
    where = {"landing": f"/w/{programme.webinar.slug}", "title": programme.webinar.definition.title}
    seat = seat_in(request.cookies, session_id)
    if seat is None:
        return JSONResponse({"error": "no_seat", **where}, status_code=401)
    if use == "replay":
        found = open_replay(schedule.current(), session_id, dtm.datetime.now(dtm.UTC))
        if isinstance(found, str):
            return JSONResponse({"error": found, **where}, status_code=410)
        if refused := await _ban(seat):
            return refused
    return JSONResponse({"ticket": ticket(seat, use), "lang": language_of(request), **where})


async def _media(request: Request, *, settings: Settings) -> Response:
    """A fresh address of what is shown now, for a page whose address has expired or whose video does not come."""
    if not is_own(request, settings.origins):
        return JSONResponse({"error": "foreign_origin"}, status_code=403)
    session_id, now = request.path_params["session"], dtm.datetime.now(dtm.UTC)
    seat = seat_in(request.cookies, session_id)
    if seat is None:
        return JSONResponse({"error": "no_seat"}, status_code=401)
    if refused := await _ban(seat):
        return refused
    programme = Programme.of(schedule.current(), session_id)
    if programme is None:
        return _no_such_session()
    if (await _body(request)).get("use") == "replay":
        found = open_replay(schedule.current(), session_id, now)
        until = None if isinstance(found, str) else found[2]
    else:
        is_on_air = programme.session.phase(now) == "on_air"
        until = max(programme.session.planned_end, now) + MEDIA_SPARE if is_on_air else None
    if until is None:
        return JSONResponse({"error": "nothing_shown"}, status_code=410)
    return JSONResponse({"media": source(programme.webinar, session_id, until, now)})


def _no_such_session() -> Response:
    """Before the log was read nobody knows: the page asks again by itself, while «unknown» would be its last word."""
    error, status = ("unknown", 404) if schedule.is_read() else ("away", 503)
    return JSONResponse({"error": error}, status_code=status)


async def _ban(seat: Seat) -> Response | None:
    """The refusal of a guest whom the host has sent out; None for all others."""
    try:
        is_out = await is_banned(seat)
    except WarehouseError:
        return JSONResponse({"error": "away"}, status_code=503)
    return JSONResponse({"error": "banned"}, status_code=403) if is_out else None


async def _bye(request: Request, *, settings: Settings) -> Response:
    """The beacon of a page that is being closed."""
    seat = seat_in(request.cookies, request.path_params["session"])
    if seat is None or not is_own(request, settings.origins):
        return Response(status_code=403)
    body = await _body(request)
    halls.farewell(seat, str(body.get("page", ""))[:64], body)
    return Response(status_code=204)


async def _body(request: Request) -> dict[str, Any]:
    """A small JSON object; anything else counts as none."""
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > MAX_BODY:
            return {}
    try:
        body = orjson.loads(text or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
