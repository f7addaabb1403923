"""`/alerts`: which signals about their leads a partner wants, one button a kind. Obeyed by the planner, not here."""

import contextlib
import typing
from collections.abc import Collection

from telegram import Update
from telegram.error import TelegramError

from domain.arrival import arrival_key
from domain.dates import Language
from domain.events import AlertKind, Emitter, Fact, PartnerAlertsChanged
from domain.webinars import muted_kinds
from notifier.desk import Context, Desk, answer_query, desk_of
from notifier.messages import Button, labels
from notifier.transport import keyboard_of

KINDS: tuple[AlertKind, ...] = typing.get_args(AlertKind)


async def alerts(update: Update, context: Context) -> None:
    """`/alerts`: every kind with a tick that says whether it is on; who runs the house ticks on the account's page."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    if visitor.staff and not visitor.partners:
        button = Button(labels(visitor.language)["account"], url=f"{desk.site}/account#alerts")
        desk.say(update, visitor, "staff_alerts", buttons=(button,))
        return
    if not visitor.partners:
        desk.say(update, visitor, "not_partner")
        return
    muted = await desk.threads.run(lambda: _muted(desk, visitor.partners[0]))
    desk.say(update, visitor, "partner_alerts", buttons=_buttons(muted, visitor.language))


async def switch(update: Update, context: Context) -> None:
    """A kind's button says what to switch to, so that the same press twice is the same wish."""
    desk, query = desk_of(context), update.callback_query
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    await answer_query(update)
    if not visitor.partners or query is None or query.data is None:
        return
    _, word, wanted = query.data.split(":")
    kind = next(kind for kind in KINDS if kind == word)
    muted = await desk.threads.run(
        lambda: _switch(desk, visitor.partners[0], kind, wanted == "on", f"update:{update.update_id}")
    )
    with contextlib.suppress(TelegramError):  # the buttons are only a picture of the fact
        await query.edit_message_reply_markup(keyboard_of(_buttons(muted, visitor.language)))


def _switch(desk: Desk, partner_id: str, kind: AlertKind, is_on: bool, action_id: str) -> frozenset[AlertKind]:  # noqa: FBT001 - one wish
    event = PartnerAlertsChanged(partner_id=partner_id, kind=kind, is_on=is_on, action_id=action_id)
    desk.state([Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=desk.now())])
    return _muted(desk, partner_id)


def _muted(desk: Desk, partner_id: str) -> frozenset[AlertKind]:
    """From the log, not from the tail: the press before this one may not have come round yet."""
    facts = desk.warehouse.facts_of(names={PartnerAlertsChanged.name})
    own = (fact for fact in facts if fact.properties["partner_id"] == partner_id)
    return muted_kinds(sorted(own, key=arrival_key))


def _buttons(muted: Collection[AlertKind], language: Language) -> list[Button]:
    words = labels(language)
    return [
        Button(
            f"{'☐' if kind in muted else '☑'} {words[f'alert_{kind}']}",
            data=f"alerts:{kind}:{'on' if kind in muted else 'off'}",
        )
        for kind in KINDS
    ]
