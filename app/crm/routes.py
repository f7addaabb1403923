"""The list of leads as a file, over plain HTTP: the same filters as the page, for those who may write to people."""

import datetime as dtm
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from app.access import journal
from app.access.guard import AccessDenied, require, turned_away
from app.access.roles import Role
from app.crm import sheets, uploads
from app.crm.sheets import MOST_IN_XLSX
from app.settings import Settings
from app.shared import plain, texts, warehouse
from app.shared.language import language_of
from warehouse.reads.leads import LeadFilter, all_leads, leads

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(settings: Settings | None = None) -> list[BaseRoute]:
    """To be put before Reflex."""
    return [
        Route("/staff/leads.csv", _as_csv, methods=["GET"]),
        Route("/staff/leads.xlsx", _as_xlsx, methods=["GET"]),
        *uploads.routes(settings),
    ]


async def _as_csv(request: Request) -> Response:
    return await _file(request, "csv")


async def _as_xlsx(request: Request) -> Response:
    return await _file(request, "xlsx")


async def _file(request: Request, kind: str) -> Response:
    try:
        account = await require(request.headers.get("cookie", ""), Role.MARKETER)
    except AccessDenied as denied:
        return turned_away(request, denied)
    names = {field.name for field in fields(LeadFilter)}
    wanted = LeadFilter(**{name: value[:200] for name, value in request.query_params.items() if name in names})
    now = dtm.datetime.now(dtm.UTC)
    total = (await warehouse.get().run(leads, wanted, limit=1, until=now)).total
    if kind == "xlsx" and total > MOST_IN_XLSX:
        language = language_of(request)
        words = texts.translate(language, "studio.leads.too_many_for_xlsx", count=total, most=MOST_IN_XLSX)
        return plain.say(request, texts.translate(language, "studio.leads.too_many"), words, status=413)
    await warehouse.get().run(journal.note, "leads_exported", account.email, now=now, about=f"{total} → {kind}")
    rows = all_leads(warehouse.blocking(), wanted, until=now)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="leads.{kind}"'}
    if kind == "csv":
        return StreamingResponse(iterate_in_threadpool(sheets.as_csv(rows)), media_type="text/csv", headers=headers)
    return await workbook(sheets.COLUMNS, map(sheets.cells, rows), headers)


async def workbook(columns: Sequence[str], rows: Iterable[Sequence[str]], headers: dict[str, str]) -> Response:
    """The rows as an XLSX to download."""
    path = await run_in_threadpool(_book, columns, rows)
    return FileResponse(path, media_type=XLSX, headers=headers, background=BackgroundTask(path.unlink, missing_ok=True))


def _book(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """A book cannot be sent row by row: it is written to a file of its own, which goes once it was sent."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    try:
        sheets.table_as_xlsx(columns, rows, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
