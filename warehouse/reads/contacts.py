"""Whose contacts these are, for many at once; one at a time it is `Warehouse.find_people`."""

from collections.abc import Sequence

from warehouse.interface import Warehouse
from warehouse.reads import load

AT_ONCE = 2000


def holders(warehouse: Warehouse, values: Sequence[str]) -> dict[str, list[str]]:
    """Leads by contact, the oldest first; contacts that nobody has are left out."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(values), AT_ONCE):
        asked = {"contacts": list(values[start : start + AT_ONCE])}
        for row in warehouse.sql(load("contact_holders"), asked).to_pylist():
            found.setdefault(row["contact"], []).append(row["lead_id"])
    return found
