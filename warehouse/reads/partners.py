"""What partners ask the bot: how many leads they brought."""

import datetime as dtm

from warehouse.interface import Warehouse
from warehouse.reads import over


def leads_since(warehouse: Warehouse, partner_id: str, since: dtm.datetime | None) -> int:
    """Leads that are this partner's and were created since that moment (None: ever)."""
    params = {"partner": partner_id, "since": since.isoformat() if since else ""}
    row = warehouse.sql(over("partner_leads_since", "survivors", "lead_partners"), params).to_pylist()[0]
    return int(row["leads"])
