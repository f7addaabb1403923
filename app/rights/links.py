"""The link to a person's own page: what is known of them, consents, the way out. Whoever holds it acts for them."""

import datetime as dtm

from warehouse import tokens
from warehouse.interface import Warehouse

PURPOSE = "me"
TTL = dtm.timedelta(days=400)


def lead_of(warehouse: Warehouse, token: str, *, now: dtm.datetime) -> str | None:
    """Whose page this token opens; None when it is unknown, expired, or the person was forgotten."""
    body = tokens.redeem(warehouse, PURPOSE, token, now=now)
    return str(body["lead_id"]) if body else None
