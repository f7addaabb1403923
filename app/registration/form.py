"""What a visitor typed, checked: a sign-up, or for each field the key of a sentence that says what to do. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.registration.consents import PURPOSES
from app.shared import zones
from domain.events import Purpose
from domain.people import ContactError, normalise_email, normalise_phone

FIELDS = ("name", "phone", "email", "session", "processing", "form")
"""Where an error can stand; `form` is about the whole."""

HONEYPOT = "fax_number"
"""A field no person sees; programs fill it in."""

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up one can act on: contacts in their one spelling, at least one of them."""

    name: str
    phone: str | None
    email: str | None
    session_id: str | None
    purposes: tuple[Purpose, ...]
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the form cannot be taken: text keys by field."""

    errors: Mapping[str, str]


def check(form: Mapping[str, Any], *, open_sessions: Collection[str]) -> SignUp | Refusal:
    """Read the form. Every fault is reported at once, each at its field."""
    typed = {key: str(value or "").strip() for key, value in form.items()}
    errors: dict[str, str] = {}
    name = " ".join(typed.get("name", "").split())
    if not name:
        errors["name"] = "landing.error.name_required"
    elif len(name) > MAX_NAME:
        errors["name"] = "landing.error.name_too_long"
    phone = _contact(typed, "phone", errors)
    email = _contact(typed, "email", errors)
    if not typed.get("phone") and not typed.get("email"):
        errors["phone"] = "landing.error.contact_required"
    session_id = typed.get("session") or None
    if open_sessions and session_id not in open_sessions:
        errors["session"] = "landing.error.session_required"
    purposes = tuple(purpose for purpose in PURPOSES if form.get(purpose) in {True, "on", "true"})
    if "processing" not in purposes:
        errors["processing"] = "landing.error.processing_required"
    if errors:
        return Refusal(errors)
    return SignUp(name, phone, email, session_id if open_sessions else None, purposes, _zone(typed))


def _contact(typed: Mapping[str, str], field: str, errors: dict[str, str]) -> str | None:
    text = typed.get(field, "")
    if not text:
        return None
    try:
        return normalise_phone(text) if field == "phone" else normalise_email(text)
    except ContactError as error:
        errors[field] = f"landing.error.{error.code}"
        return None


def _zone(typed: Mapping[str, str]) -> str | None:
    zone = typed.get("time_zone", "")
    return zone if zone in zones.known() else None


def is_robot(form: Mapping[str, Any]) -> bool:
    """The field nobody sees is filled in."""
    return bool(str(form.get(HONEYPOT) or "").strip())
