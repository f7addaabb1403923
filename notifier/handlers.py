"""Commands everybody may use. A handler is thin: who is it, what follows (`linking`), which text to say."""

from dataclasses import replace
from typing import Literal

from telegram import ChatMember, Update

from domain.dates import Language, moment_in_words, zone_of
from notifier import arriving, linking
from notifier.booking_handlers import say_with_sessions
from notifier.desk import Context, Desk, Visitor, answer_query, desk_of
from notifier.messages import Button, labels
from notifier.particulars import coming_sessions, lead_of, me_url, room_url, title_of

_MAX_LISTED = 5


async def start(update: Update, context: Context) -> None:
    """`/start <token>` links the chat, `/start <partner's code>` is a visit through that partner's link.

    `/start` alone says what this bot is, and brings back who had blocked it.
    """
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    if not context.args:
        await desk.threads.run(lambda: linking.channel_changed(desk, visitor, update.update_id, "unblocked"))
        say_with_sessions(desk, update, visitor, "start_again" if visitor.is_known else "start_cold")
        return
    person = update.effective_user.full_name if update.effective_user else ""
    token = context.args[0]
    linked = await desk.threads.run(lambda: linking.link(desk, token, update.update_id, visitor.chat, person))
    if linked is None:
        pressed_at = update.effective_message.date if update.effective_message else desk.now()
        if await desk.threads.run(lambda: arriving.arrive(desk, visitor, token, pressed_at)):
            say_with_sessions(desk, update, visitor, "start_again" if visitor.is_known else "start_cold")
            return
        say_with_sessions(desk, update, visitor, "start_again" if visitor.is_known else "start_unknown")
        return
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    if linked.is_staff:
        desk.say(update, visitor, "linked_staff")
    elif linked.is_partner:
        desk.say(update, visitor, "linked_partner")
    elif linked.is_greeted:
        desk.say(update, visitor, "linked")


async def stop(update: Update, context: Context) -> None:
    """`/stop`, or the button under a marketing message: consent to marketing is withdrawn."""
    desk = desk_of(context)
    await answer_query(update)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    await desk.threads.run(lambda: linking.stop(desk, visitor, update.update_id))
    buttons = await desk.threads.run(lambda: _own_page(desk, visitor))
    template = "stopped" if visitor.leads else "stopped_nobody"
    is_partner, is_staff = bool(visitor.partners), bool(visitor.staff)
    desk.say(update, visitor, template, buttons=buttons, is_partner=is_partner, is_staff=is_staff)


async def help_(update: Update, context: Context) -> None:
    """`/help`: the commands; also the answer to anything the bot does not understand."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    buttons = await desk.threads.run(lambda: _own_page(desk, visitor))
    is_partner, is_staff = bool(visitor.partners), bool(visitor.staff)
    desk.say(update, visitor, "help", buttons=buttons, is_partner=is_partner, is_staff=is_staff)


async def language(update: Update, context: Context) -> None:
    """`/language [ru|en]`, or one of the two buttons it shows."""
    desk = desk_of(context)
    await answer_query(update)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    pressed = update.callback_query.data if update.callback_query else None
    wanted = (pressed or "").partition(":")[2] or next(iter(context.args or ()), "").lower()
    if wanted not in {"ru", "en"}:
        buttons = (Button("Русский", data="language:ru"), Button("English", data="language:en"))
        desk.say(update, visitor, "language", buttons=buttons)
        return
    chosen: Language = "en" if wanted == "en" else "ru"
    await desk.threads.run(lambda: linking.choose_language(desk, visitor, update.update_id, chosen))
    desk.say(update, replace(visitor, language=chosen), "language_set")


async def webinar(update: Update, context: Context) -> None:
    """`/webinar`: the sessions one has a place in, each with its personal button."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    sessions, buttons = await desk.threads.run(lambda: _places(desk, visitor))
    if sessions:
        desk.say(update, visitor, "webinar", sessions=sessions, buttons=buttons)
    else:
        say_with_sessions(desk, update, visitor, "webinar_none")


async def membership(update: Update, context: Context) -> None:
    """`my_chat_member`: the person blocked the bot or came back."""
    desk, change = desk_of(context), update.my_chat_member
    if change is None:
        return
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    is_gone = change.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    direction: Literal["blocked", "unblocked"] = "blocked" if is_gone else "unblocked"
    await desk.threads.run(lambda: linking.channel_changed(desk, visitor, update.update_id, direction))


async def failed(update: object, context: Context) -> None:
    """Keep a handler's error for the inbox, which decides whether the update is tried again."""
    del update
    desk_of(context).failure = context.error


def _places(desk: Desk, visitor: Visitor) -> tuple[list[dict[str, str]], list[Button]]:
    lines, buttons = [], []
    now, schedule = desk.now(), desk.programme.schedule
    for lead_id in visitor.leads:
        lead = lead_of(desk.warehouse, lead_id, desk.programme.families)
        for session in coming_sessions(lead, schedule, now)[:_MAX_LISTED]:
            held = schedule.webinars.get(session.webinar_id)
            title = title_of(held, visitor.language)
            zone = zone_of(lead.time_zone, held.definition.time_zone if held else None)
            lines.append({"title": title, "starts": moment_in_words(session.opens_at, zone, visitor.language)})
            url = room_url(desk.warehouse, lead_id, session, site=desk.site, now=now)
            buttons.append(Button(f"{labels(visitor.language)['room']}: {title}"[:60], url=url))
    return lines[:_MAX_LISTED], buttons[:_MAX_LISTED]


def _own_page(desk: Desk, visitor: Visitor) -> list[Button]:
    """The way to one's own data and consents, for whoever is a lead."""
    words = labels(visitor.language)
    return [
        Button(words["me"], url=me_url(desk.warehouse, lead_id, site=desk.site, now=desk.now()))
        for lead_id in visitor.leads[-1:]
    ]
