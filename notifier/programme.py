"""The current programme and who can be reached where: folded from the log once, kept current by the tail."""

from collections.abc import Collection, Iterable

from domain.events import Fact
from domain.webinars import SCHEDULE_EVENTS, Schedule, fold_schedule
from warehouse.interface import Personal, Warehouse


class Programme:
    """Webinars, sessions and partners as of the last fact seen."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: dict[str, Fact] = {}
        self.schedule = Schedule()
        self.observe(facts)

    @classmethod
    def load(cls, warehouse: Warehouse) -> "Programme":
        """From the whole log. Raises WarehouseError."""
        return cls(warehouse.facts_of(names=SCHEDULE_EVENTS))

    def observe(self, facts: Iterable[Fact]) -> bool:
        """Take in new facts, and say whether anything changed; those of no programme are ignored, repeats no harm."""
        fresh = {fact.event_id: fact for fact in facts if _concerns(fact)}
        if fresh:
            self._facts |= fresh
            self.schedule = fold_schedule(self._facts.values())
        return bool(fresh)


def chats(warehouse: Warehouse, subjects: Collection[str]) -> dict[str, str]:
    """Telegram chat of each subject that has one."""
    if not subjects:
        return {}
    rows = warehouse.people(sorted(subjects), {Personal.TELEGRAM_CHAT_ID})
    return {row.subject_id: row.value for row in rows}


def _concerns(fact: Fact) -> bool:
    """Telegram facts and languages count only where they are a partner's; leads' are many and are read when needed."""
    return fact.name in SCHEDULE_EVENTS and fact.lead_id is None
