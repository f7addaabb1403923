"""One person may stand behind several leads: those that staff merged. Rights are the person's, so they cover all."""

from collections.abc import Iterable

from domain.events import Fact
from domain.merging import MERGES, survivors
from warehouse.interface import Warehouse, WarehouseError


class UnknownLead(WarehouseError):  # noqa: N818 - reads as what it says
    """No fact speaks of this lead."""


def of_one_person(warehouse: Warehouse, lead_id: str) -> list[str]:
    """The leads merged with this one, in whatever direction, itself among them. Raises UnknownLead."""
    if not warehouse.facts_of(lead_ids=[lead_id]):
        raise UnknownLead(f"There is no lead {lead_id}. See the address of their card in the studio.")
    return family(warehouse.facts_of(names=MERGES), lead_id)


def family(merges: Iterable[Fact], lead_id: str) -> list[str]:
    """Everybody who goes on as the same lead as this one does."""
    into = survivors(merges)
    head = into.get(lead_id, lead_id)
    return sorted({lead_id, head, *(lead for lead, survivor in into.items() if survivor == head)})


def behind(merges: Iterable[Fact], lead_id: str) -> list[str]:
    """The leads whose histories are this one's, itself first: all merged into it; itself alone if it was merged."""
    into = survivors(merges)
    return [lead_id] if lead_id in into else [lead_id, *sorted(one for one, head in into.items() if head == lead_id)]
