"""What is on the programme: the facts about it, and the schedule they fold to."""

from domain.events import Fact
from domain.webinars import SCHEDULE_EVENTS, Schedule, fold_schedule
from warehouse.interface import Warehouse


def programme_facts(warehouse: Warehouse) -> list[Fact]:
    """Every fact about webinars, sessions and partners, in `seq` order. Raises WarehouseError.

    The Telegram facts and languages of leads stay in the log: there may be a million of them.
    """
    return warehouse.facts_of(names=SCHEDULE_EVENTS, lead_ids=[None])


def schedule(warehouse: Warehouse) -> Schedule:
    """The schedule as the log tells it now. Raises WarehouseError."""
    return fold_schedule(programme_facts(warehouse))
