"""What partners ask the bot: how many leads they brought."""

import datetime as dtm

from warehouse.interface import Warehouse
from warehouse.reads import load


def leads_since(warehouse: Warehouse, partner_id: str, since: dtm.datetime | None) -> int:
    """Leads that are this partner's and were created since that moment (None: ever)."""
    params = {"partner": partner_id, "since": since.isoformat() if since else ""}
    row = warehouse.sql(load("partner_leads_since"), params).to_pylist()[0]
    return int(row["leads"])
