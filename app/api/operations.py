"""Doors for whoever runs the house: is the process alive, is it ready, what does it count."""

import asyncio
import ipaddress
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse

from app.api import metrics
from warehouse.interface import Warehouse, WarehouseError

READY_SECONDS = 3.0


def add_routes(api: FastAPI, provider: Callable[[], Warehouse]) -> None:
    """Add `/healthz`, `/readyz` and `/metrics`."""

    async def health() -> dict[str, Any] | None:
        try:
            return await asyncio.wait_for(run_in_threadpool(lambda: provider().health()), READY_SECONDS)
        except (WarehouseError, TimeoutError):
            return None

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
        return Response(metrics.render(await health()), media_type=metrics.CONTENT_TYPE)

    api.add_api_route("/healthz", healthz, summary="The process is alive", tags=["operations"])
    api.add_api_route("/readyz", readyz, summary="The warehouse answers", tags=["operations"])
    api.add_api_route("/metrics", prometheus, summary="Counters for Prometheus (loopback only)", tags=["operations"])


def _is_local(request: Request) -> bool:
    """From loopback and not through a proxy on this machine: those who come through one carry its mark."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
