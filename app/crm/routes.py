"""The list of leads as a file, over plain HTTP: the same filters as the page, for those who may write to people."""

import datetime as dtm
from dataclasses import fields

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.access import journal
from app.access.guard import AccessDenied, require
from app.access.roles import Role
from app.crm import sheets
from app.shared import warehouse
from warehouse.reads.leads import LeadFilter, leads

MOST = 100_000
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes() -> list[BaseRoute]:
    """To be put before Reflex."""
    return [
        Route("/staff/leads.csv", _as_csv, methods=["GET"]),
        Route("/staff/leads.xlsx", _as_xlsx, methods=["GET"]),
    ]


async def _as_csv(request: Request) -> Response:
    return await _file(request, "csv")


async def _as_xlsx(request: Request) -> Response:
    return await _file(request, "xlsx")


async def _file(request: Request, kind: str) -> Response:
    try:
        account = await require(request.headers.get("cookie", ""), Role.MARKETER)
    except AccessDenied as denied:
        return PlainTextResponse(str(denied), status_code=403 if denied.account else 401, headers=PRIVATE)
    names = {field.name for field in fields(LeadFilter)}
    wanted = LeadFilter(**{name: value[:200] for name, value in request.query_params.items() if name in names})
    page = await warehouse.get().run(leads, wanted, limit=MOST)
    about = f"{len(page.rows)} → {kind}"
    await warehouse.get().run(journal.note, "leads_exported", account.email, now=dtm.datetime.now(dtm.UTC), about=about)
    data = await run_in_threadpool(sheets.as_csv if kind == "csv" else sheets.as_xlsx, page.rows)
    disposition = {"Content-Disposition": f'attachment; filename="leads.{kind}"'}
    return Response(data, media_type="text/csv" if kind == "csv" else XLSX, headers={**PRIVATE, **disposition})
