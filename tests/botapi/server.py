"""The HTTP side: Bot API methods on an ephemeral port in a thread. Tests hold a `BotApi` and act as users with it."""

import asyncio
import json
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.botapi.checks import complaint
from tests.botapi.protocol import TearableProtocol, tear
from tests.botapi.telegram_state import BOT, Call, Mischief, Order, Telegram
from tests.patience import PATIENCE_SECONDS

TOKEN = "4200000001:TEST-token-of-a-bot-that-does-not-exist"
_REFUSALS: dict[str, tuple[int, str]] = {
    "too_many_requests_bare": (429, "Too Many Requests: retry later"),
    "forbidden": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "chat_not_found": (400, "Bad Request: chat not found"),
    "bad_request": (400, "Bad Request: message can't be sent"),
    "unauthorized": (401, "Unauthorized"),
    "error_before_delivery": (500, "Internal Server Error"),
}


class BotApi:
    """A Bot API server. `with BotApi() as api:` serves on `api.url`; `api.base_url` is what PTB wants."""

    def __init__(self, port: int = 0, extra_routes: list[Route] | None = None) -> None:
        self.telegram = Telegram()
        self.token = TOKEN
        """The token that is valid now; BotFather may rotate it."""
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._news: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        route = Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"])
        app = Starlette(routes=[*(extra_routes or []), route])
        self.server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=TearableProtocol,
                ws="none",
                lifespan="off",
                log_level="critical",
                loop="asyncio",
                timeout_keep_alive=60,  # as Telegram: longer than our client keeps an idle connection, which is 5 s
            )
        )
        self._thread = threading.Thread(target=self._serve, name="botapi", daemon=True)

    @property
    def url(self) -> str:
        """Address of the server, for TELEGRAM_API_BASE_URL."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        while not self.server.started:
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.should_exit = self.server.force_exit = True
        self._wake()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        self.server.run(sockets=[self._socket])

    # What a test does ------------------------------------------------------------------------------------------

    def misbehave(
        self,
        kind: Mischief,
        *,
        times: int = 1,
        method: str = "sendMessage",
        chat_id: int | None = None,
        seconds: float = 1.0,
    ) -> None:
        """Order mischief for the next calls."""
        with self.lock:
            self.telegram.orders.append(Order(kind, method, times, chat_id, seconds))

    def user_sends(self, text: str, *, chat_id: int = 1001, name: str = "Guest", language: str = "ru") -> int:
        """A person writes to the bot; returns the update id."""
        command = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
        entities = [command] if text.startswith("/") else []
        message = {**_message(chat_id, name, language), "text": text, "entities": entities}
        return self._push("message", message)

    def user_presses(self, data: str, *, chat_id: int = 1001, name: str = "Guest") -> int:
        """A person presses a button with callback data."""
        query = {
            "id": "77",
            "from": _person(chat_id, name, "ru"),
            "chat_instance": "1",
            "data": data,
            "message": {**_message(chat_id, name, "ru"), "from": BOT, "text": "…"},
        }
        return self._push("callback_query", query)

    def user_shares_contact(
        self, phone: str, *, chat_id: int = 1001, name: str = "Guest", owner: int | None = None
    ) -> int:
        """A person presses the contact button (or, with another `owner`, forwards somebody's card)."""
        contact = {"phone_number": phone, "first_name": name, "user_id": chat_id if owner is None else owner}
        return self._push("message", {**_message(chat_id, name, "ru"), "contact": contact})

    def user_blocks(self, *, chat_id: int = 1001) -> int:
        """A person blocks the bot: Telegram tells it and refuses its messages from now on."""
        with self.lock:
            self.telegram.blocked.add(chat_id)
        return self._push("my_chat_member", _membership(chat_id, "member", "kicked"))

    def user_unblocks(self, *, chat_id: int = 1001) -> int:
        """A person comes back."""
        with self.lock:
            self.telegram.blocked.discard(chat_id)
        return self._push("my_chat_member", _membership(chat_id, "kicked", "member"))

    def calls(self, method: str | None = None) -> list[Call]:
        """Calls so far, oldest first."""
        with self.lock:
            return [call for call in self.telegram.calls if method in {None, call.method}]

    def messages(self, chat_id: int | None = None) -> list[dict[str, Any]]:
        """What stands on the recipients' screens."""
        with self.lock:
            return [m for m in self.telegram.messages if chat_id in {None, m["chat"]["id"]}]

    def wait_for_calls(self, count: int, method: str = "sendMessage", seconds: float = PATIENCE_SECONDS) -> list[Call]:
        """Block until so many calls came (or time is up); returns them."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.calls(method)) >= count, seconds)
            return self.calls(method)

    def wait_for_messages(
        self, count: int, chat_id: int | None = None, seconds: float = PATIENCE_SECONDS
    ) -> list[dict[str, Any]]:
        """Block until so many messages were delivered (or time is up); returns them."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.messages(chat_id)) >= count, seconds)
            return self.messages(chat_id)

    def _push(self, kind: str, body: dict[str, Any]) -> int:
        with self.lock:
            update_id = self.telegram.push(kind, body)
        self._wake()
        return update_id

    def _wake(self) -> None:
        if self._loop is not None and self._news is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    # What Telegram does ----------------------------------------------------------------------------------------

    async def _answer(self, request: Request) -> Response:
        method, params = request.path_params["method"], await _parameters(request)
        if request.path_params["token"] != self.token:
            return self._refuse(method, params, 401, "Unauthorized")
        with self.lock:
            order = self.telegram.order_for(method, _chat(params))
        if order is not None and order.kind == "slow":
            await asyncio.sleep(order.seconds)
            order = None
        refusal = self._mischief(request, method, params, order) if order else None
        if refusal is not None:
            return refusal
        if method in {"sendMessage", "sendPhoto"}:
            return await self._send_message(request, method, params, order)
        if method == "getUpdates":
            return await self._get_updates(params, order)
        self._record(method, params, 200)
        return JSONResponse({"ok": True, "result": BOT if method == "getMe" else True})

    def _mischief(self, request: Request, method: str, params: dict[str, Any], order: Order) -> Response | None:
        """The answer of mischief that comes before any delivery; None: it comes later."""
        if order.kind in _REFUSALS:
            return self._refuse(method, params, *_REFUSALS[order.kind])
        if order.kind == "too_many_requests":
            again = int(order.seconds)
            text = f"Too Many Requests: retry after {again}"
            return self._refuse(method, params, 429, text, parameters={"retry_after": again})
        if order.kind == "reset_before_delivery":
            self._record(method, params, 0)
            tear(request.scope["client"])
            return Response()
        return None

    async def _send_message(
        self, request: Request, method: str, params: dict[str, Any], order: Order | None
    ) -> Response:
        chat_id = _chat(params)
        objection = complaint(params)
        if chat_id is None or objection:
            return self._refuse(method, params, 400, objection or "Bad Request: chat_id is empty")
        if chat_id in self.telegram.blocked:
            return self._refuse(method, params, *_REFUSALS["forbidden"])
        with self._changed:
            message = self.telegram.deliver(chat_id, params)
            status = 200 if order is None else {"error_after_delivery": 502}.get(order.kind, 0)
            self._record(method, params, status, delivered=True)
        if order is None:
            return JSONResponse({"ok": True, "result": message})
        if order.kind == "hang_after_delivery":
            await asyncio.sleep(order.seconds)
        if order.kind == "error_after_delivery":
            return Response("<html>Bad Gateway</html>", status_code=502)
        if order.kind == "garbage_after_delivery":
            return Response("{not json", status_code=200)
        tear(request.scope["client"])
        return Response()

    async def _get_updates(self, params: dict[str, Any], order: Order | None) -> Response:
        self._loop = asyncio.get_running_loop()
        self._news = self._news or asyncio.Event()
        offset = int(params["offset"]) if params.get("offset") else None
        deadline = time.monotonic() + float(params.get("timeout") or 0)
        while True:
            self._news.clear()
            with self.lock:
                found = self.telegram.waiting(offset, int(params.get("limit") or 100))
                if order is not None and order.kind == "duplicate_updates" and self.telegram.acknowledged:
                    found = [*self.telegram.acknowledged[-3:], *found]
            remaining = deadline - time.monotonic()
            if found or remaining <= 0 or self.server.should_exit:
                break
            try:
                await asyncio.wait_for(self._news.wait(), remaining)
            except TimeoutError:
                continue
        self._record("getUpdates", params, 200)
        return JSONResponse({"ok": True, "result": found})

    def _refuse(self, method: str, params: dict[str, Any], status: int, text: str, **more: Any) -> Response:
        self._record(method, params, status)
        return JSONResponse({"ok": False, "error_code": status, "description": text, **more}, status_code=status)

    def _record(self, method: str, params: dict[str, Any], status: int, *, delivered: bool = False) -> None:
        with self._changed:
            self.telegram.record(method, params, status, delivered=delivered)
            self._changed.notify_all()


async def _parameters(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            return {name: value if isinstance(value, str) else await value.read() for name, value in form.items()}
    body = (await request.body()).decode()
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(body or "{}"))
    return dict(parse_qsl(body, keep_blank_values=True)) | dict(request.query_params)


def _chat(params: dict[str, Any]) -> int | None:
    return int(params["chat_id"]) if params.get("chat_id") else None


def _person(chat_id: int, name: str, language: str) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": name, "language_code": language}


def _message(chat_id: int, name: str, language: str) -> dict[str, Any]:
    return {
        "message_id": int(time.monotonic() * 1000) % 1_000_000_000,
        "date": int(time.time()),
        "chat": {"id": chat_id, "type": "private", "first_name": name},
        "from": _person(chat_id, name, language),
    }


def _membership(chat_id: int, old: str, new: str) -> dict[str, Any]:
    def status(word: str) -> dict[str, Any]:
        return {"user": BOT, "status": word, **({"until_date": 0} if word == "kicked" else {})}

    message = _message(chat_id, "Guest", "ru")
    return {
        "chat": message["chat"],
        "from": message["from"],
        "date": message["date"],
        "old_chat_member": status(old),
        "new_chat_member": status(new),
    }
