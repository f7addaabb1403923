"""A place in a session, taken in the chat: what is on, who comes, and the facts that follow. No PTB; calls block.

A stranger becomes a lead only with a phone number Telegram vouches for: a typed one could be anybody's, and whoever
names a known contact gets that person's links.
"""

import datetime as dtm
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.consents import TEXT_VERSION
from domain.dates import Language, moment_in_words, short_moment, zone_of
from domain.events import (
    ConsentChoice,
    CoreIngestEvent,
    Emitter,
    Event,
    Fact,
    LanguageChosen,
    Purpose,
    RegisteredForSession,
    TelegramLinked,
)
from domain.leads import Lead
from domain.offers import announced, chosen, offered
from domain.people import ContactError, normalise_phone
from domain.webinars import Session
from notifier.arriving import visitor_id
from notifier.desk import Desk, Visitor
from notifier.failpoints import failpoint
from notifier.linking import living
from notifier.messages import Button
from notifier.particulars import lead_of, title_of
from warehouse.interface import Personal, PersonalRow

DIALOGUES = "telegram_dialogues"
"""Registry collection: what somebody agreed to and chose while we wait for their contact, by chat; gone afterwards."""

_MAX_LISTED = 6
_DATA_LIMIT = 64
_WAITS_FOR = dtm.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as Telegram hands it over with its owner's button."""

    phone: str
    name: str


def coming(desk: Desk) -> list[Session]:
    """Sessions one can still come to, earliest first."""
    now = desk.now()
    plan = desk.programme.schedule
    ahead = (session for webinar_id in plan.webinars for session in offered(plan, webinar_id, now))
    fitting = (s for s in ahead if len(f"agree:pm:{s.session_id}".encode()) <= _DATA_LIMIT)
    return sorted(fitting, key=lambda session: (session.starts_at, session.session_id))[:_MAX_LISTED]


def in_words(desk: Desk, session: Session, language: Language) -> dict[str, Any]:
    """Title and start of a session, for a text."""
    held = desk.programme.schedule.webinars.get(session.webinar_id)
    zone = zone_of(held.definition.time_zone if held else None)
    return {"title": title_of(held, language), "starts": moment_in_words(session.opens_at, zone, language)}


def choices(desk: Desk, language: Language) -> list[Button]:
    """One button for each session one can still come to."""
    buttons = []
    for session in coming(desk):
        held = desk.programme.schedule.webinars.get(session.webinar_id)
        zone = zone_of(held.definition.time_zone if held else None)
        label = f"{short_moment(session.opens_at, zone, language)} · {title_of(held, language)}"
        buttons.append(Button(label[:60], data=f"book:{session.session_id}"))
    return buttons


def known_lead(desk: Desk, visitor: Visitor) -> Lead | None:
    """The lead behind the chat, whole enough to be given a place; None: a stranger."""
    for lead_id in reversed(visitor.leads):
        lead = living(desk, lead_id)
        if lead is not None:
            return lead_of(desk.warehouse, lead.lead_id, desk.programme.families)
    return None


def book(desk: Desk, lead: Lead, session: Session) -> bool:
    """Give a known lead a place; False: they have it already. The scenario confirms it."""
    attendee = lead.attendees.get(session.session_id)
    if attendee and attendee.registered_at:
        return False
    desk.state([*_announcement(desk, session), _fact(desk, RegisteredForSession(), lead.lead_id, session)])
    return True


def open_dialogue(desk: Desk, visitor: Visitor, session_id: str, purposes: Sequence[Purpose]) -> None:
    """Remember what a stranger chose and agreed to until their contact comes; old ones are cleared away."""
    now = desk.now()
    for entry in desk.warehouse.entries(DIALOGUES):
        if now - dtm.datetime.fromisoformat(entry.body["at"]) > _WAITS_FOR:
            desk.warehouse.delete(DIALOGUES, entry.key)
    body = {"session_id": session_id, "purposes": list(purposes), "at": now.isoformat()}
    desk.warehouse.put(DIALOGUES, visitor.chat, body)


def dialogue(desk: Desk, visitor: Visitor) -> dict[str, Any] | None:
    """What is remembered of this chat; None: nobody waits for a contact."""
    entry = desk.warehouse.get(DIALOGUES, visitor.chat)
    if entry is None or desk.now() - dtm.datetime.fromisoformat(entry.body["at"]) > _WAITS_FOR:
        return None
    return entry.body


def register(desk: Desk, visitor: Visitor, contact: Contact, update_id: int) -> Session | None:
    """A stranger with a contact becomes a linked lead with a place, in one commit. Safe to repeat after a crash.

    None: nothing was open, the number is none, or the session is over by now. Raises WarehouseError.
    """
    talk = dialogue(desk, visitor)
    session = chosen(desk.programme.schedule, talk["session_id"], desk.now()) if talk else None
    phone = _phone(contact.phone)
    if talk is None or session is None or phone is None or not session.is_open(desk.now()):
        return None
    identity = desk.warehouse.identify({Personal.PHONE: phone}, proposed_lead_id=str(uuid.uuid4()))
    lead_id = identity.lead_id
    ingest = _fact(desk, _form(desk, visitor, update_id, talk["purposes"]), lead_id, session)
    linked = TelegramLinked(update_id=update_id, transport=desk.transport)
    facts = [ingest, Fact.of(linked, emitter=Emitter.NOTIFIER, occurred_at=desk.now(), lead_id=lead_id)]
    before = lead_of(desk.warehouse, lead_id, desk.programme.families)
    if identity.is_known and before.language != visitor.language:  # a form said another one: this is the newer word
        facts.append(_fact(desk, LanguageChosen(update_id=update_id, language=visitor.language), lead_id, session))
    attendee = before.attendees.get(session.session_id)
    if attendee is None or attendee.registered_at is None:
        facts += [*_announcement(desk, session), _fact(desk, RegisteredForSession(), lead_id, session)]
    rows = _rows(visitor, contact, phone, ingest, talk["purposes"])
    desk.state(facts, [row for row in rows if not (identity.is_known and row.kind is Personal.NAME)])
    failpoint("after_booked")
    desk.warehouse.delete(DIALOGUES, visitor.chat)
    return session


def _announcement(desk: Desk, session: Session) -> list[Fact]:
    """The slot of a rule is announced by whoever takes it first."""
    if session.session_id in desk.programme.schedule.sessions:
        return []
    return [announced(session, emitter=Emitter.TELEGRAM_BOT, now=desk.now())]


def _form(desk: Desk, visitor: Visitor, update_id: int, purposes: Sequence[Purpose]) -> CoreIngestEvent:
    return CoreIngestEvent(
        submission_id=f"telegram:{update_id}",
        visitor_id=visitor_id(desk, visitor.chat),
        source="telegram_bot",
        language=visitor.language,
        consents=tuple(ConsentChoice(purpose=purpose, text_version=TEXT_VERSION) for purpose in purposes),
    )


def _rows(
    visitor: Visitor, contact: Contact, phone: str, ingest: Fact, purposes: Sequence[Purpose]
) -> list[PersonalRow]:
    lead_id = ingest.lead_id or ""
    evidence = {
        "purposes": list(purposes),
        "text_version": TEXT_VERSION,
        "language": visitor.language,
        "asked_in": "telegram_bot",
    }
    text = json.dumps(evidence, ensure_ascii=False)
    return [
        PersonalRow(lead_id, Personal.NAME, contact.name),
        PersonalRow(lead_id, Personal.PHONE, phone),
        PersonalRow(lead_id, Personal.TELEGRAM_CHAT_ID, visitor.chat),
        PersonalRow(lead_id, Personal.TELEGRAM_NAME, contact.name),
        PersonalRow(lead_id, Personal.CONSENT_EVIDENCE, text, ref=ingest.event_id),
    ]


def _phone(text: str) -> str | None:
    try:
        return normalise_phone(text if text.startswith("+") else f"+{text}")
    except ContactError:
        return None


def _fact(desk: Desk, event: Event, lead_id: str, session: Session) -> Fact:
    return Fact.of(
        event,
        emitter=Emitter.TELEGRAM_BOT,
        occurred_at=desk.now(),
        lead_id=lead_id,
        webinar_id=session.webinar_id,
        session_id=session.session_id,
    )
