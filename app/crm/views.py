"""Views of the list of leads that somebody keeps by name: their own, or shared with the house."""

import secrets
from dataclasses import dataclass

from warehouse.interface import Warehouse

COLLECTION = "lead_views"
MOST = 50
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class View:
    """A name for filters. `address` is the end of the list's address: `?source=vk`."""

    view_id: str
    name: str
    address: str
    owner: str
    is_shared: bool


def views(warehouse: Warehouse, owner: str) -> list[View]:
    """What this person sees: their own views and the shared ones, by name."""
    found = (
        View(one.key, one.body["name"], one.body["address"], one.body["owner"], bool(one.body["is_shared"]))
        for one in warehouse.entries(COLLECTION)
    )
    return sorted((one for one in found if one.is_shared or one.owner == owner), key=lambda one: one.name.casefold())


def keep(warehouse: Warehouse, name: str, address: str, owner: str, *, is_shared: bool) -> bool:
    """Keep a view; one's own of the same name is replaced. False: no name, or too many."""
    clean = _clean(name)
    own = [one for one in views(warehouse, owner) if one.owner == owner]
    same = next((one.view_id for one in own if one.name == clean), None)
    if not clean or (same is None and len(own) >= MOST):
        return False
    body = {"name": clean, "address": address[:1000], "owner": owner, "is_shared": is_shared}
    warehouse.put(COLLECTION, same or secrets.token_hex(8), body)
    return True


def rename(warehouse: Warehouse, view_id: str, name: str, owner: str) -> bool:
    """Call one's own view differently. False: no name, or another view of one's own has it, or it is nobody's own."""
    clean = _clean(name)
    own = {one.view_id: one for one in views(warehouse, owner) if one.owner == owner}
    entry = warehouse.get(COLLECTION, view_id)
    is_taken = any(one.name == clean for one in own.values() if one.view_id != view_id)
    if not clean or is_taken or view_id not in own or entry is None:
        return False
    warehouse.put(COLLECTION, view_id, {**entry.body, "name": clean}, expect_version=entry.version)
    return True


def _clean(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def drop(warehouse: Warehouse, view_id: str, owner: str) -> None:
    """Forget one's own view; somebody else's stays."""
    entry = warehouse.get(COLLECTION, view_id)
    if entry and entry.body["owner"] == owner:
        warehouse.delete(COLLECTION, view_id)
