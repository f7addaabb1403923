"""A browser tab without a browser: one Reflex state tree whose handlers are called as a client would call them."""

import asyncio
import inspect
from typing import Any, TypeVar

import reflex as rx

S = TypeVar("S", bound=rx.State)


class Tab:
    """`cookie` is the Cookie header of the tab's socket; `at` the address it shows."""

    def __init__(self, cookie: str = "", at: str = "/studio") -> None:
        self.root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.cookie = cookie
        self.go(at)

    def go(self, path: str) -> None:
        headers = {"cookie": self.cookie, "origin": "http://localhost:3000", "accept-language": "ru"}
        data = {
            "headers": headers,
            "asPath": path,
            "pathname": path.partition("?")[0],
            "token": "tab",
            "ip": "127.0.0.1",
        }
        before = dict(self.root.router_data)
        self.root.router_data = self.root._update_router_vars(data, before)  # noqa: SLF001 - what an event's arrival does

    def page(self, cls: type[S]) -> S:
        return asyncio.run(self.root.get_state(cls))

    def call(self, cls: type[S], handler: str, *args: Any) -> S:
        async def called() -> S:
            state = await self.root.get_state(cls)
            result = getattr(state, handler)(*args)
            if inspect.isasyncgen(result):
                async for _ in result:  # each step is an update the browser would see
                    pass
            elif inspect.isawaitable(result):
                await result
            return state

        return asyncio.run(called())
