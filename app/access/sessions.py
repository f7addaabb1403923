"""Server-side sessions: a random token in the browser's cookie, its SHA-256 in the registry, the role in the account.

A session ends by itself after 7 days, at once on logout, and with every other of the account on a new password.
"""

import datetime as dtm
import hashlib
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from app.access import accounts
from app.access.accounts import Account
from warehouse.interface import Warehouse

COLLECTION = "account_sessions"
LASTS = dtm.timedelta(days=7)
COOKIE = "efir_session"
SECURE_COOKIE = f"__Host-{COOKIE}"


def cookie_name(*, is_https: bool) -> str:
    """Over TLS the cookie carries the `__Host-` prefix: no other host can have set it."""
    return SECURE_COOKIE if is_https else COOKIE


def token_in(cookie_header: str, *, is_https: bool) -> str:
    """The session token in a Cookie header; "" if there is none."""
    try:
        morsel = SimpleCookie(cookie_header).get(cookie_name(is_https=is_https))
    except CookieError:
        return ""
    return morsel.value if morsel else ""


@dataclass(frozen=True, slots=True)
class Session:
    """One place somebody is logged in at. `key` ends it; it opens nothing."""

    key: str
    started_at: dtm.datetime
    address: str
    browser: str


def start(warehouse: Warehouse, account: Account, now: dtm.datetime, *, address: str = "", browser: str = "") -> str:
    """Begin a session and return its token, which nobody can read again. Address and browser tell it from others."""
    token = secrets.token_urlsafe(32)
    body = {
        "email": account.email,
        "started_at": now.isoformat(),
        "expires_at": (now + LASTS).isoformat(),
        "address": address,
        "browser": browser[:200],
    }
    warehouse.put(COLLECTION, _key(token), body, expect_version=0)
    return token


def account_of(warehouse: Warehouse, token: str, now: dtm.datetime) -> Account | None:
    """Whose session this is: None if unknown, over, or the account is closed. The role is today's."""
    entry = warehouse.get(COLLECTION, _key(token)) if token else None
    if entry is None:
        return None
    if dtm.datetime.fromisoformat(entry.body["expires_at"]) <= now:
        warehouse.delete(COLLECTION, entry.key)
        return None
    account = accounts.find(warehouse, entry.body["email"])
    return account if account and account.is_active else None


def end(warehouse: Warehouse, token: str) -> None:
    """Log out. Ending what is over is fine."""
    if token:
        warehouse.delete(COLLECTION, _key(token))


def of(warehouse: Warehouse, email: str, now: dtm.datetime) -> list[Session]:
    """Where this account is logged in now, newest first."""
    mine = [
        Session(
            entry.key,
            dtm.datetime.fromisoformat(entry.body["started_at"]),
            str(entry.body.get("address", "")),
            str(entry.body.get("browser", "")),
        )
        for entry in warehouse.entries(COLLECTION)
        if entry.body["email"] == email and dtm.datetime.fromisoformat(entry.body["expires_at"]) > now
    ]
    return sorted(mine, key=lambda session: session.started_at, reverse=True)


def end_of(warehouse: Warehouse, email: str, key: str) -> bool:
    """End one session of this account; False when it is not theirs, or over."""
    entry = warehouse.get(COLLECTION, key)
    if entry is None or entry.body["email"] != email:
        return False
    warehouse.delete(COLLECTION, key)
    return True


def key_of(token: str) -> str:
    """The key of the session this token opens."""
    return _key(token)


def end_all(warehouse: Warehouse, email: str) -> int:
    """End every session of an account; returns how many there were. What expired is swept at night."""
    mine = [entry.key for entry in warehouse.entries(COLLECTION) if entry.body["email"] == email]
    for key in mine:
        warehouse.delete(COLLECTION, key)
    return len(mine)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
