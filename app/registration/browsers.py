"""Which leads a browser is known to be: a secret cookie, bound to the lead it made. A typed contact proves nothing."""

import datetime as dtm
import secrets

from app.shared.warehouse import Connection
from warehouse import tokens

BROWSER_COOKIE = "efir_browser"
"""Random, unreadable for scripts, in no fact and no export (the visitor's id is in both). Stored only as its hash."""

TTL = dtm.timedelta(days=365)
PURPOSE = "browser"
MOST_LEADS = 20
"""A family's tablet; more is a machine at a fair, and the oldest are no longer its own."""


def new_secret() -> str:
    """The value of the cookie of a browser that has none."""
    return secrets.token_urlsafe(24)


async def leads_of(warehouse: Connection, secret: str, *, now: dtm.datetime) -> tuple[str, ...]:
    """The leads this browser is known to be. Raises WarehouseError."""
    body = await warehouse.run(tokens.redeem, PURPOSE, secret, now=now) if secret else None
    return tuple(body["lead_ids"]) if body else ()


async def belongs(warehouse: Connection, secret: str, lead_id: str, *, now: dtm.datetime) -> None:
    """From now on the browser is known to be this lead. A browser without cookies stays unknown."""
    if not secret:
        return
    known = await leads_of(warehouse, secret, now=now)
    leads = [*(lead for lead in known if lead != lead_id), lead_id][-MOST_LEADS:]
    await warehouse.run(tokens.bind, PURPOSE, secret, {"lead_ids": leads}, now=now, ttl=TTL)
