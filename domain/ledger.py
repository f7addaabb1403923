"""The consent ledger of a person: what they agreed to, under which text, when, and what they took back. Pure."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.arrival import arrival_key
from domain.events import ConsentGiven, ConsentWithdrawn, Emitter, Fact, Purpose


@dataclass(frozen=True, slots=True)
class Consent:
    """One agreement. `given_by` is the event in which the box was ticked; `withdrawn_at` None: in force."""

    purpose: Purpose
    text_version: str
    given_at: dtm.datetime
    given_by: str
    withdrawn_at: dtm.datetime | None = None


def consents(facts: Iterable[Fact]) -> list[Consent]:
    """Every agreement in the order it was given. A withdrawal ends all earlier ones for its purpose."""
    found: list[Consent] = []
    for fact in sorted(facts, key=arrival_key):
        if fact.name == ConsentGiven.name:
            given = fact.as_event(ConsentGiven)
            found.append(Consent(given.purpose, given.text_version, fact.occurred_at, given.given_by))
        elif fact.name == ConsentWithdrawn.name:
            purpose = fact.as_event(ConsentWithdrawn).purpose
            found = [_ended(consent, purpose, fact.occurred_at) for consent in found]
    return found


def _ended(consent: Consent, purpose: Purpose, at: dtm.datetime) -> Consent:
    is_meant = consent.purpose == purpose and consent.withdrawn_at is None
    return replace(consent, withdrawn_at=at) if is_meant else consent


def withdrawn(lead_id: str, purpose: Purpose, action_id: str, now: dtm.datetime) -> Fact:
    """The fact that the person took their consent for this purpose back."""
    event = ConsentWithdrawn(purpose=purpose, action_id=action_id)
    return Fact.of(event, emitter=Emitter.CRM, occurred_at=now, lead_id=lead_id)
