"""Lists from elsewhere over plain HTTP: the upload before its dry run, and the refused rows as a file."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from app.access import origin
from app.access.accounts import Account
from app.access.guard import AccessDenied, from_elsewhere, require, turned_away
from app.access.roles import Role
from app.crm import batches, importing
from app.crm.batches import Batch
from app.settings import Settings
from app.shared import plain, warehouse
from app.shared.language import language_of
from domain.imports import KINDS, ImportProblem, parse

PAGE = "/studio/import"
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
SLACK_BYTES = 10_000
"""What a multipart form needs around its file."""


def routes(settings: Settings | None = None) -> list[BaseRoute]:
    """To be put before Reflex."""
    uploads = Uploads(settings or Settings())
    return [
        Route("/staff/imports", uploads.take, methods=["POST"]),
        Route("/staff/imports/{batch}/errors.csv", uploads.errors, methods=["GET"]),
    ]


class Uploads:
    """The two routes; what becomes of a list is `importing`'s matter."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def take(self, request: Request) -> Response:
        """Read the file, keep it in memory, foresee what would happen, go to the page that shows it."""
        account = await _account(request)
        if isinstance(account, Response):
            return account
        if not origin.is_own(request, self.settings.origins):
            return from_elsewhere(request)
        return await self._looked_at(request, account)

    async def _looked_at(self, request: Request, account: Account) -> Response:
        size = int(request.headers.get("content-length") or batches.MAX_BYTES + SLACK_BYTES + 1)
        if size > batches.MAX_BYTES + SLACK_BYTES:
            return _back(problem="too_large")
        async with request.form(max_files=1, max_fields=5) as form:
            file, kind, zone = form.get("file"), str(form.get("kind") or ""), str(form.get("zone") or "Europe/Moscow")
            if not isinstance(file, UploadFile) or not file.filename:
                return _back(problem="no_file")
            name, data = file.filename[:120], await file.read()
        chosen = next((one for one in KINDS if one == kind), None)
        try:
            table = await run_in_threadpool(lambda: parse(batches.decoded(data), chosen, time_zone=zone))
        except ImportProblem as found:
            return _back(problem=found.code, detail=found.detail)
        batch = Batch(account.email, name, table)
        batch.outcomes = await warehouse.get().run(importing.forecast, table)
        return _back(batch=batches.keep(batch))

    async def errors(self, request: Request) -> Response:
        """The refused rows of one's own list."""
        account = await _account(request)
        if isinstance(account, Response):
            return account
        batch = batches.find(request.path_params["batch"], account.email)
        if batch is None:
            return plain.page(request, "studio.import.gone_list", status=404, way=(PAGE, "studio.leads.import"))
        lines = batches.errors(batch.table, batch.outcomes, language_of(request))
        body = ((line if number else f"\ufeff{line}") for number, line in enumerate(lines))
        disposition = {"Content-Disposition": 'attachment; filename="import-errors.csv"'}
        return StreamingResponse(body, media_type="text/csv", headers={**PRIVATE, **disposition})


async def _account(request: Request) -> Account | Response:
    try:
        return await require(request.headers.get("cookie", ""), Role.MARKETER)
    except AccessDenied as denied:
        return turned_away(request, denied)


def _back(**said: str) -> Response:
    return RedirectResponse(f"{PAGE}?{urlencode({name: value for name, value in said.items() if value})}", 303)
