"""The HTTP half of a landing page: the shell with its own head, so that links unfurl, and the visitor's cookies."""

import uuid
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from app.registration.browsers import BROWSER_COOKIE, new_secret
from app.registration.visits import referrer
from app.settings import Settings
from app.shared import schedule, texts
from app.shared.html import Head, inject, shell
from app.shared.visitor import LANGUAGE_COOKIE, REFERRER_COOKIE, VISITOR_COOKIE

YEAR_SECONDS = 365 * 86400
REFERRER_SECONDS = 60
PICTURE = "/og.png"
"""What a link to a landing shows where it unfurls; made for the house, 1200 × 630, 30 KB."""
PICTURE_SIZE = {"og:image:width": "1200", "og:image:height": "630", "og:image:type": "image/png"}


def routes(pages: Path, settings: Settings) -> list[BaseRoute]:
    """The route of the landing pages; `pages` is the folder of the built frontend."""
    return [Route("/w/{slug}", partial(_landing, pages=pages, settings=settings), methods=["GET", "HEAD"])]


async def _landing(request: Request, *, pages: Path, settings: Settings) -> Response:
    language = texts.preferred(
        request.query_params.get("lang", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
    )
    webinar = schedule.current().by_slug(request.path_params["slug"])
    if webinar is None:
        head = Head(texts.translate(language, "landing.missing.title"), language=language)
    else:
        head = Head(
            title=texts.localised(webinar.definition.title, language),
            description=texts.localised(webinar.definition.summary, language),
            language=language,
            url=f"{settings.address}/w/{webinar.slug}",
            image=f"{settings.address}{PICTURE}",
            extra=PICTURE_SIZE,
        )
    response = HTMLResponse(inject(shell(pages), head), status_code=200 if webinar else 404)
    _remember(request, response, settings)
    return response


def _remember(request: Request, response: Response, settings: Settings) -> None:
    """Mark the browser for a year, and for a minute the host it came from (only the HTTP request knows it)."""
    fixed = {"httponly": True, "samesite": "lax", "secure": settings.is_https, "path": "/"}
    if VISITOR_COOKIE not in request.cookies:
        response.set_cookie(VISITOR_COOKIE, str(uuid.uuid4()), max_age=YEAR_SECONDS, **fixed)  # type: ignore[arg-type]
    if BROWSER_COOKIE not in request.cookies:
        response.set_cookie(BROWSER_COOKIE, new_secret(), max_age=YEAR_SECONDS, **fixed)  # type: ignore[arg-type]
    came_from = referrer(request.headers.get("referer", ""), request.headers.get("host", ""))
    if came_from:
        response.set_cookie(REFERRER_COOKIE, came_from, max_age=REFERRER_SECONDS, **fixed)  # type: ignore[arg-type]
    elif REFERRER_COOKIE in request.cookies:
        response.delete_cookie(REFERRER_COOKIE)
