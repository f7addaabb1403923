"""Doors for whoever runs the house: is the process alive, is it ready, what does it count."""

import asyncio
import datetime as dtm
import ipaddress
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse

from app.api import metrics
from app.room.halls import halls
from warehouse.copies import newest
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads.condition import condition
from warehouse.settings import Settings

T = TypeVar("T")
READY_SECONDS = 3.0
CONDITION_SECONDS = 8.0
"""Prometheus gives a scrape 10 s."""


def add_routes(api: FastAPI, provider: Callable[[], Warehouse]) -> None:
    """Add `/healthz`, `/readyz` and `/metrics`."""

    async def health() -> dict[str, Any] | None:
        return await _within(READY_SECONDS, lambda: provider().health())

    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def readyz() -> JSONResponse:
        found = await health()
        if found is None:
            reason = "The warehouse does not answer. Is it running? See `efir status`."
            return JSONResponse({"status": "not_ready", "reason": reason}, status_code=503)
        return JSONResponse({"status": "ready", "facts": found.get("facts"), "last_seq": found.get("last_seq")})

    async def prometheus(request: Request) -> Response:
        if not _is_local(request):
            return PlainTextResponse("Metrics are for this machine only: scrape them over loopback.\n", status_code=403)
        now = dtm.datetime.now(dtm.UTC)
        stands, found = await asyncio.gather(_within(CONDITION_SECONDS, lambda: condition(provider(), now)), health())
        copy = await run_in_threadpool(newest, Settings())
        page = metrics.render(found, stands, copy, halls.attendance())
        return Response(page, media_type=metrics.CONTENT_TYPE)

    api.add_api_route("/healthz", healthz, summary="The process is alive", tags=["operations"])
    api.add_api_route("/readyz", readyz, summary="The warehouse answers", tags=["operations"])
    api.add_api_route("/metrics", prometheus, summary="Counters for Prometheus (loopback only)", tags=["operations"])


async def _within(seconds: float, ask: Callable[[], T]) -> T | None:
    """The warehouse's answer; None if it has none in time."""
    try:
        return await asyncio.wait_for(run_in_threadpool(ask), seconds)
    except (WarehouseError, TimeoutError):
        return None


def _is_local(request: Request) -> bool:
    """From loopback and not through a proxy on this machine: those who come through one carry its mark."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
