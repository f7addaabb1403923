"""What handlers work with: who is behind a chat, in which language, and how an answer gets out through the lanes."""

import contextlib
import datetime as dtm
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from telegram import Update, User
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from domain.dates import Language
from domain.events import Fact
from domain.staff_alerts import is_staff
from notifier.delivery import Delivery
from notifier.messages import Button, Keyboard, Rendered, fill, labels
from notifier.particulars import LANGUAGE_CHOICES, lead_of
from notifier.pending import Reply
from notifier.programme import Programme
from notifier.threads import Threads
from notifier.transport import TransportName
from warehouse.interface import Personal, PersonalRow, Warehouse, WarehouseError

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]
KEY = "desk"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who writes: their chat, the leads, partners and people of the house it belongs to, the language to answer in."""

    chat: str
    leads: tuple[str, ...]
    partners: tuple[str, ...]
    language: Language
    staff: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """The chat belongs to somebody."""
        return bool(self.leads or self.partners or self.staff)

    @property
    def subject(self) -> str:
        """Under whom an answer's text is kept."""
        return next(iter((*self.leads, *self.partners, *self.staff)), f"telegram:{self.chat}")


@dataclass(slots=True)
class Desk:
    """One per process. Its blocking methods (all but `run` and `say`) belong into `run`."""

    warehouse: Warehouse
    threads: Threads
    programme: Programme
    delivery: Delivery
    transport: TransportName
    site: str
    now: Callable[[], dtm.datetime]
    signing_key: str = field(default="", repr=False)
    """The house's own secret: partners' links are signed with it."""
    bot_username: str = ""
    failure: Exception | None = None
    """What the handler of the current update stumbled over; read by the inbox."""
    unanswered: dict[int, int] = field(default_factory=dict)
    """Answers under way by update id."""
    on_answered: Callable[[int], None] = lambda _: None

    def visitor(self, update: Update) -> Visitor:
        """Who sent this update."""
        chat = str(update.effective_chat.id if update.effective_chat else 0)
        subjects = self.warehouse.find_people(Personal.TELEGRAM_CHAT_ID, chat)
        partners = tuple(subject for subject in subjects if subject in self.programme.schedule.partners)
        staff = tuple(subject for subject in subjects if is_staff(subject))
        leads = tuple(subject for subject in subjects if subject not in {*partners, *staff})
        return Visitor(chat, leads, partners, self._language(chat, leads, partners, update.effective_user), staff)

    def state(self, facts: Sequence[Fact], personal: Sequence[PersonalRow] = ()) -> None:
        """Append facts that follow from an update. Handled twice, an update changes nothing: the first fact stays.

        Raises WarehouseError.
        """
        receipts = self.warehouse.append(facts, personal=personal, quarantine=False)
        if refused := [receipt for receipt in receipts if receipt.status == "rejected"]:
            raise WarehouseError(f"{refused[0].code}: {refused[0].message}")

    def say(
        self,
        update: Update,
        visitor: Visitor,
        template: str,
        *,
        buttons: Sequence[Button] = (),
        keyboard: Keyboard = "",
        photo: bytes = b"",
        **values: Any,
    ) -> None:
        """Answer with a text of `texts/<language>/reply_<template>.j2`, through the lanes."""
        text = fill(f"reply_{template}", visitor.language, **values)
        ask = labels(visitor.language)["share_contact"] if keyboard == "contact" else ""
        message = Rendered(text, tuple(buttons), keyboard=keyboard, ask=ask, photo=photo)
        update_id = update.update_id
        self.unanswered[update_id] = self.unanswered.get(update_id, 0) + 1
        ref = f"reply:{update_id}"
        self.delivery.answer(visitor.chat, Reply(message, visitor.subject, ref, lambda: self._answered(update_id)))

    def _answered(self, update_id: int) -> None:
        self.unanswered[update_id] -= 1
        if not self.unanswered[update_id]:
            del self.unanswered[update_id]
            self.on_answered(update_id)

    def _language(self, chat: str, leads: Sequence[str], partners: Sequence[str], user: User | None) -> Language:
        if leads:
            return lead_of(self.warehouse, leads[-1], self.programme.families).language
        if partners:
            return self.programme.schedule.partners[partners[-1]].language
        chosen = self.warehouse.get(LANGUAGE_CHOICES, f"telegram:{chat}")
        spoken = chosen.body["language"] if chosen else (user.language_code if user else None) or ""
        return "en" if spoken.startswith("en") else "ru"


async def answer_query(update: Update, text: str = "") -> None:
    """Stop the button's spinner, with a word if there is one; if Telegram has no time for it, nothing is lost."""
    if update.callback_query:
        with contextlib.suppress(TelegramError):
            await update.callback_query.answer(text or None)


def desk_of(context: Context) -> Desk:
    """The desk of the running application."""
    return cast("Desk", context.bot_data[KEY])
