"""A webinar's script as a file, over plain HTTP: taken in as a new version, handed out as CSV. For hosts."""

import csv
import datetime as dtm
import io
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.access.guard import AccessDenied, require, turned_away
from app.access.origin import is_own
from app.access.roles import Role
from app.settings import Settings
from app.shared import plain, schedule
from app.studio import script_versions
from app.studio.forms import Complaints
from app.studio.handouts import no_webinar
from domain.cells import guarded
from domain.events import ScriptEntry
from domain.script_files import COLUMNS, Taken, Unreadable, read, row_of
from warehouse.interface import WarehouseError

MOST_BYTES = 20 * 1024 * 1024
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def routes(settings: Settings) -> list[BaseRoute]:
    """To be put before Reflex."""
    return [
        Route("/staff/webinars/{webinar_id}/script.csv", _hand_out, methods=["GET"]),
        Route("/staff/webinars/{webinar_id}/script", partial(_take_in, settings=settings), methods=["POST"]),
    ]


async def _hand_out(request: Request) -> Response:
    """The newest version, or the one asked for."""
    try:
        await require(request.headers.get("cookie", ""), Role.HOST)
    except AccessDenied as denied:
        return turned_away(request, denied)
    webinar = (await schedule.refresh()).webinars.get(request.path_params["webinar_id"])
    if webinar is None:
        return no_webinar(request)
    asked = request.query_params.get("revision", "")
    try:
        script = await script_versions.current(webinar, int(asked) if asked.isdecimal() else None)
    except WarehouseError:
        return plain.page(request, "link.away", status=503)
    out = io.StringIO()
    rows = ([guarded(cell) for cell in row_of(entry)] for entry in script.entries)
    csv.writer(out).writerows([list(COLUMNS), *rows])
    name = f"script-{webinar.slug}-{script.revision}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    data = out.getvalue().encode("utf-8-sig")
    return Response(data, media_type="text/csv", headers={**PRIVATE, **disposition})


async def _take_in(request: Request, *, settings: Settings) -> Response:
    """The file is the body; `mode` says whether it replaces the script or is added to it.

    Answers `{taken, revision, bad: [{row, code, cells}]}`, or `{error}` and changes nothing.
    """
    if not is_own(request, settings.origins):
        return _refused("foreign_origin", 403)
    try:
        account = await require(request.headers.get("cookie", ""), Role.HOST)
        taken = await run_in_threadpool(read, await _body(request))
        revision = await _keep(request, taken, account.email)
    except AccessDenied as denied:
        return _refused("no_host", 403 if denied.account else 401)
    except Unreadable as refused:
        return _refused(refused.code, 422)
    except Complaints as found:
        return _refused(next(iter(found.fields.values())), 409)
    except WarehouseError:
        return _refused("away", 503)
    bad = [{"row": row.number, "code": row.code, "cells": [guarded(cell) for cell in row.cells]} for row in taken.bad]
    return JSONResponse({"taken": len(taken.entries), "revision": revision, "bad": bad}, headers=PRIVATE)


async def _keep(request: Request, taken: Taken, by: str) -> int | None:
    """Save what was read as a new version; nothing when nothing was."""
    webinar = (await schedule.refresh()).webinars.get(request.path_params["webinar_id"])
    if webinar is None:
        raise Unreadable("unknown_webinar")
    if not taken.entries:
        return None
    base = await script_versions.current(webinar)
    entries = taken.entries
    if request.query_params.get("mode") == "add":
        entries = (*base.entries, *_renamed(entries, base.entries, base.revision + 1))
    origin = f"file:{request.query_params.get('name', '')[:80]}"
    now = dtm.datetime.now(dtm.UTC)
    return await script_versions.save(webinar, entries, base=base, origin=origin, by=by, now=now)


def _renamed(fresh: Sequence[ScriptEntry], known: Sequence[ScriptEntry], revision: int) -> Iterator[ScriptEntry]:
    """Added entries whose ids are taken get ids of their own, and so do the pins that speak of them."""
    taken = {entry.entry_id for entry in known}
    names = {entry.entry_id: f"{entry.entry_id}-{revision}" for entry in fresh if entry.entry_id in taken}
    for entry in fresh:
        target = names.get(entry.target or "", entry.target) if entry.kind == "pin" else entry.target
        yield entry.model_copy(update={"entry_id": names.get(entry.entry_id, entry.entry_id), "target": target})


async def _body(request: Request) -> bytes:
    """The file. Raises Unreadable when it is too big."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MOST_BYTES:
            raise Unreadable("too_big")
    return bytes(data)


def _refused(code: str, status: int) -> Response:
    body: dict[str, Any] = {"error": code}
    return JSONResponse(body, status_code=status, headers=PRIVATE)
