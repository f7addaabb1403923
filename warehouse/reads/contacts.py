"""Whose contacts these are and whose are which, for many at once; one at a time it is `Warehouse.find_people`."""

from collections.abc import Sequence

from warehouse.interface import Warehouse
from warehouse.reads import load

AT_ONCE = 2000
MANY = 50_000
"""People whose contacts are asked for in one question."""


def holders(warehouse: Warehouse, values: Sequence[str]) -> dict[str, list[str]]:
    """Leads by contact, the oldest first; contacts that nobody has are left out."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(values), AT_ONCE):
        asked = {"contacts": list(values[start : start + AT_ONCE])}
        for row in warehouse.sql(load("contact_holders"), asked).to_pylist():
            found.setdefault(row["contact"], []).append(row["lead_id"])
    return found


def of(warehouse: Warehouse, lead_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Phone and e-mail of each of them, "" for none; who has neither is left out."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(lead_ids), MANY):
        asked = {"leads": list(lead_ids[start : start + MANY])}
        for row in warehouse.sql(load("contacts_of"), asked).to_pylist():
            found[row["subject_id"]] = (row["phone"] or "", row["email"] or "")
    return found
