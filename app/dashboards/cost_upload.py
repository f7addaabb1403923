"""A file with costs over plain HTTP: it is read and kept, and the sources page shows what it would change."""

import datetime as dtm
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.access import origin
from app.access.accounts import Account
from app.access.guard import AccessDenied, from_elsewhere, require, turned_away
from app.access.roles import Role
from app.crm import batches
from app.crm import routes as crm
from app.dashboards import cost_drafts
from app.dashboards.cost_drafts import Draft
from app.settings import Settings
from domain.imports import ImportProblem

SLACK_BYTES = 10_000
"""What a multipart form needs around its file."""


def routes(settings: Settings | None = None) -> list[BaseRoute]:
    """To be put before Reflex."""
    own = settings or Settings()

    async def take(request: Request) -> Response:
        try:
            account = await require(request.headers.get("cookie", ""), Role.MARKETER)
        except AccessDenied as denied:
            return turned_away(request, denied)
        if not origin.is_own(request, own.origins):
            return from_elsewhere(request)
        return await _kept(request, account)

    return [Route("/staff/costs", take, methods=["POST"])]


async def _kept(request: Request, account: Account) -> Response:
    size = int(request.headers.get("content-length") or cost_drafts.MAX_BYTES + SLACK_BYTES + 1)
    if size > cost_drafts.MAX_BYTES + SLACK_BYTES:
        return _back(problem="too_large")
    async with request.form(max_files=1, max_fields=2) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return _back(problem="no_file")
        name, data = file.filename[:120], await file.read()
    try:
        text = batches.decoded(data)
    except ImportProblem:
        return _back(problem="not_text")
    return _back(draft=cost_drafts.keep(Draft(account.email, name, text, dtm.datetime.now(dtm.UTC))))


def _back(**said: str) -> Response:
    return RedirectResponse(f"/studio/sources?{urlencode(said)}", 303, headers=crm.PRIVATE)
