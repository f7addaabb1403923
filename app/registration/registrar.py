"""Takes a checked sign-up in: whose contacts these are, the facts that follow, and the personal data beside them."""

import datetime as dtm
import json
import uuid
from dataclasses import dataclass, replace
from typing import Literal

from app.registration import browsers
from app.registration.consents import TEXT_VERSION
from app.registration.form import SignUp
from app.registration.visits import Visit
from app.shared import schedule
from app.shared.texts import Language
from app.shared.warehouse import Connection
from domain.events import ConsentChoice, CoreIngestEvent, Emitter, Fact, RegisteredForSession, deterministic_id
from domain.offers import announced
from domain.webinars import Session
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow, WarehouseError

THANKS_TTL = dtm.timedelta(days=90)

Standing = Literal["own", "booked", "guest"]
"""What a thank-you page may show: everything of its lead; their place in the session; only a seat for this browser."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Which form took the sign-up in, and who sent it: evidence for the consents."""

    submission_id: str
    webinar_id: str
    language: Language
    ip: str
    user_agent: str
    browser: str = ""
    """The browser's secret; "" for one that keeps no cookies."""


@dataclass(frozen=True, slots=True)
class _Person:
    """The lead behind the contacts, and whether it is known that the one who typed them is that lead."""

    lead_id: str
    is_proven: bool


async def register(
    warehouse: Connection,
    signup: SignUp,
    visit: Visit,
    desk: Desk,
    *,
    session: Session | None = None,
    now: dtm.datetime,
) -> str:
    """Durably take the sign-up in and return the token of its thank-you page.

    The same person again keeps the same lead; the same submission again changes nothing. A known contact typed in a
    browser that is not known to be its owner's is a touch and a registration, and no more (decision 0012): the owner's
    data and consents stay as they are, and the page gets a seat of its own. `session` is the chosen one where it may be
    a slot that nobody has announced yet; then it is announced along. Raises WarehouseError.
    """
    if session is not None:
        signup = replace(signup, session_id=session.session_id)
    person = await _person(warehouse, signup, desk, now)
    guest = "" if person.is_proven else deterministic_id("guest", desk.submission_id)
    if person.is_proven:
        await browsers.belongs(warehouse, desk.browser, person.lead_id, now=now)
    facts = [_ingest(signup, visit, desk, person, now)]
    if session is not None and session.session_id not in schedule.current().sessions:
        facts.append(announced(session, emitter=Emitter.WEB_FORM, now=now))
    if signup.session_id and not await is_registered(warehouse, person.lead_id, signup.session_id):
        facts.append(registration(signup.session_id, desk, person.lead_id, now))
    personal = (
        _personal(signup, desk, person.lead_id, facts[0].event_id, now)
        if person.is_proven
        else [PersonalRow(person.lead_id, Personal.GUEST_NAME, signup.name, ref=guest, given_at=now)]
    )
    # A conflict here is the same submission, or the same registration from another tab: the first one stands.
    receipts = await warehouse.append(facts, personal=personal, quarantine=False)
    refused = [receipt for receipt in receipts if receipt.status == "rejected"]
    if refused:
        raise WarehouseError(f"The sign-up was refused: {refused[0].code} {refused[0].message}")
    standing: Standing = "own" if person.is_proven else "guest"
    return await thanks_token(
        warehouse, person.lead_id, desk.webinar_id, signup.session_id, standing, guest=guest, now=now
    )


async def book(warehouse: Connection, lead_id: str, session: Session, *, now: dtm.datetime) -> bool:
    """Give a lead we know a place; False: they have it already. Raises WarehouseError."""
    if await is_registered(warehouse, lead_id, session.session_id):
        return False
    is_announced = session.session_id in schedule.current().sessions
    announcement = [] if is_announced else [announced(session, emitter=Emitter.WEB_FORM, now=now)]
    place = Fact.of(
        RegisteredForSession(),
        emitter=Emitter.WEB_FORM,
        occurred_at=now,
        lead_id=lead_id,
        webinar_id=session.webinar_id,
        session_id=session.session_id,
    )
    receipts = await warehouse.append([*announcement, place], quarantine=False)
    if refused := [receipt for receipt in receipts if receipt.status == "rejected"]:
        raise WarehouseError(f"The registration was refused: {refused[0].code} {refused[0].message}")
    return True


async def thanks_token(  # noqa: PLR0913 - what the page is about
    warehouse: Connection,
    lead_id: str,
    webinar_id: str,
    session_id: str | None,
    standing: Standing,
    *,
    guest: str = "",
    now: dtm.datetime,
) -> str:
    """The token of a thank-you page for this lead and session."""
    body = {
        "lead_id": lead_id, "webinar_id": webinar_id, "session_id": session_id, "standing": standing, "guest": guest
    }  # fmt: skip
    return await warehouse.run(tokens.mint, "thanks", body, now=now, ttl=THANKS_TTL)


async def _person(warehouse: Connection, signup: SignUp, desk: Desk, now: dtm.datetime) -> _Person:
    proven = await browsers.leads_of(warehouse, desk.browser, now=now)
    identity = await warehouse.identify(_contacts(signup), proposed_lead_id=str(uuid.uuid4()), proven=proven)
    if not identity.is_known or identity.lead_id in proven:
        return _Person(identity.lead_id, is_proven=True)
    forms = await warehouse.facts_of(lead_ids=(identity.lead_id,), names=(CoreIngestEvent.name,))
    again = [form for form in forms if form.properties["submission_id"] == desk.submission_id]
    # A contact whose sign-up never reached the log (we died in between) is nobody's yet.
    return _Person(
        identity.lead_id, is_proven=not forms or any(form.properties.get("is_proven", True) for form in again)
    )


def _contacts(signup: SignUp) -> dict[Personal, str]:
    given = {Personal.PHONE: signup.phone, Personal.EMAIL: signup.email}
    return {kind: value for kind, value in given.items() if value}


def _ingest(signup: SignUp, visit: Visit, desk: Desk, person: _Person, now: dtm.datetime) -> Fact:
    purposes = signup.purposes if person.is_proven else ()
    event = CoreIngestEvent(
        submission_id=desk.submission_id,
        visitor_id=visit.visitor_id,
        ref=visit.ref,
        partner_id=visit.partner_id,
        utm=visit.utm,
        language=desk.language,
        time_zone=signup.time_zone if person.is_proven else None,
        consents=tuple(ConsentChoice(purpose=purpose, text_version=TEXT_VERSION) for purpose in purposes),
        is_proven=person.is_proven,
    )
    return Fact.of(
        event,
        emitter=Emitter.WEB_FORM,
        occurred_at=now,
        lead_id=person.lead_id,
        webinar_id=desk.webinar_id,
        session_id=signup.session_id,
    )


def registration(session_id: str, desk: Desk, lead_id: str, now: dtm.datetime) -> Fact:
    """The lead has a place."""
    return Fact.of(
        RegisteredForSession(),
        emitter=Emitter.WEB_FORM,
        occurred_at=now,
        lead_id=lead_id,
        webinar_id=desk.webinar_id,
        session_id=session_id,
        correlation_id=desk.submission_id,
    )


async def is_registered(warehouse: Connection, lead_id: str, session_id: str) -> bool:
    """The lead has a place already."""
    names = (RegisteredForSession.name,)
    return bool(await warehouse.facts_of(lead_ids=(lead_id,), session_ids=(session_id,), names=names))


def _personal(signup: SignUp, desk: Desk, lead_id: str, event_id: str, now: dtm.datetime) -> list[PersonalRow]:
    evidence = {
        "purposes": signup.purposes,
        "text_version": TEXT_VERSION,
        "language": desk.language,
        "ip": desk.ip,
        "user_agent": desk.user_agent,
    }
    rows = [PersonalRow(lead_id, Personal.NAME, signup.name, given_at=now)]
    rows += [PersonalRow(lead_id, kind, value, given_at=now) for kind, value in _contacts(signup).items()]
    text = json.dumps(evidence, ensure_ascii=False)
    return [*rows, PersonalRow(lead_id, Personal.CONSENT_EVIDENCE, text, ref=event_id, given_at=now)]
