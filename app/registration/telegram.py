"""The dry-run START screen `/telegram/<token>`: what Telegram would show, while no bot token is set.

Pressing START puts the update a real bot would receive into the notifier's spool. No link is made here.
"""

import datetime as dtm
import hashlib
import logging
import secrets
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.shared import telegram, warehouse
from app.shared.layout import page
from app.shared.route import Route
from app.shared.visitor import Visitor
from warehouse.interface import WarehouseError
from warehouse.spool import COLLECTION as SPOOL
from warehouse.spool import SYNTHETIC_FROM

logger = logging.getLogger(__name__)

FIRST_DRY_UPDATE = SYNTHETIC_FROM
"""Real update ids are far below; the notifier tells them apart by this."""
MAX_TOKEN = 64


class StartScreen(Visitor):
    """Somebody about to press START."""

    status: str = "ready"
    """ready, pressed or failed."""

    @rx.event
    async def opened(self) -> EventSpec | None:
        """Show the screen; where a real bot is connected by now, go on to it."""
        self._greet()
        self.status = "ready"
        try:
            bot = await telegram.bot(warehouse.get())
        except WarehouseError:
            return None
        if not bot.is_dry_run:
            self.status = "failed"
        url = bot.start_url(self._token())
        return rx.redirect(url) if url else None

    @rx.event
    async def press(self) -> None:
        """Do what Telegram does: send `/start <token>` to the bot. A second press changes nothing."""
        token = self._token()
        if self.status == "pressed" or not token or len(token) > MAX_TOKEN:
            return
        update = start_update(token, self.lang, now=dtm.datetime.now(dtm.UTC))
        try:
            if not (await telegram.bot(warehouse.get())).is_dry_run:  # invented people never meet a real bot
                self.status = "failed"
                return
            await warehouse.get().put(SPOOL, str(update["update_id"]), update)
        except WarehouseError:
            logger.exception("A dry-run START was not stored")
            self.status = "failed"
            return
        self.status = "pressed"

    def _token(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]


def start_update(token: str, language: str, *, now: dtm.datetime) -> dict[str, Any]:
    """The update a Bot API server would hand out. The same token always comes from the same invented chat."""
    chat_id = FIRST_DRY_UPDATE + int.from_bytes(hashlib.sha256(token.encode()).digest()[:5])
    return {
        "update_id": FIRST_DRY_UPDATE + secrets.randbelow(10**12),
        "message": {
            "message_id": 1,
            "date": int(now.timestamp()),
            "chat": {"id": chat_id, "type": "private", "first_name": "Dry run"},
            "from": {"id": chat_id, "is_bot": False, "first_name": "Dry run", "language_code": language},
            "text": f"/start {token}",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
    }


def view() -> rx.Component:
    """A bot's empty chat with its START button."""
    t = Visitor.t
    return page(
        rx.el.p(t["telegram.dry_run"], class_name="dry-run", role="note"),
        rx.el.section(
            rx.el.header(
                rx.el.span("Э", class_name="bot-face", aria_hidden="true"),
                rx.el.div(
                    rx.el.h1(t["telegram.bot"], class_name="bot-name"), rx.el.p(t["telegram.kind"], class_name="faint")
                ),
                class_name="bot-head",
            ),
            rx.el.div(
                rx.el.div(
                    rx.el.strong(t["telegram.what"]),
                    rx.el.p(t["telegram.about"]),
                    class_name="bot-bubble",
                ),
                rx.cond(
                    StartScreen.status == "pressed",
                    rx.fragment(
                        rx.el.div("/start", class_name="bot-bubble bot-bubble-mine"),
                        rx.el.div(t["telegram.pressed"], class_name="bot-bubble", role="status", id="telegram-pressed"),
                    ),
                ),
                rx.cond(
                    StartScreen.status == "failed",
                    rx.el.div(t["telegram.failed"], class_name="bot-bubble error", role="alert"),
                ),
                class_name="bot-chat",
            ),
            rx.el.button(
                rx.cond(StartScreen.status == "pressed", t["telegram.started"], t["telegram.start"]),
                type="button",
                id="telegram-start",
                on_click=StartScreen.press,
                disabled=StartScreen.status == "pressed",
                class_name="bot-start",
            ),
            class_name="bot",
        ),
        name="telegram",
    )


PAGES = [Route("/telegram/[token]", view, title="title.telegram", on_load=StartScreen.opened)]
