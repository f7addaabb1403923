"""Everything we hold about one person as one JSON document: for themselves, in words that say what each part is."""

import datetime as dtm
import json
from typing import Any

from app.rights.family import of_one_person
from domain.events import Fact
from domain.ledger import Consent, consents
from domain.webinars import Schedule
from warehouse.interface import Personal, PersonalRow, Warehouse
from warehouse.reads import programme as read_programme

FORMAT = "efir-person-1"
JSON_KINDS = frozenset({Personal.MESSAGE_TEXT, Personal.FORM_ANSWERS, Personal.CONSENT_EVIDENCE})
"""Kinds whose value is a JSON document itself."""


def dossier(warehouse: Warehouse, lead_id: str, *, now: dtm.datetime) -> dict[str, Any]:
    """What is known of the person behind a lead, oldest first in every list. Raises UnknownLead, WarehouseError."""
    leads = of_one_person(warehouse, lead_id)
    facts = _facts(warehouse, leads)
    rows = warehouse.people(leads)
    plan = read_programme.schedule(warehouse)
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "lead_ids": leads,
        "personal_data": [_personal(row) for row in sorted(rows, key=_age)],
        "consents": [_consent(consent) for consent in consents(facts)],
        "webinars": _webinars(facts, plan),
        "facts": [_fact(fact) for fact in facts],
    }


def as_json(document: dict[str, Any]) -> str:
    """The document as text: readable, in its own letters."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def _facts(warehouse: Warehouse, leads: list[str]) -> list[Fact]:
    own = warehouse.facts_of(lead_ids=leads)
    visitors = sorted({str(fact.properties["visitor_id"]) for fact in own if fact.properties.get("visitor_id")})
    touches = warehouse.facts_of(visitor_ids=visitors, names=["touch_recorded"]) if visitors else []
    every = {fact.event_id: fact for fact in (*own, *touches)}
    return sorted(every.values(), key=lambda fact: (fact.occurred_at, fact.seq or 0))


def _age(row: PersonalRow) -> str:
    return row.given_at.isoformat() if row.given_at else ""


def _personal(row: PersonalRow) -> dict[str, Any]:
    value: Any = json.loads(row.value) if row.kind in JSON_KINDS else row.value
    about = {"belongs_to": row.ref} if row.ref else {}
    return {"kind": str(row.kind), "value": value, "given_at": _age(row), **about}


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "purpose": consent.purpose,
        "text_version": consent.text_version,
        "given_at": consent.given_at.isoformat(),
        "given_by": consent.given_by,
        "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
    }


def _webinars(facts: list[Fact], plan: Schedule) -> dict[str, dict[str, str]]:
    """The titles behind the ids that the facts name."""
    named = sorted({fact.webinar_id for fact in facts if fact.webinar_id})
    return {one: dict(plan.webinars[one].definition.title) for one in named if one in plan.webinars}


def _fact(fact: Fact) -> dict[str, Any]:
    return fact.model_dump(mode="json", exclude={"seq", "recorded_at"}, exclude_none=True)
