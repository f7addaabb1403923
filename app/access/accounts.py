"""Staff accounts in the registry: invited by a one-time link, kept by e-mail, password as argon2id. Free of Reflex.

Sessions live in `sessions`; which page asks for which role is the page's business.
"""

import datetime as dtm
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.access import alerts, passwords
from app.access.roles import Role
from domain.people import normalise_email
from warehouse import tokens
from warehouse.interface import RegistryEntry, VersionConflict, Warehouse

COLLECTION = "accounts"
INVITED = f"{COLLECTION}_invited"
"""By e-mail, which link is the one that works: the newest, until it is used or void."""
INVITATION = "admin_invite"
INVITATION_LASTS = dtm.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in. `partner_id` is set for partners only."""

    email: str
    role: Role
    is_active: bool = True
    partner_id: str | None = None
    created_at: str = ""
    has_second_factor: bool = False
    staff_id: str = ""
    """Under which they are linked (or were about to link) a Telegram for alerts about failures; "" for never."""

    @property
    def runs_the_house(self) -> bool:
        """What fails in it is their business."""
        return self.role is Role.ADMIN


def create_invite(
    warehouse: Warehouse, email: str, role: Role | str, now: dtm.datetime, public_url: str, *, partner_id: str = ""
) -> str:
    """A one-time link (7 days) on which this person sets a password and becomes an account with this role.

    For somebody who has an account it sets a new password and the role. Links this person was given before work no
    more. Raises ContactError for a bad e-mail, ValueError for an unknown role.
    """
    login = normalise_email(email)
    body = {"email": login, "role": str(Role(role)), "partner_id": partner_id or None}
    token = tokens.mint(warehouse, INVITATION, body, now=now, ttl=INVITATION_LASTS)
    warehouse.put(INVITED, login, {"hash": _fingerprint(token)})
    return f"{public_url.rstrip('/')}/invite/{token}"


def is_open(warehouse: Warehouse, token: str, now: dtm.datetime) -> bool:
    """Whether the link can still be used. Asking uses nothing up."""
    return _invited(warehouse, token, now) is not None


def accept_invite(warehouse: Warehouse, token: str, password: str, now: dtm.datetime) -> Account | None:
    """Use the link up and write the account; None when the link is unknown, expired, used or void.

    Void is a link from before another invitation, or before the account was closed, opened again or given another role:
    what was decided last counts.
    Raises WeakPassword before the link is used up, so another try is possible.
    """
    found = _invited(warehouse, token, now)
    if found is None:
        return None
    invited, newest = found
    email = newest.key
    passwords.check(password, email)
    given = {name: invited[name] for name in ("email", "role", "partner_id")}
    body = {**given, "password_hash": passwords.hashed(password), "is_active": True}
    if not _claimed(warehouse, newest, now):
        return None
    tokens.revoke(warehouse, INVITATION, token)
    # A second factor outlives a new password.
    _write(warehouse, email, lambda known: {**(known or {"created_at": now.isoformat()}), **body})
    _end_if_idle(warehouse, email, now)
    return find(warehouse, email)


def _invited(warehouse: Warehouse, token: str, now: dtm.datetime) -> tuple[dict[str, Any], RegistryEntry] | None:
    """What an invitation says while it counts, and the entry that says it is the person's newest."""
    invited = tokens.peek(warehouse, INVITATION, token, now=now)
    newest = warehouse.get(INVITED, str(invited["email"])) if invited else None
    if invited is None or newest is None or newest.body.get("hash") != _fingerprint(token):
        return None
    return invited, newest


def _claimed(warehouse: Warehouse, newest: RegistryEntry, now: dtm.datetime) -> bool:
    """Use the invitation up, once: the token alone cannot, for a weak password must not cost the link."""
    try:
        warehouse.put(INVITED, newest.key, {"used_at": now.isoformat()}, expect_version=newest.version)
    except VersionConflict:
        return False
    return True


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(warehouse: Warehouse, email: str) -> Account | None:
    """The account of a normalised e-mail."""
    entry = warehouse.get(COLLECTION, email)
    return _read(entry) if entry else None


def listed(warehouse: Warehouse) -> list[Account]:
    """Everybody who has an account, by e-mail."""
    return sorted((_read(entry) for entry in warehouse.entries(COLLECTION)), key=lambda account: account.email)


def authenticated(warehouse: Warehouse, email: str, password: str) -> Account | None:
    """The active account this e-mail and password belong to. Unknown e-mails take as long as wrong passwords."""
    entry = warehouse.get(COLLECTION, email)
    stored = str(entry.body["password_hash"]) if entry else None
    if not passwords.fits(stored, password) or entry is None or not entry.body.get("is_active", True):
        return None
    if stored and passwords.is_outdated(stored):
        change(warehouse, email, password_hash=passwords.hashed(password))
    return _read(entry)


def change(warehouse: Warehouse, email: str, **said: Any) -> None:
    """Say this of an account and leave the rest; None: say it no more. Raises KeyError when there is no account."""

    def changed(known: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if known is None:
            raise KeyError(email)
        return {name: value for name, value in {**known, **said}.items() if value is not None or name not in said}

    _write(warehouse, email, changed)


def _write(
    warehouse: Warehouse, email: str, made: Callable[[Mapping[str, Any] | None], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Write what is made of what is known of an account (None: nothing), anew if somebody changed it meanwhile."""
    while True:
        entry = warehouse.get(COLLECTION, email)
        body = made(entry.body if entry else None)
        try:
            warehouse.put(COLLECTION, email, body, expect_version=entry.version if entry else 0)
        except VersionConflict:
            continue
        return body


def set_active(warehouse: Warehouse, email: str, now: dtm.datetime, *, is_active: bool) -> None:
    """Close or reopen an account; a closed one is out at its next click. Raises KeyError when there is none."""
    warehouse.delete(INVITED, email)
    change(warehouse, email, is_active=is_active)
    _end_if_idle(warehouse, email, now)


def set_role(warehouse: Warehouse, email: str, role: Role | str, now: dtm.datetime) -> None:
    """Give an account another role, at once. Raises KeyError when there is none, ValueError for an unknown role."""
    warehouse.delete(INVITED, email)
    change(warehouse, email, role=str(Role(role)))
    _end_if_idle(warehouse, email, now)


def staff_id_of(warehouse: Warehouse, email: str) -> str:
    """The id alerts to this account go by; made when first asked for. Raises KeyError when there is no account."""

    def named(known: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if known is None:
            raise KeyError(email)
        return known if known.get("staff_id") else {**known, "staff_id": alerts.new_id()}

    return str(_write(warehouse, email, named)["staff_id"])


def end_alerts(warehouse: Warehouse, email: str, now: dtm.datetime) -> bool:
    """Unlink the account's Telegram and forget the chat; False when none was ever linked."""
    entry = warehouse.get(COLLECTION, email)
    if entry is None or not entry.body.get("staff_id"):
        return False
    staff_id = str(entry.body["staff_id"])
    alerts.end(warehouse, staff_id, now)
    change(warehouse, email, staff_id=None)
    alerts.forget(warehouse, staff_id)
    return True


def _end_if_idle(warehouse: Warehouse, email: str, now: dtm.datetime) -> None:
    """Who is shut out, or does not run the house any more, is told nothing of it."""
    account = find(warehouse, email)
    if account is not None and not (account.is_active and account.runs_the_house):
        end_alerts(warehouse, email, now)


def _read(entry: RegistryEntry) -> Account:
    body = entry.body
    return Account(
        email=entry.key,
        role=Role(body["role"]),
        is_active=bool(body.get("is_active", True)),
        partner_id=body.get("partner_id"),
        created_at=str(body.get("created_at", "")),
        has_second_factor=bool(body.get("totp_secret")),
        staff_id=str(body.get("staff_id") or ""),
    )
