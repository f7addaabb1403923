"""Asking for a failed message to be sent again: staff ask through a door, the notifier takes it on. No rules here."""

from warehouse.interface import Warehouse

COLLECTION = "message_replays"
"""Registry collection of what was asked for. Key: the message key; body: who asked."""


def ask(warehouse: Warehouse, message_key: str, by: str) -> None:
    """Ask for a failed message to be sent again; the running notifier sees it within seconds. Raises WarehouseError."""
    warehouse.put(COLLECTION, message_key, {"by": by})
