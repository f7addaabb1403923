"""The way out: PTB's Bot over the network or, in a dry run, a request that answers itself. A message → an outcome."""

import html
import itertools
import json
import time
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from notifier.messages import Button, Rendered
from notifier.outcomes import Outcome, classify
from notifier.settings import Settings
from warehouse.spool import SYNTHETIC_FROM

TransportName = Literal["telegram", "dry_run"]
_DRY_TOKEN = "0:dry-run"  # noqa: S105 - PTB wants something of this shape; it opens nothing
_DRY_NAME = "efir_dry_run_bot"
_SEND_CONNECTIONS = 256


class DryRunRequest(BaseRequest):
    """Answers as the Bot API would, without a network: everything above it is the same code as in production."""

    def __init__(self) -> None:
        self._message_ids = itertools.count(int(time.time() * 1000))

    @property
    def read_timeout(self) -> float | None:
        """There is nothing to wait for."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """What Telegram would answer to a request that pleases it."""
        del method
        call = url.rpartition("/")[2]
        parameters = request_data.parameters if request_data else {}
        return 200, json.dumps({"ok": True, "result": self._result(call, parameters)}).encode()

    def _result(self, call: str, parameters: dict[str, Any]) -> Any:
        if call == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Efir (dry run)", "username": _DRY_NAME}
        if call in {"sendMessage", "sendPhoto"}:
            chat = {"id": int(parameters["chat_id"]), "type": "private"}
            return {"message_id": next(self._message_ids), "date": int(time.time()), "chat": chat, "text": ""}
        return [] if call == "getUpdates" else True


def bot_of(settings: Settings) -> ExtBot[None]:
    """The bot of these settings; no request is made yet."""
    if settings.is_dry_run:
        request = DryRunRequest()
        return ExtBot(_DRY_TOKEN, request=request, get_updates_request=request)
    seconds = settings.telegram_read_seconds
    return ExtBot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_base_url.rstrip('/')}/bot",
        base_file_url=f"{settings.telegram_api_base_url.rstrip('/')}/file/bot",
        request=HTTPXRequest(connection_pool_size=_SEND_CONNECTIONS, read_timeout=seconds),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=seconds),
    )


class Transport:
    """Sends one rendered message and says what became of it; never raises for Telegram's sake, never retries."""

    def __init__(self, bot: ExtBot[None], name: TransportName) -> None:
        self.bot = bot
        self.name = name

    async def send(self, chat: str, message: Rendered) -> Outcome:
        """One call. Cancelling it leaves the outcome unknown."""
        if self.name == "telegram" and int(chat) >= SYNTHETIC_FROM:
            return Outcome(
                "channel_gone", "chat_not_found", "The chat was linked in a dry run; /start links a real one."
            )
        try:
            sent = await (self._photo if message.photo else self._text)(int(chat), message)
        except TelegramError as error:
            return classify(error)
        except Exception as error:  # noqa: BLE001 - the call was begun: anything unforeseen is an unknown outcome
            return classify(error)
        return Outcome("sent", message_id=str(sent.message_id))

    async def _text(self, chat: int, message: Rendered) -> Message:
        links, _ = _split(message.buttons)
        return await self.bot.send_message(
            chat_id=chat,
            text=message.text if self.name == "dry_run" else message.text + links,
            parse_mode="HTML",
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_markup(message),
        )

    async def _photo(self, chat: int, message: Rendered) -> Message:
        picture = InputFile(message.photo, filename="efir.png")
        return await self.bot.send_photo(chat_id=chat, photo=picture, caption=message.text, parse_mode="HTML")


def keyboard_of(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram takes them."""
    return _split(tuple(buttons))[1]


def _markup(message: Rendered) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    if message.keyboard == "contact":
        share = KeyboardButton(message.ask, request_contact=True)
        return ReplyKeyboardMarkup([[share]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if message.keyboard == "remove" else keyboard_of(message.buttons)


def _split(buttons: tuple[Button, ...]) -> tuple[str, InlineKeyboardMarkup | None]:
    """Telegram refuses buttons to addresses without a dot (localhost): those become lines of the text."""
    lines, rows = [], []
    for button in buttons:
        if button.url and "." not in (urlsplit(button.url).hostname or ""):
            lines.append(f"\n{html.escape(button.text)}: {html.escape(button.url)}")
        else:
            rows.append([InlineKeyboardButton(button.text, url=button.url or None, callback_data=button.data or None)])
    return ("\n" + "".join(lines) if lines else ""), (InlineKeyboardMarkup(rows) if rows else None)
