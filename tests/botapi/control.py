"""Control routes for a Bot API server in its own process: other tests act as users over HTTP (`/control/...`)."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.botapi.server import BotApi


def routes(api: Callable[[], BotApi]) -> list[Route]:
    """POST a JSON object of the method's keyword arguments; GET for what was seen.

    POST `user_sends {text, chat_id?, name?, language?}`, `user_presses {data, chat_id?}`, `user_blocks {chat_id?}`,
    `user_unblocks {chat_id?}`, `misbehave {kind, times?, method?, chat_id?, seconds?}`, `wait_for_messages {count,
    chat_id?, seconds?}`, `wait_for_calls {count, method?, seconds?}`; GET `calls`, `messages?chat_id=`.
    """

    def act(name: str) -> Callable[[Request], Any]:
        async def handler(request: Request) -> Response:
            arguments = dict(await request.json())
            try:
                result = await asyncio.to_thread(getattr(api(), name), **arguments)
            except TypeError as error:
                return JSONResponse({"error": str(error)}, status_code=400)
            return JSONResponse({"result": [vars(call) for call in result] if name == "wait_for_calls" else result})

        return handler

    async def calls(_: Request) -> Response:
        return JSONResponse({"result": api().telegram.call_dicts()})

    async def messages(request: Request) -> Response:
        chat = request.query_params.get("chat_id")
        return JSONResponse({"result": api().messages(int(chat) if chat else None)})

    names = (
        "user_sends",
        "user_presses",
        "user_blocks",
        "user_unblocks",
        "misbehave",
        "wait_for_messages",
        "wait_for_calls",
    )
    return [
        *(Route(f"/control/{name}", act(name), methods=["POST"]) for name in names),
        Route("/control/calls", calls),
        Route("/control/messages", messages),
    ]
