"""/book/<token>: a place in one tap for somebody we know, by their personal link. Looking at it books nothing."""

import datetime as dtm
import html
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.access.origin import is_own
from app.registration.registrar import book, thanks_token
from app.settings import Settings
from app.shared import plain, schedule, texts, warehouse
from app.shared.language import language_of
from domain.dates import moment_in_words
from domain.leads import fold_lead
from domain.merging import MERGES, survivors
from domain.offers import chosen, offered
from domain.quiet_hours import zone_of
from domain.webinars import Session, Webinar
from warehouse import tokens
from warehouse.interface import WarehouseError

PURPOSE = "book"


class Offer(NamedTuple):
    """What a link offers now: whose it is, in which webinar, and the session they would get."""

    lead_id: str
    webinar: Webinar
    session: Session


def routes(settings: Settings) -> list[BaseRoute]:
    """Looking (GET, HEAD: also link previews) and booking (POST)."""
    return [
        Route("/book/{token}", partial(_look, settings=settings), methods=["GET", "HEAD"]),
        Route("/book/{token}", partial(_book, settings=settings), methods=["POST"]),
    ]


async def _look(request: Request, *, settings: Settings) -> Response:
    del settings
    language = language_of(request)
    try:
        found = await _offer(request.path_params["token"])
        if isinstance(found, str):
            return plain.page(request, f"book.{found}", status=404)
        zone = await _zone(found)
    except WarehouseError:
        return plain.page(request, "link.away", status=503)
    when = moment_in_words(found.session.opens_at, zone, language)
    title = texts.localised(found.webinar.definition.title, language)
    button = html.escape(texts.translate(language, "book.yes"))
    page = plain.say(
        request,
        title,
        texts.translate(language, "book.when", when=f"{when[:1].upper()}{when[1:]}"),
        '<form method="post"><button class="button" data-kind="primary" data-wide id="book" type="submit">'
        f"{button}</button></form>",
        status=200,
    )
    page.headers["Referrer-Policy"] = "same-origin"  # under the stricter one the browser hides where the form came from
    return page


async def _book(request: Request, *, settings: Settings) -> Response:
    if not is_own(request, settings.origins):
        return plain.page(request, "book.foreign", status=403)
    now = dtm.datetime.now(dtm.UTC)
    try:
        found = await _offer(request.path_params["token"])
        if isinstance(found, str):
            return plain.page(request, f"book.{found}", status=404)
        await book(warehouse.get(), found.lead_id, found.session, now=now)
        token = await thanks_token(
            warehouse.get(), found.lead_id, found.webinar.webinar_id, found.session.session_id, "booked", now=now
        )
    except WarehouseError:
        return plain.page(request, "link.away", status=503)
    return RedirectResponse(f"/thanks/{token}", status_code=303)


async def _offer(token: str) -> Offer | str:
    """What the link offers, or why nothing: unknown (no such link, forgotten), over (nothing to come to)."""
    now = dtm.datetime.now(dtm.UTC)
    body = await warehouse.get().run(tokens.redeem, PURPOSE, token, now=now)
    if body is None:
        return "unknown"
    into = survivors(await warehouse.get().facts_of(names=MERGES))
    plan = schedule.current()
    webinar = plan.webinars.get(body["webinar_id"])
    session = chosen(plan, body["session_id"], now) or next(iter(offered(plan, body["webinar_id"], now)), None)
    if webinar is None or session is None:
        schedule.require()
        return "over"
    return Offer(into.get(body["lead_id"], body["lead_id"]), webinar, session)


async def _zone(found: Offer) -> ZoneInfo:
    """The lead's own zone, else the webinar's."""
    facts = await warehouse.get().facts_of(lead_ids=(found.lead_id,), names=("core_ingest_event",))
    return zone_of(fold_lead(facts).time_zone, found.webinar.definition.time_zone)
