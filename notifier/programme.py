"""The current programme, who is one with whom, who can be reached where: folded once, kept current by the tail."""

from collections.abc import Collection, Iterable

from domain.events import Fact
from domain.family import fold_person
from domain.merging import MERGES, Families
from domain.webinars import SCHEDULE_EVENTS, Schedule, fold_schedule, is_about_programme
from warehouse.interface import Personal, Warehouse
from warehouse.reads.families import facts_of_people
from warehouse.reads.programme import programme_facts

FOLDED = frozenset({*SCHEDULE_EVENTS, *MERGES})
"""Facts that say something new to `Programme`."""
_CHANNEL_FACTS = frozenset({"telegram_linked", "telegram_blocked", "telegram_unblocked", "lead_erased"})


def told(warehouse: Warehouse) -> list[Fact]:
    """All of them that the log has. Raises WarehouseError."""
    return [*programme_facts(warehouse), *warehouse.facts_of(names=MERGES)]


class Programme:
    """Webinars, sessions, partners and merged leads as of the last fact seen."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: dict[str, Fact] = {}
        self.version = 0
        """Another one after every change."""
        self.schedule = Schedule()
        self.families = Families()
        self.observe(facts)

    @classmethod
    def load(cls, warehouse: Warehouse) -> "Programme":
        """From the whole log. Raises WarehouseError."""
        return cls(told(warehouse))

    def observe(self, facts: Iterable[Fact]) -> bool:
        """Take in new facts, and say whether anything changed; those of no programme are ignored, repeats no harm."""
        facts = list(facts)
        fresh = {fact.event_id: fact for fact in facts if is_about_programme(fact) and fact.event_id not in self._facts}
        if fresh:
            self._facts |= fresh
            self.schedule = fold_schedule(self._facts.values())
        before, self.families = self.families, self.families.joined_by(facts)
        has_changed = bool(fresh) or self.families is not before
        self.version += has_changed
        return has_changed

    def was_merged(self, lead_id: str) -> bool:
        """Whether the lead is one with another, or ever was."""
        return self.families.has_known(lead_id)


def chats(warehouse: Warehouse, subjects: Collection[str]) -> dict[str, str]:
    """Telegram chat of each subject that has one."""
    if not subjects:
        return {}
    rows = warehouse.people(sorted(subjects), {Personal.TELEGRAM_CHAT_ID})
    return {row.subject_id: row.value for row in rows}


def chats_of(warehouse: Warehouse, families: Families, subjects: Collection[str]) -> dict[str, str]:
    """Telegram chat of each subject that has one; a merged lead's is the best of all that the person has."""
    merged = sorted(lead_id for lead_id in subjects if families.knows(lead_id))
    known = chats(warehouse, {*subjects, *families.all_of(merged)})
    facts = facts_of_people(warehouse, families, merged, _CHANNEL_FACTS) if merged else []
    for lead_id in merged:
        order = fold_person(facts, lead_id).reached_as or (lead_id,)
        found = next((known[one] for one in order if one in known), None)
        if found is None:
            known.pop(lead_id, None)
        else:
            known[lead_id] = found
    return {subject: known[subject] for subject in subjects if subject in known}


def owners_of_chat(warehouse: Warehouse, families: Families, lead_id: str, chat: str) -> list[str]:
    """Whose chat a message to this lead went to: its own, or that of leads merged with it."""
    ours = families.of(lead_id)
    held = chats(warehouse, ours) if len(ours) > 1 else {}
    return [one for one in ours if held.get(one) == chat] or [lead_id]
