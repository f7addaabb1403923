"""The people behind a number of a dashboard as a file, over plain HTTP: the same question as the page's."""

import datetime as dtm
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from app.access import journal
from app.access.guard import AccessDenied, require, turned_away
from app.access.roles import Role
from app.crm import routes as crm
from app.crm import sheets
from app.dashboards import audience_address, audience_people, funnel_address, sources_address
from app.shared import plain, schedule, warehouse
from domain.attribution import CREDIT
from warehouse.interface import Warehouse
from warehouse.reads import contacts, funnel, sources
from warehouse.reads.audience import Attendee
from warehouse.reads.funnel import FunnelPerson

MOST = sheets.MOST_IN_XLSX
FUNNEL = ("lead_id", "name", "phone", "email", "source", "partner_id", "webinar_id", "reached_at")
SOURCES = ("lead_id", "name", "phone", "email", "touches", "converted_at", "credit")
AUDIENCE = (
    "lead_id",
    "name",
    "phone",
    "email",
    "verdict",
    "outcome",
    "watched_seconds",
    "joined_at_seconds",
    "left_at_seconds",
    "session_id",
)


@dataclass(frozen=True, slots=True)
class People:
    """The people behind a number as rows of text, and what the journal says about it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    about: str


Found = Callable[[Warehouse, Mapping[str, str], dtm.datetime], People | None]
"""The people an address asks for; None: it names no number."""


def routes() -> list[BaseRoute]:
    """To be put before Reflex."""
    return [
        Route(f"/staff/{name}.{kind}", _file(name, kind, found), methods=["GET"])
        for name, found in (("funnel", _of_funnel), ("audience", _of_audience), ("sources", _of_sources))
        for kind in ("csv", "xlsx")
    ]


def _file(name: str, kind: str, found: Found) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            account = await require(request.headers.get("cookie", ""), Role.MARKETER)
        except AccessDenied as denied:
            return turned_away(request, denied)
        now = dtm.datetime.now(dtm.UTC)
        people = await run_in_threadpool(found, warehouse.blocking(), request.query_params, now)
        if people is None:
            return plain.page(request, "studio.people.whose", status=400, way=(f"/studio/{name}", f"studio.nav.{name}"))
        about = f"{name} {people.about}: {len(people.rows)} → {kind}"
        await warehouse.get().run(journal.note, "leads_exported", account.email, now=now, about=about)
        headers = {**crm.PRIVATE, "Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        if kind == "csv":
            lines = iterate_in_threadpool(sheets.table_as_csv(people.columns, people.rows))
            return StreamingResponse(lines, media_type="text/csv", headers=headers)
        return await crm.workbook(people.columns, people.rows, headers)

    return answer


def _reachable(connection: Warehouse, rows: Iterable[list[str]]) -> list[list[str]]:
    """The rows with phone and e-mail after id and name: a list of people is taken away to be worked on."""
    taken = list(rows)
    known = contacts.of(connection, [row[0] for row in taken if row[0]])
    return [[*row[:2], *known.get(row[0], ("", "")), *row[2:]] for row in taken]


def _of_funnel(connection: Warehouse, query: Mapping[str, str], now: dtm.datetime) -> People | None:
    said = funnel_address.chosen(query)
    behind = funnel_address.behind(said)
    if behind is None:
        return None
    rows = funnel.people(connection, funnel_address.wanted(said, now), behind, limit=MOST).rows
    return People(FUNNEL, _reachable(connection, _walked(rows)), said["stage"])


def _walked(rows: Iterable[FunnelPerson]) -> Iterator[list[str]]:
    """Moments in ISO 8601; a visitor who is no lead yet has no id and no name."""
    for row in rows:
        told = (row.lead_id, row.name, row.source, row.partner_id, row.webinar_id)
        yield [*(cell or "" for cell in told), row.at.isoformat()]


def _of_audience(connection: Warehouse, query: Mapping[str, str], now: dtm.datetime) -> People | None:
    said = audience_address.chosen(query)
    behind = audience_address.behind(said)
    if behind is None or not said["session"]:
        return None
    asked = audience_people.Asked(schedule.current(), said["session"], behind, now)
    rows, _total = audience_people.people(connection, asked, limit=MOST)
    return People(AUDIENCE, _reachable(connection, _watched(rows)), said["part"])


def _watched(rows: Iterable[Attendee]) -> Iterator[list[str]]:
    """Positions in the whole seconds that passed on the session's clock; empty: never present, or no verdict yet."""
    for row in rows:
        seconds = (row.watched_seconds, row.joined_at_seconds, row.left_at_seconds)
        yield [
            row.lead_id,
            row.name,
            row.status or "",
            row.outcome or "",
            *("" if one is None else f"{int(one)}" for one in seconds),
            row.session_id,
        ]


def _of_sources(connection: Warehouse, query: Mapping[str, str], now: dtm.datetime) -> People | None:
    said = sources_address.chosen(query)
    wanted = sources_address.credit(said)
    if wanted is None:
        return None
    since, until = funnel_address.period(said, now)
    found = sources.credited(connection, since, min(until, now), wanted, limit=MOST)
    rows = [
        [one.lead_id, one.name, " → ".join(one.path), one.at.isoformat(), f"{one.credit / CREDIT:.2f}"]
        for one in found.rows
    ]
    return People(SOURCES, _reachable(connection, rows), f"{wanted.model} {wanted.conversion}")
