"""Registry entries that name their own end (`expires_at`): links people hold, logins. Past it they open nothing."""

import datetime as dtm

from warehouse.interface import Warehouse
from warehouse.reads import load


def sweep(warehouse: Warehouse, *, now: dtm.datetime) -> int:
    """Delete those whose end has come; returns how many. Every message makes some, and the registry is kept in memory.

    Raises WarehouseError.
    """
    over = warehouse.sql(load("expired_entries"), {"now": now}).to_pylist()
    for entry in over:
        warehouse.delete(entry["collection"], entry["key"])
    return len(over)
