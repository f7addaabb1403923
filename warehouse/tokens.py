"""Opaque tokens: links people hold. 128 random bits; only their SHA-256 is stored, so the database gives no access."""

import datetime as dtm
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from warehouse.interface import VersionConflict, Warehouse

COLLECTION = "tokens"


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


def sweep(warehouse: Warehouse, *, now: dtm.datetime) -> int:
    """Remove expired tokens; returns how many."""
    expired = [
        entry.key
        for entry in warehouse.entries(COLLECTION)
        if dtm.datetime.fromisoformat(entry.body["expires_at"]) <= now
    ]
    for key in expired:
        warehouse.delete(COLLECTION, key)
    return len(expired)


def _key(purpose: str, token: str) -> str:
    return sha256(f"{purpose}:{token}".encode()).hexdigest()
