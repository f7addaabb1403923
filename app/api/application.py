"""Composition of the machines' doors: routes, limits and the answers' shape. Rules about items live in `collect`."""

import datetime as dtm
import logging
import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response, Security
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from app.api import bodies, collect, manual, metrics, operations
from app.api.answers import Answer, answer, refusal, retry_after
from app.api.limits import Buckets
from app.shared import theme
from app.shared.address import address_of
from app.shared.language import language_of
from warehouse import emitter_keys as keys
from warehouse.interface import Warehouse, WarehouseError

PATHS = ("/api/v1/events", "/api/v1/openapi.json", "/api/docs", "/healthz", "/readyz", "/metrics")
"""What `application()` answers; everything else is somebody else's."""

KEY_SECONDS = 5.0
"""How long a key read from the registry is believed: a revoked key stops working after this long."""

log = logging.getLogger(__name__)
Provider = Callable[[], Warehouse]


class Door:
    """The collect API of one process: its limits and the keys it has read lately."""

    def __init__(
        self,
        provider: Provider,
        *,
        items: Buckets | None = None,
        strangers: Buckets | None = None,
        trusted_hops: int = 0,
    ) -> None:
        """`items` limits events a key, `strangers` limits requests without a valid key an address.

        `trusted_hops` is how many proxies of ours stand in front.
        """
        self.provider = provider
        self.trusted_hops = trusted_hops
        self.items = items or Buckets(per_second=2_000, burst=10_000)
        self.strangers = strangers or Buckets(per_second=0.5, burst=30)
        self._keys: dict[str, tuple[keys.EmitterKey, float]] = {}

    async def post(self, request: Request) -> Response:
        """Take one request: authenticate, limit, take apart, store, answer."""
        try:
            key = await self._authenticated(request)
            self._limited(self.items, key.name, 1)
            body = bodies.take_apart(request.headers, await bodies.read(request.stream(), bodies.MAX_BODY_BYTES))
            self._limited(self.items, key.name, len(body.items) - 1)
            with metrics.SECONDS.time():
                results = await run_in_threadpool(
                    collect.collect, self.provider(), key, body.items, dtm.datetime.now(dtm.UTC)
                )
        except Refused as error:
            return refusal(error.status, error.code, str(error), retry_after(error.wait))
        except bodies.BodyError as error:
            return refusal(error.status, error.code, str(error))
        except WarehouseError:
            log.exception("The warehouse did not take a collect request")
            message = "The warehouse does not answer; nothing of this request is acknowledged. Send it again."
            return refusal(503, "warehouse_unavailable", message, retry_after(1))
        return answer(results, is_batch=body.is_batch)

    async def _authenticated(self, request: Request) -> keys.EmitterKey:
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        shown = bearer.strip() if scheme.lower() == "bearer" else ""
        address = address_of(request, self.trusted_hops)
        # A key never seen counts as a stranger's until the registry knows it: guessing must not cost the warehouse.
        is_stranger = keys.fingerprint(shown) not in self._keys
        if is_stranger:
            self._limited(self.strangers, address, 1)
        found = await self._key(shown) if shown else None
        if found and is_stranger:
            self.strangers.give_back(address)
        if found is None:
            message = "Send `Authorization: Bearer <emitter key>`; an administrator makes one with `efir emitter add`."
            raise Refused(401, "unknown_key", message)
        return found

    async def _key(self, bearer: str) -> keys.EmitterKey | None:
        known, until = self._keys.get(keys.fingerprint(bearer), (None, 0.0))
        if known and time.monotonic() < until:
            return known
        found = await run_in_threadpool(keys.find, self.provider(), bearer)
        if found:
            self._keys[keys.fingerprint(bearer)] = (found, time.monotonic() + KEY_SECONDS)
        else:
            self._keys.pop(keys.fingerprint(bearer), None)
        return found

    def _limited(self, buckets: Buckets, name: str, cost: int) -> None:
        wait = buckets.take(name, time.monotonic(), cost)
        if wait:
            raise Refused(429, "too_many", f"Too many at once: wait {wait:.1f} s and send it again.", wait)


class Refused(RuntimeError):  # noqa: N818 - reads as what happened
    """A request that gets no further. `wait` is how many seconds to stay away."""

    def __init__(self, status: int, code: str, message: str, wait: float = 0) -> None:
        """Keep the answer's parts."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.wait = wait


def application(provider: Provider, door: Door | None = None) -> FastAPI:
    """The ASGI app for `PATHS`. `provider` gives this process's warehouse; it is asked on every request."""
    door = door or Door(provider)
    api = FastAPI(
        title="Efir collect API", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json"
    )
    api.add_api_route(
        "/api/v1/events",
        door.post,
        methods=["POST"],
        summary="Append facts",
        description=manual.POST_DESCRIPTION,
        response_model=Answer,
        responses=manual.responses(),
        dependencies=[Security(HTTPBearer(scheme_name="emitter_key", auto_error=False))],  # described; `Door` reads it
        openapi_extra=manual.request_body(),
        tags=["collect"],
    )
    api.add_api_route("/api/docs", _page(api), response_class=HTMLResponse, include_in_schema=False)
    operations.add_routes(api, provider)
    return api


def routes(provider: Provider) -> list[BaseRoute]:
    """The same as routes, for a router that has others too."""
    api = application(provider)
    return [Route(path, endpoint=api) for path in PATHS]


def _page(api: FastAPI) -> Callable[[Request], Awaitable[HTMLResponse]]:
    async def page(request: Request) -> HTMLResponse:
        html = manual.page(api.openapi(), language=language_of(request), worn=theme.attribute(request.cookies))
        return HTMLResponse(html)

    return page
