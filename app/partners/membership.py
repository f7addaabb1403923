"""How a partner gets in and who may become one: one-time links for the cabinet and for the people they invite.

A partner has no password: whoever holds a fresh link from the bot, from staff or from an inviting partner, enters.
"""

import contextlib
import datetime as dtm
import secrets
from collections.abc import Mapping

from app.access import accounts, journal, passwords, sessions
from app.access.accounts import Account
from app.access.roles import Role
from app.studio.recruiting import joined
from warehouse import tokens
from warehouse.interface import VersionConflict, Warehouse
from warehouse.reads import programme as read_programme
from warehouse.tokens import PARTNER_LOGIN

STAFF_LINK_LASTS = dtm.timedelta(days=7)
INVITATION = "partner_invite"
INVITATION_LASTS = dtm.timedelta(days=14)
PREFIX = "partner:"
"""Before the partner's id: the key of a cabinet's account, which is no e-mail and has no password anybody knows."""


def login_link(warehouse: Warehouse, partner_id: str, address: str, *, by: str, now: dtm.datetime) -> str:
    """A one-time link that staff hands to the partner; it stands in the journal who made it."""
    token = tokens.mint(
        warehouse, PARTNER_LOGIN, {"partner_id": partner_id}, now=now, ttl=STAFF_LINK_LASTS, single_use=True
    )
    journal.note(warehouse, "cabinet_opened", by, now=now, about=partner_id)
    return f"{address}/partner/enter/{token}"


def enter(warehouse: Warehouse, token: str, now: dtm.datetime) -> Account | None:
    """Use the link up; None: unknown, expired, used, or the cabinet was closed."""
    body = tokens.redeem(warehouse, PARTNER_LOGIN, token, now=now)
    return account_of(warehouse, str(body["partner_id"]), now) if body else None


def account_of(warehouse: Warehouse, partner_id: str, now: dtm.datetime) -> Account | None:
    """The account of a cabinet, made at the first entry; None when staff closed it or there is no such partner."""
    if partner_id not in read_programme.schedule(warehouse).partners:
        return None
    key = f"{PREFIX}{partner_id}"
    if warehouse.get(accounts.COLLECTION, key) is None:
        body = {
            "email": key,
            "role": str(Role.PARTNER),
            "partner_id": partner_id,
            "password_hash": passwords.hashed(secrets.token_urlsafe(32)),
            "is_active": True,
            "created_at": now.isoformat(),
        }
        with contextlib.suppress(VersionConflict):  # entered from elsewhere at this moment, or closed
            warehouse.put(accounts.COLLECTION, key, body, expect_version=0)
    account = accounts.find(warehouse, key)
    return account if account and account.is_active and account.role == Role.PARTNER else None


def close(warehouse: Warehouse, partner_id: str, *, by: str, now: dtm.datetime) -> None:
    """Close a cabinet until staff makes a new link for it. One that was never entered is closed as well."""
    account = account_of(warehouse, partner_id, now)
    if account:
        accounts.set_active(warehouse, account.email, now, is_active=False)
        sessions.end_all(warehouse, account.email)
    journal.note(warehouse, "cabinet_closed", by, now=now, about=partner_id)


def reopen(warehouse: Warehouse, partner_id: str, *, now: dtm.datetime) -> None:
    """Let the partner in again."""
    key = f"{PREFIX}{partner_id}"
    if warehouse.get(accounts.COLLECTION, key):
        accounts.set_active(warehouse, key, now, is_active=True)


def invitation(warehouse: Warehouse, partner_id: str, address: str, *, now: dtm.datetime) -> str:
    """A one-time link on which somebody becomes a partner invited by this one."""
    body = {"invited_by": partner_id}
    token = tokens.mint(warehouse, INVITATION, body, now=now, ttl=INVITATION_LASTS, single_use=True)
    return f"{address}/partner/join/{token}"


def join(warehouse: Warehouse, token: str, typed: Mapping[str, object], now: dtm.datetime) -> Account | None:
    """Become a partner; None when the link is unknown, expired or used.

    Raises Complaints before the link is used up, so that another try is possible; WarehouseError.
    """
    if tokens.peek(warehouse, INVITATION, token, now=now) is None:
        return None
    plan = read_programme.schedule(warehouse)
    fact, name = joined(typed, plan, now=now)
    invited = tokens.redeem(warehouse, INVITATION, token, now=now)
    if invited is None:
        return None
    stated = fact.model_copy(update={"properties": {**fact.properties, "invited_by": invited["invited_by"]}})
    warehouse.append([stated], personal=[name])
    return account_of(warehouse, name.subject_id, now)
