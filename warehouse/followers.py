"""Where those who follow the log stand: the last `seq` each has handled, told now and then for those who look."""

from warehouse.interface import Warehouse

COLLECTION = "followers"
REACTION = "reaction"


def tell(warehouse: Warehouse, follower: str, seq: int) -> None:
    """Note that everything up to `seq` is handled. Writes only when that moved."""
    if handled(warehouse, follower) != seq:
        warehouse.put(COLLECTION, follower, {"seq": seq})


def handled(warehouse: Warehouse, follower: str) -> int | None:
    """The last `seq` it told of; None before its first word."""
    entry = warehouse.get(COLLECTION, follower)
    return int(entry.body["seq"]) if entry else None
