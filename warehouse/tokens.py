"""Opaque tokens: links people hold. 128 random bits; only their SHA-256 is stored, so the database gives no access."""

import datetime as dtm
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from warehouse.interface import VersionConflict, Warehouse

COLLECTION = "tokens"
_SLACK = dtm.timedelta(days=1)
"""A link need not be written anew because it was looked at an hour later."""
PARTNER_LOGIN = "partner_login"
"""Purpose of the links that open a partner's cabinet: minted by the bot and by staff, redeemed by the app."""


def mint(
    warehouse: Warehouse,
    purpose: str,
    body: Mapping[str, Any],
    *,
    now: dtm.datetime,
    ttl: dtm.timedelta,
    single_use: bool = False,
) -> str:
    """A new token (22 URL-safe characters) that `redeem` turns into `body` until `now + ttl`."""
    token = secrets.token_urlsafe(16)
    stored = {
        "purpose": purpose,
        "body": dict(body),
        "expires_at": (now + ttl).isoformat(),
        "is_single_use": single_use,
        "used_at": None,
    }
    warehouse.put(COLLECTION, _key(purpose, token), stored, expect_version=0)
    return token


def derived(purpose: str, token: str) -> str:
    """A token that follows from another, for one purpose: whoever has that one can have this one, not the reverse.

    It opens nothing until it is bound (`bind`). Showing a page again thus makes no new token.
    """
    return urlsafe_b64encode(sha256(f"{purpose}<{token}".encode()).digest()[:16]).decode().rstrip("=")


def bind(  # noqa: PLR0913 - as `mint`
    warehouse: Warehouse,
    purpose: str,
    token: str,
    body: Mapping[str, Any],
    *,
    now: dtm.datetime,
    ttl: dtm.timedelta,
    single_use: bool = False,
) -> None:
    """Let `redeem` turn a token that exists already into `body` until `now + ttl`.

    Bound before, it is left as it is (a used one stays used) unless the body changed or its end comes later now.
    """
    entry = warehouse.get(COLLECTION, _key(purpose, token))
    ends_at = now + ttl
    known = entry.body if entry else {}
    if known.get("body") == dict(body) and dtm.datetime.fromisoformat(known["expires_at"]) >= ends_at - _SLACK:
        return
    stored = {
        "purpose": purpose,
        "body": dict(body),
        "expires_at": ends_at.isoformat(),
        "is_single_use": single_use,
        "used_at": known.get("used_at"),
    }
    try:
        warehouse.put(COLLECTION, _key(purpose, token), stored, expect_version=entry.version if entry else 0)
    except VersionConflict:  # the same page in another tab did it a moment earlier
        return


def peek(warehouse: Warehouse, purpose: str, token: str, *, now: dtm.datetime) -> dict[str, Any] | None:
    """What `redeem` would return, without using the token up: for work that must be done before it is."""
    entry = warehouse.get(COLLECTION, _key(purpose, token))
    if entry is None or entry.body["used_at"] or dtm.datetime.fromisoformat(entry.body["expires_at"]) <= now:
        return None
    body: dict[str, Any] = entry.body["body"]
    return body


def redeem(warehouse: Warehouse, purpose: str, token: str, *, now: dtm.datetime) -> dict[str, Any] | None:
    """The body, or None when the token is unknown, expired, used or revoked. A single-use token is used up by this."""
    entry = warehouse.get(COLLECTION, _key(purpose, token))
    if entry is None or entry.body["used_at"] or dtm.datetime.fromisoformat(entry.body["expires_at"]) <= now:
        return None
    body: dict[str, Any] = entry.body["body"]
    if not entry.body["is_single_use"]:
        return body
    try:
        used = {**entry.body, "used_at": now.isoformat()}
        warehouse.put(COLLECTION, entry.key, used, expect_version=entry.version)
    except VersionConflict:  # somebody redeemed it a moment earlier
        return None
    return body


def revoke(warehouse: Warehouse, purpose: str, token: str) -> None:
    """Make the token worthless from now on; an unknown one is fine."""
    warehouse.delete(COLLECTION, _key(purpose, token))


def _key(purpose: str, token: str) -> str:
    return sha256(f"{purpose}:{token}".encode()).hexdigest()
