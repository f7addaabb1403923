"""A Telegram chat becomes somebody's: facts and personal rows of linking, stopping, blocking. No PTB; calls block."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from domain.dates import Language
from domain.events import (
    ConsentWithdrawn,
    Emitter,
    Event,
    Fact,
    LanguageChosen,
    TelegramBlocked,
    TelegramLinked,
    TelegramUnblocked,
)
from domain.leads import Lead, fold_lead
from domain.staff_alerts import is_staff
from notifier.desk import Desk, Visitor
from notifier.failpoints import failpoint
from notifier.particulars import LANGUAGE_CHOICES
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow
from warehouse.reads import failures

PURPOSE = "telegram_link"
_WELCOME_WINDOW = dtm.timedelta(days=7)
_CHANNEL_FACTS = {"telegram_linked", "telegram_blocked", "telegram_unblocked"}
_LINK_FACTS = {
    "core_ingest_event",
    "core_lead_created",
    "message_planned",
    "message_skipped",
    "lead_erased",
    "lead_merged",
}


@dataclass(frozen=True, slots=True)
class Linked:
    """Whom the chat belongs to now. `is_greeted`: no welcome of the scenario will follow, so the bot answers itself."""

    subject: str
    is_partner: bool
    is_greeted: bool
    is_staff: bool = False


def link(desk: Desk, token: str, update_id: int, chat: str, person: str) -> Linked | None:
    """Redeem a deep-link token for this chat; None: unknown, expired or used. Safe to repeat after a crash."""
    body = tokens.peek(desk.warehouse, PURPOSE, token, now=desk.now())
    if body is None:
        return None
    if staff_id := body.get("staff_id"):
        linked = _link_staff(desk, str(staff_id), update_id, chat, person)
        return _remember(desk, token, chat, linked, body) if linked else None
    partner_id = body.get("partner_id")
    lead = None if partner_id else living(desk, str(body.get("lead_id")))
    if not partner_id and lead is None:
        return None
    subject = partner_id or (lead.lead_id if lead else "")
    event = TelegramLinked(update_id=update_id, partner_id=partner_id, transport=desk.transport)
    rows = [PersonalRow(subject, Personal.TELEGRAM_CHAT_ID, chat), PersonalRow(subject, Personal.TELEGRAM_NAME, person)]
    desk.state([_fact(desk, event, None if partner_id else subject)], rows)
    failpoint("after_linked")
    # Used up last: after a crash in between the same update finds the token as it was and states the same fact.
    tokens.redeem(desk.warehouse, PURPOSE, token, now=desk.now())
    failpoint("after_redeem")
    return Linked(subject, bool(partner_id), is_greeted=lead is None or not _awaits_welcome(lead, desk.now()))


def _link_staff(desk: Desk, staff_id: str, update_id: int, chat: str, person: str) -> Linked | None:
    """As `link`, for somebody of the house; None: they have unlinked it since."""
    known = failures.staff(desk.warehouse).get(staff_id)
    if known is not None and known.is_ended:
        return None
    event = TelegramLinked(update_id=update_id, staff_id=staff_id, transport=desk.transport)
    own = ((Personal.TELEGRAM_CHAT_ID, chat), (Personal.TELEGRAM_NAME, person))
    desk.state([_fact(desk, event, None)], [PersonalRow(staff_id, kind, value) for kind, value in own])
    return Linked(staff_id, is_partner=False, is_greeted=True, is_staff=True)


def _remember(desk: Desk, token: str, chat: str, linked: Linked, body: Mapping[str, Any]) -> Linked:
    """They are written to in the language of the page they came from, unless this chat has chosen one before."""
    if desk.warehouse.get(LANGUAGE_CHOICES, f"telegram:{chat}") is None:
        language = "en" if body.get("language") == "en" else "ru"
        desk.warehouse.put(LANGUAGE_CHOICES, f"telegram:{chat}", {"language": language})
    tokens.redeem(desk.warehouse, PURPOSE, token, now=desk.now())
    return linked


def stop(desk: Desk, visitor: Visitor, update_id: int) -> None:
    """Withdraw the marketing consent of every lead behind the chat."""
    event = ConsentWithdrawn(purpose="marketing", action_id=f"update:{update_id}")
    desk.state([_fact(desk, event, lead_id, Emitter.CORE) for lead_id in visitor.leads])


def choose_language(desk: Desk, visitor: Visitor, update_id: int, language: Language) -> None:
    """What to be written to in: a fact about every lead and partner behind the chat.

    For a stranger, and for messages to somebody of the house, the chat is remembered.
    """
    facts = [
        _fact(desk, LanguageChosen(update_id=update_id, language=language), lead_id, Emitter.TELEGRAM_BOT)
        for lead_id in visitor.leads
    ] + [
        _fact(desk, LanguageChosen(update_id=update_id, language=language, partner_id=partner_id), None)
        for partner_id in visitor.partners
    ]
    if facts:
        desk.state(facts)
    if visitor.staff or not facts:
        desk.warehouse.put(LANGUAGE_CHOICES, f"telegram:{visitor.chat}", {"language": language})


def channel_changed(desk: Desk, visitor: Visitor, update_id: int, change: Literal["blocked", "unblocked"]) -> None:
    """The person blocked the bot or came back: stated for everybody behind the chat whose channel was different."""
    cls = TelegramBlocked if change == "blocked" else TelegramUnblocked
    awaited = "linked" if change == "blocked" else "blocked"
    partners = desk.programme.schedule.partners
    leads = [lead_id for lead_id in visitor.leads if _channel(desk, lead_id) == awaited]
    subjects = leads + [partner_id for partner_id in visitor.partners if partners[partner_id].channel == awaited]
    if visitor.staff:
        members = failures.staff(desk.warehouse)
        subjects += [who for who in visitor.staff if who in members and members[who].channel == awaited]
    facts = []
    for number, subject in enumerate(subjects):
        cause = f"update:{update_id}" + (f":{subject}" if number else "")  # a cause identifies one fact
        partner_id = subject if subject in partners else None
        staff_id = subject if is_staff(subject) else None
        event = cls(cause=cause, partner_id=partner_id, staff_id=staff_id)
        facts.append(_fact(desk, event, None if partner_id or staff_id else subject))
    if facts:
        desk.state(facts)


def _channel(desk: Desk, lead_id: str) -> str:
    return fold_lead(desk.warehouse.facts_of(lead_ids=[lead_id], names=_CHANNEL_FACTS)).channel


def living(desk: Desk, lead_id: str) -> Lead | None:
    """The lead, or the one it was merged into; None if forgotten."""
    for _ in range(10):  # a chain of merges; a circle would be staff's mistake
        lead = fold_lead(desk.warehouse.facts_of(lead_ids=[lead_id], names=_LINK_FACTS))
        if lead.erased_at is not None or not lead.lead_id:
            return None
        if lead.merged_into is None:
            return lead
        lead_id = lead.merged_into
    return None


def _awaits_welcome(lead: Lead, now: dtm.datetime) -> bool:
    """The welcome scenario will greet this lead by itself; two greetings at once would be one too many."""
    if lead.created is None:
        return True
    is_recent = now - lead.created.lead_created_at < _WELCOME_WINDOW
    is_decided = any(fact.properties["template"] == "welcome" for fact in lead.decided.values())
    return lead.created.entry is Emitter.WEB_FORM and is_recent and not is_decided


def _fact(desk: Desk, event: Event, lead_id: str | None, emitter: Emitter = Emitter.NOTIFIER) -> Fact:
    return Fact.of(event, emitter=emitter, occurred_at=desk.now(), lead_id=lead_id)
