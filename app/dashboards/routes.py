"""The people behind a number of a dashboard as a file, over plain HTTP: the same question as the page's."""

import datetime as dtm
from collections.abc import Iterator, Sequence

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from app.access import journal
from app.access.guard import AccessDenied, require
from app.access.roles import Role
from app.crm import routes as crm
from app.crm import sheets
from app.dashboards import funnel_address
from app.shared import warehouse
from warehouse.interface import Warehouse
from warehouse.reads import funnel
from warehouse.reads.funnel import Behind, FunnelFilter, FunnelPerson

COLUMNS = ("lead_id", "name", "source", "partner_id", "webinar_id", "reached_at")
MOST = sheets.MOST_IN_XLSX


def routes() -> list[BaseRoute]:
    """To be put before Reflex."""
    return [
        Route("/staff/funnel.csv", _as_csv, methods=["GET"]),
        Route("/staff/funnel.xlsx", _as_xlsx, methods=["GET"]),
    ]


async def _as_csv(request: Request) -> Response:
    return await _file(request, "csv")


async def _as_xlsx(request: Request) -> Response:
    return await _file(request, "xlsx")


async def _file(request: Request, kind: str) -> Response:
    try:
        account = await require(request.headers.get("cookie", ""), Role.MARKETER)
    except AccessDenied as denied:
        return PlainTextResponse(str(denied), status_code=403 if denied.account else 401, headers=crm.PRIVATE)
    now, said = dtm.datetime.now(dtm.UTC), funnel_address.chosen(request.query_params)
    behind = funnel_address.behind(said)
    if behind is None:
        return PlainTextResponse("Say whose: stage=registered, for example.", status_code=400, headers=crm.PRIVATE)
    rows = await run_in_threadpool(_rows, warehouse.blocking(), funnel_address.wanted(said, now), behind)
    about = f"funnel {said['stage']}: {len(rows)} → {kind}"
    await warehouse.get().run(journal.note, "leads_exported", account.email, now=now, about=about)
    headers = {**crm.PRIVATE, "Content-Disposition": f'attachment; filename="funnel.{kind}"'}
    if kind == "csv":
        lines = iterate_in_threadpool(sheets.table_as_csv(COLUMNS, _cells(rows)))
        return StreamingResponse(lines, media_type="text/csv", headers=headers)
    return await crm.workbook(COLUMNS, _cells(rows), headers)


def _rows(connection: Warehouse, wanted: FunnelFilter, behind: Behind) -> Sequence[FunnelPerson]:
    return funnel.people(connection, wanted, behind, limit=MOST).rows


def _cells(rows: Sequence[FunnelPerson]) -> Iterator[list[str]]:
    """Moments in ISO 8601; a visitor who is no lead yet has no id and no name."""
    for row in rows:
        told = (row.lead_id, row.name, row.source, row.partner_id, row.webinar_id)
        yield [*(cell or "" for cell in told), row.at.isoformat()]
