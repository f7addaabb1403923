"""The back-fill of verdicts under a webinar's present attendance policy. Plain code: a job and a command call it.

It states that the policy is applied, then lets the reaction look at the sessions' leads: verdicts come by its rules.
"""

import datetime as dtm
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.events import Emitter
from domain.reaction import react
from domain.reclassification import Effect, applied, outdated
from domain.webinars import Schedule, Session, Webinar
from pipelines.batch import react_to
from pipelines.programme import Programme
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads import attendance
from warehouse.reads.families import families

Report = Callable[[int, int], None]
"""Told again and again how many leads are done, of how many."""


class NothingSuch(WarehouseError):  # noqa: N818 - reads as what happened
    """There is no such webinar, or the session is not one that can be judged anew; the message says which."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What applying the present policy would do (or did) to one session."""

    session: Session
    policy_before: int
    policy_version: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Backfill:
    """A webinar and those of its sessions that are judged by an older policy."""

    webinar: Webinar
    schedule: Schedule
    sessions: tuple[Session, ...]

    @classmethod
    def of(cls, warehouse: Warehouse, webinar: str, session_ids: Collection[str], now: dtm.datetime) -> "Backfill":
        """What is to be done; `webinar` is its id or slug, no `session_ids` means all of them. Raises NothingSuch."""
        schedule = Programme(warehouse).schedule
        found = schedule.webinars.get(webinar) or schedule.by_slug(webinar)
        if found is None:
            raise NothingSuch(f"There is no webinar {webinar}. See them: efir webinar list")
        own = {session.session_id for session in schedule.sessions_of(found.webinar_id)}
        if foreign := set(session_ids) - own:
            raise NothingSuch(f"No session of {found.slug}: {', '.join(sorted(foreign))}. See: efir session list")
        older = outdated(schedule, found.webinar_id, now)
        return cls(found, schedule, tuple(s for s in older if not session_ids or s.session_id in session_ids))

    def outlook(self, warehouse: Warehouse, report: Report) -> list[Outlook]:
        """What it would change, session by session. Reads only."""
        found = {session.session_id: self._blank(session) for session in self.sessions}
        for session, leads in self._walk(warehouse, report):
            judging = self.schedule.judging(session)
            if judging is None:
                continue
            part = attendance.effect_on(warehouse, leads, session, judging, self.webinar.policy)
            before = found[session.session_id]
            found[session.session_id] = Outlook(
                session, before.policy_before, before.policy_version, before.effect.plus(part)
            )
        return list(found.values())

    def run(self, warehouse: Warehouse, now: dtm.datetime, report: Report) -> int:
        """Apply the policy and judge everybody anew; returns how many verdicts stand under it now.

        Doing it again, or beside the reaction, appends nothing twice: ids follow from what is said.
        """
        facts = applied(self.sessions, self.webinar.policy, emitter=Emitter.SCHEDULER, now=now)
        warehouse.append(facts, quarantine=False)
        schedule, merged = Programme(warehouse).schedule, families(warehouse)
        for _, leads in self._walk(warehouse, report):
            react_to(warehouse, leads, schedule, now, react, merged)
        version = self.webinar.policy.version
        return sum(attendance.verdicts_under(warehouse, session.session_id, version) for session in self.sessions)

    def _blank(self, session: Session) -> Outlook:
        judging = self.schedule.judging(session)
        before = judging.policy.version if judging else 0
        return Outlook(session, before, self.webinar.policy.version, Effect(session.session_id))

    def _walk(self, warehouse: Warehouse, report: Report) -> Iterator[tuple[Session, Sequence[str]]]:
        """Every batch of leads of every session, reporting after each."""
        plan = [
            (session, leads) for session in self.sessions for leads in attendance.batches(warehouse, session.session_id)
        ]
        total, done = sum(len(leads) for _, leads in plan), 0
        for session, leads in plan:
            yield session, leads
            done += len(leads)
            report(done, total)
