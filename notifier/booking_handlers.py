"""The dialogue that ends with a place in a session: choose, agree, share the number. Rules and facts: `booking`."""

import contextlib
from typing import Literal, cast

from telegram import Update
from telegram.error import TelegramError

from domain.dates import Language
from domain.events import Purpose
from domain.offers import chosen
from domain.webinars import Session
from notifier import booking
from notifier.desk import Context, Desk, Visitor, answer_query, desk_of
from notifier.messages import Button, labels
from notifier.particulars import landing_url, title_of
from notifier.transport import keyboard_of

_FLAGS: dict[str, Purpose] = {"p": "processing", "m": "marketing"}
"""Letters in callback data (64 bytes at most) for what is ticked."""
_MAX_LANDINGS = 5


def say_with_sessions(
    desk: Desk, update: Update, visitor: Visitor, template: str, *, keyboard: Literal["", "remove"] = ""
) -> None:
    """A text with the sessions one can take a place in; where there are none, with the webinars' pages."""
    language = visitor.language
    buttons = booking.choices(desk, language)
    if keyboard:  # Telegram takes one keyboard a message: the old one goes, the list comes with the next command
        desk.say(update, visitor, template, keyboard=keyboard, has_sessions=False, has_landings=False)
        return
    pages = [] if buttons else list(desk.programme.schedule.webinars.values())[-_MAX_LANDINGS:]
    links = [Button(title_of(held, language)[:60] or held.slug, url=landing_url(held, desk.site)) for held in pages]
    desk.say(
        update, visitor, template, buttons=[*buttons, *links], has_sessions=bool(buttons), has_landings=bool(links)
    )


async def choose(update: Update, context: Context) -> None:
    """A session's button: a known lead has a place at once, a stranger is asked to agree first."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    session = _session(desk, update)
    if session is None:
        await answer_query(update)
        say_with_sessions(desk, update, visitor, "session_over")
        return
    lead = await desk.threads.run(lambda: booking.known_lead(desk, visitor))
    if lead is None:
        await answer_query(update)
        _ask_to_agree(desk, update, visitor, session)
        return
    is_new = await desk.threads.run(lambda: booking.book(desk, lead, session))
    words = labels(visitor.language)
    await answer_query(update, words["booked"] if is_new else words["booked_before"])
    if not is_new:
        desk.say(update, visitor, "booked_before", **booking.in_words(desk, session, visitor.language))


async def tick(update: Update, context: Context) -> None:
    """A consent's button: ticked or unticked in place; the state lives in the buttons themselves."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    await answer_query(update)
    session, query = _session(desk, update), update.callback_query
    if session is not None and query is not None:
        markup = keyboard_of(_consents(_flags(update), session, visitor.language))
        with contextlib.suppress(TelegramError):  # the same tick twice, or no network: the old buttons still work
            await query.edit_message_reply_markup(markup)


async def agree(update: Update, context: Context) -> None:
    """«Go on»: without consent to processing there is no way on; with it the contact is asked for."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    session, flags = _session(desk, update), _flags(update)
    if session is None:
        await answer_query(update)
        say_with_sessions(desk, update, visitor, "session_over")
        return
    if "p" not in flags:
        await answer_query(update, labels(visitor.language)["needs_processing"])
        return
    await answer_query(update)
    purposes = [_FLAGS[flag] for flag in flags]
    await desk.threads.run(lambda: booking.open_dialogue(desk, visitor, session.session_id, purposes))
    desk.say(update, visitor, "ask_contact", keyboard="contact")


async def contact(update: Update, context: Context) -> None:
    """A shared contact: their own takes the place, somebody else's does not."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    given, person = (update.message.contact if update.message else None), update.effective_user
    if given is None or person is None:
        return
    if given.user_id != person.id:
        desk.say(update, visitor, "contact_not_yours", keyboard="contact")
        return
    name = " ".join(part for part in (given.first_name, given.last_name) if part)
    whose = booking.Contact(given.phone_number, name)
    session = await desk.threads.run(lambda: booking.register(desk, visitor, whose, update.update_id))
    if session is not None:
        words = booking.in_words(desk, session, visitor.language)
        desk.say(update, visitor, "booked", keyboard="remove", **words)
    elif not visitor.leads:
        say_with_sessions(desk, update, visitor, "session_over", keyboard="remove")
    else:  # the same update once more, its work done
        desk.say(update, visitor, "start_again", keyboard="remove")


def _ask_to_agree(desk: Desk, update: Update, visitor: Visitor, session: Session) -> None:
    words = booking.in_words(desk, session, visitor.language)
    buttons = _consents("", session, visitor.language)
    desk.say(update, visitor, "ask_consent", buttons=buttons, site=desk.site, **words)


def _consents(flags: str, session: Session, language: Language) -> list[Button]:
    words = labels(language)
    ticks = [
        Button(
            f"{'☑' if flag in flags else '☐'} {words[f'consent_{purpose}']}",
            data=f"tick:{_toggled(flags, flag) or '-'}:{session.session_id}",
        )
        for flag, purpose in _FLAGS.items()
    ]
    return [*ticks, Button(words["go_on"], data=f"agree:{flags or '-'}:{session.session_id}")]


def _toggled(flags: str, flag: str) -> str:
    return "".join(one for one in _FLAGS if (one in flags) != (one == flag))


def _flags(update: Update) -> str:
    pressed = _pressed(update).split(":", 2)
    return "".join(flag for flag in _FLAGS if flag in pressed[1])


def _session(desk: Desk, update: Update) -> Session | None:
    """The session of the pressed button, if one can still come to it."""
    return chosen(desk.programme.schedule, _pressed(update).rpartition(":")[2], desk.now())


def _pressed(update: Update) -> str:
    return cast("str", update.callback_query.data) if update.callback_query else ""
