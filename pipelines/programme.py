"""The folded schedule, kept current from the tail of the log, and whom a change concerns. Rebuilt at any start."""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from domain.events import Fact, RegisteredForSession, WebinarConfigured
from domain.waves import PER_SECOND, sizes
from domain.webinars import Schedule, fold_schedule
from warehouse.interface import Warehouse
from warehouse.reads import reaction as reads
from warehouse.reads.programme import programme_facts

log = logging.getLogger(__name__)


class Programme:
    """Facts about webinars, sessions and partners, and the schedule they fold to."""

    def __init__(self, warehouse: Warehouse, *, per_second: float = PER_SECOND) -> None:
        """Read and fold everything there is. `per_second`: the pace of the sender."""
        self._warehouse = warehouse
        self._per_second = per_second
        self._facts: dict[str, Fact] = {}
        self.schedule = Schedule()
        self._counted_to = reads.last_seq(warehouse)
        self._registered = Counter(reads.registered_counts(warehouse, self._counted_to))
        self.add(programme_facts(warehouse))

    def add(self, news: Iterable[Fact]) -> None:
        """Fold the facts in. One that cannot be folded is kept among the rejected facts and left out."""
        fresh = {fact.event_id: fact for fact in news}
        try:
            self._fold(fresh)
        except Exception:
            log.exception("the schedule could not be folded: looking for the fact that does it")
            for event_id, fact in fresh.items():
                self._fold_carefully(event_id, fact)

    def count(self, news: Iterable[Fact]) -> set[str]:
        """Count new registrations; the sessions that grew so much that their reminders must start earlier."""
        counted_to = self._counted_to
        for fact in news:
            if fact.name == RegisteredForSession.name and fact.session_id and (fact.seq or 0) > counted_to:
                self._registered[fact.session_id] += 1
                self._counted_to = max(self._counted_to, fact.seq or 0)
        if self._counted_to == counted_to:
            return set()
        before, now = self.schedule.registered, self._sizes(self.schedule)
        grown = {session_id for session_id, many in now.items() if many != before.get(session_id, 0)}
        if grown:
            self.schedule = replace(self.schedule, registered=now)
        return grown

    def _sizes(self, schedule: Schedule) -> Mapping[str, int]:
        starts = {session_id: session.starts_at for session_id, session in schedule.sessions.items()}
        return MappingProxyType(sizes(self._registered, starts))

    def concerned(self, news: Sequence[Fact]) -> list[str]:
        """Leads whose sessions or partners these facts change."""
        configured = {fact.webinar_id for fact in news if fact.name == WebinarConfigured.name}
        sessions = {fact.session_id for fact in news if fact.session_id}
        sessions |= {s.session_id for s in self.schedule.sessions.values() if s.webinar_id in configured}
        partners = {fact.properties["partner_id"] for fact in news if fact.properties.get("partner_id")}
        leads = reads.leads_of_sessions(self._warehouse, sessions)
        return [*leads, *reads.leads_of_partners(self._warehouse, partners)]

    def _fold(self, fresh: dict[str, Fact]) -> None:
        known = self._facts | fresh
        folded = fold_schedule(known.values())
        self.schedule = replace(folded, registered=self._sizes(folded), per_second=self._per_second)
        self._facts = known

    def _fold_carefully(self, event_id: str, fact: Fact) -> None:
        try:
            self._fold({event_id: fact})
        except Exception as error:  # noqa: BLE001 - whatever it is, it is that fact's
            self._warehouse.reject(
                stage="schedule",
                code="rule_failed",
                message=f"{fact.name}: {type(error).__name__}: {error}",
                payload=json.dumps(fact.model_dump(mode="json", exclude={"seq", "recorded_at"}), ensure_ascii=False),
                emitter=fact.emitter,
            )
