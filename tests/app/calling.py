"""Calls an ASGI app in this process over real HTTP messages, without a port: a small synchronous face of httpx."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class Caller:
    """One visitor: keeps cookies between calls like a browser, follows no redirect by itself."""

    def __init__(self, app: ASGIApp, *, address: str = "127.0.0.1", base: str = "http://localhost:3000") -> None:
        self.cookies = httpx.Cookies()
        self._app = app
        self._address = address
        self._base = base

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return self.request("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> httpx.Response:
        return self.request("POST", path, **rest)

    def request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        return asyncio.run(self._request(method, path, **rest))

    async def _request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=(self._address, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=self._base, cookies=self.cookies) as client:
            answer = await client.request(method, path, **rest)
            self.cookies = client.cookies
            return answer
