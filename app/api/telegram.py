"""The webhook Telegram calls: an update is stored in the spool before it is acknowledged. The notifier handles it."""

import hmac
import json
import logging
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from app.api.bodies import BodyError, read
from warehouse import secrets, spool
from warehouse.interface import VersionConflict, Warehouse, WarehouseError
from warehouse.settings import Settings

MAX_UPDATE_BYTES = 256 * 1024
"""Telegram's updates have a few kilobytes; nobody else has business here."""
HEADER = "X-Telegram-Bot-Api-Secret-Token"

log = logging.getLogger(__name__)


def routes(provider: Callable[[], Warehouse], settings: Settings) -> list[BaseRoute]:
    """The webhook. `provider` gives this process's warehouse; it is asked on every update."""
    expected = spool.webhook_secret(secrets.ensure(settings.home).signing_key).encode()

    async def take(request: Request) -> PlainTextResponse:
        shown = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(shown, expected):
            return PlainTextResponse("This door is Telegram's.\n", status_code=401)
        try:
            update = _parsed(await read(request.stream(), MAX_UPDATE_BYTES))
        except BodyError as error:
            return PlainTextResponse(f"{error}\n", status_code=error.status)
        try:
            await run_in_threadpool(_store, provider(), update)
        except WarehouseError:
            log.exception("A Telegram update was not stored; Telegram will send it again")
            return PlainTextResponse("Not stored: send it again.\n", status_code=503, headers={"Retry-After": "1"})
        return PlainTextResponse("ok\n")

    return [Route(spool.WEBHOOK_PATH, take, methods=["POST"])]


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        update = json.loads(body)
        update_id = update["update_id"]
    except (ValueError, KeyError, TypeError) as error:
        raise BodyError(422, "no_update", "This is no update of the Bot API.") from error
    if type(update_id) is not int or not 0 <= update_id < spool.SYNTHETIC_FROM:
        raise BodyError(422, "no_update", "This is no update of the Bot API.")
    return dict(update)


def _store(warehouse: Warehouse, update: dict[str, Any]) -> None:
    """Into the spool, durably. An update that is there already is the same one, sent again."""
    try:
        warehouse.put(spool.COLLECTION, str(update["update_id"]), update, expect_version=0)
    except VersionConflict:
        log.debug("Telegram sent an update again")
