"""Takes a checked sign-up in: whose contacts these are, the facts that follow, and the personal data beside them."""

import datetime as dtm
import json
import uuid
from dataclasses import dataclass

from app.registration.consents import TEXT_VERSION
from app.registration.form import SignUp
from app.registration.visits import Visit
from app.shared.texts import Language
from app.shared.warehouse import Connection
from domain.events import ConsentChoice, CoreIngestEvent, Emitter, Fact, RegisteredForSession
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow, WarehouseError

THANKS_TTL = dtm.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Desk:
    """Which form took the sign-up in, and who sent it: evidence for the consents."""

    submission_id: str
    webinar_id: str
    language: Language
    ip: str
    user_agent: str


async def register(warehouse: Connection, signup: SignUp, visit: Visit, desk: Desk, *, now: dtm.datetime) -> str:
    """Durably take the sign-up in and return the token of its thank-you page.

    The same person again keeps the same lead; the same submission again changes nothing. Raises WarehouseError.
    """
    contacts = _contacts(signup)
    identity = await warehouse.identify(contacts, proposed_lead_id=str(uuid.uuid4()))
    lead_id = identity.lead_id
    facts = [_ingest(signup, visit, desk, lead_id, now)]
    if signup.session_id and not await _is_registered(warehouse, lead_id, signup.session_id):
        facts.append(_registration(signup.session_id, desk, lead_id, now))
    personal = _personal(signup, desk, lead_id, facts[0].event_id, now)
    # A conflict here is the same submission, or the same registration from another tab: the first one stands.
    receipts = await warehouse.append(facts, personal=personal, quarantine=False)
    refused = [receipt for receipt in receipts if receipt.status == "rejected"]
    if refused:
        raise WarehouseError(f"The sign-up was refused: {refused[0].code} {refused[0].message}")
    body = {"lead_id": lead_id, "webinar_id": desk.webinar_id, "session_id": signup.session_id}
    return await warehouse.run(tokens.mint, "thanks", body, now=now, ttl=THANKS_TTL)


def _contacts(signup: SignUp) -> dict[Personal, str]:
    given = {Personal.PHONE: signup.phone, Personal.EMAIL: signup.email}
    return {kind: value for kind, value in given.items() if value}


def _ingest(signup: SignUp, visit: Visit, desk: Desk, lead_id: str, now: dtm.datetime) -> Fact:
    event = CoreIngestEvent(
        submission_id=desk.submission_id,
        visitor_id=visit.visitor_id,
        ref=visit.ref,
        partner_id=visit.partner_id,
        utm=visit.utm,
        language=desk.language,
        time_zone=signup.time_zone,
        consents=tuple(ConsentChoice(purpose=purpose, text_version=TEXT_VERSION) for purpose in signup.purposes),
    )
    return Fact.of(
        event,
        emitter=Emitter.WEB_FORM,
        occurred_at=now,
        lead_id=lead_id,
        webinar_id=desk.webinar_id,
        session_id=signup.session_id,
    )


def _registration(session_id: str, desk: Desk, lead_id: str, now: dtm.datetime) -> Fact:
    return Fact.of(
        RegisteredForSession(),
        emitter=Emitter.WEB_FORM,
        occurred_at=now,
        lead_id=lead_id,
        webinar_id=desk.webinar_id,
        session_id=session_id,
        correlation_id=desk.submission_id,
    )


async def _is_registered(warehouse: Connection, lead_id: str, session_id: str) -> bool:
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
