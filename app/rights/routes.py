"""A person's data as a file, over plain HTTP: to the holder of their link, and to administrators."""

import datetime as dtm
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.access import journal
from app.access.guard import AccessDenied, require, turned_away
from app.rights import dossier, links
from app.rights.family import UnknownLead
from app.shared import plain, warehouse
from warehouse.interface import WarehouseError

log = logging.getLogger(__name__)
Handler = Callable[[Request], Awaitable[Response]]
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def routes() -> list[BaseRoute]:
    """To be put before Reflex."""
    return [
        Route("/me/{token}/data", _answering(_mine), methods=["GET"]),
        Route("/staff/leads/{lead_id}/data", _answering(_of_lead), methods=["GET"]),
    ]


def _answering(handler: Handler) -> Handler:
    """The handler; without a warehouse it says so to people, and that nothing was lost."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except WarehouseError:
            log.exception("A person's data could not be handed out")
            answer = plain.page(request, "me.away", status=503)
            answer.headers["Retry-After"] = "60"
            return answer

    return answer


async def _mine(request: Request) -> Response:
    lead_id = await warehouse.get().run(links.lead_of, request.path_params["token"], now=_now())
    return (await _file(lead_id) if lead_id else None) or plain.page(request, "me.unknown", status=404)


async def _of_lead(request: Request) -> Response:
    try:
        account = await require(request.headers.get("cookie", ""))
    except AccessDenied as denied:
        return turned_away(request, denied)
    lead_id = request.path_params["lead_id"]
    await warehouse.get().run(journal.note, "data_exported", account.email, now=_now(), about=lead_id)
    missing = plain.page(request, "studio.lead.missing", status=404, way=("/studio/leads", "studio.nav.leads"))
    return await _file(lead_id) or missing


async def _file(lead_id: str) -> Response | None:
    """All that is known of the person; None of one no fact speaks of."""
    try:
        document = await warehouse.get().run(dossier.dossier, lead_id, now=_now())
    except UnknownLead:
        return None
    disposition = {"Content-Disposition": 'attachment; filename="efir-person.json"'}
    return Response(dossier.as_json(document), media_type="application/json", headers={**PRIVATE, **disposition})


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)
