"""Signed values the browser carries for us: seats, tickets, media. Signed is not secret: no personal data in them."""

import os
from functools import cache
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from app.settings import Settings
from warehouse import secrets


def key() -> str:
    """The house's own secret, as text."""
    return _key_at(os.environ.get("EFIR_HOME", ""))


@cache
def _key_at(_home: str) -> str:
    # Reading the settings costs 0.3 ms, four times a join: too much at the door of a full room.
    return secrets.ensure(Settings().home).signing_key


def sign(purpose: str, body: dict[str, Any]) -> str:
    """The body, signed for one purpose and stamped with the time."""
    return URLSafeTimedSerializer(key(), salt=f"efir.{purpose}").dumps(body)


def unsign(purpose: str, text: str, *, max_age_seconds: int) -> dict[str, Any] | None:
    """The body, if we signed it for this purpose not longer ago than that; else None."""
    try:
        body = URLSafeTimedSerializer(key(), salt=f"efir.{purpose}").loads(text, max_age=max_age_seconds)
    except BadData:
        return None
    return body if isinstance(body, dict) else None
