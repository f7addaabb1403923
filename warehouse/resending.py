"""Asking for a failed message to be sent again: staff ask through a door, the notifier takes it on. No rules here."""

import uuid

from warehouse.interface import Warehouse

COLLECTION = "message_replays"
"""Registry collection of what was asked for, an entry a request. Body: the message key and who asked."""


def ask(warehouse: Warehouse, message_key: str, by: str) -> None:
    """Ask for a failed message to be sent again; the running notifier sees it within seconds. Raises WarehouseError.

    Asked twice is asked twice: striking the first request off must not take the second one along.
    """
    warehouse.put(COLLECTION, uuid.uuid4().hex, {"message_key": message_key, "by": by})


def asked(warehouse: Warehouse) -> dict[str, str]:
    """Open requests: which message each is about. Those of an earlier release were named after their message."""
    return {entry.key: str(entry.body.get("message_key", entry.key)) for entry in warehouse.entries(COLLECTION)}


def strike_off(warehouse: Warehouse, request: str) -> None:
    """The request is answered."""
    warehouse.delete(COLLECTION, request)
