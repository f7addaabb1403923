"""A world on a clock of its own: things happen at their moment, then the real reaction and the real notifier follow.

The doors' functions, the rules, the planner, the delivery and the log are the ones that run in production; only the
clock is ours. That is why the demo's history holds what Efir would have done, not what somebody wished it did.
"""

import datetime as dtm
import heapq
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

from domain.events import Fact, MessagePlanned
from domain.merging import Families
from domain.reaction import react, react_sessions
from domain.webinars import Schedule, is_about_programme
from efir.demo.delivery import Post
from pipelines.batch import Outcome, append, react_to
from pipelines.programme import Programme
from warehouse.credentials import Credential, Process
from warehouse.local import LocalWarehouse

Happening = Callable[[], Awaitable[list[Fact]]]
"""Does what happens and returns the facts to append with it, if it did not append them itself."""
TOGETHER = dtm.timedelta(seconds=30)
"""What happens within this long is committed together."""
PAGE = 5000


class World:
    """Give it happenings with `at`, then `run` to a moment. Not thread-safe; use as an async context manager."""

    def __init__(self, database: Path, starts_at: dtm.datetime, *, site: str) -> None:
        self.now = starts_at
        self.warehouse = LocalWarehouse(database, credential=Credential.of("admin"), clock=lambda: self.now)
        self._pipelines = self.seen_by("pipelines")
        self._programme = Programme(self._pipelines)
        self._post = Post(self.seen_by("notifier"), lambda: self.now, site=site)
        self._seq = 0
        self._numbers = itertools.count()
        self._happenings: list[tuple[dtm.datetime, int, Happening]] = []
        self._wake_ups: dict[str, dtm.datetime] = {}
        self._sessions_wake_at: dtm.datetime | None = None

    async def __aenter__(self) -> Self:
        await self._post.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._post.close()
        self.warehouse.close()

    def seen_by(self, process: Process) -> LocalWarehouse:
        """The warehouse as this process may use it."""
        return self.warehouse.with_credential(Credential.of(process))

    @property
    def schedule(self) -> Schedule:
        """The programme as of now."""
        return self._programme.schedule

    def at(self, moment: dtm.datetime, happening: Happening) -> None:
        """Let something happen at that moment."""
        heapq.heappush(self._happenings, (moment, next(self._numbers), happening))

    async def run(self, until: dtm.datetime, progress: Callable[[dtm.datetime], None]) -> None:
        """Live through everything up to that moment."""
        while (moment := self._next()) is not None and moment <= until:
            self.now = max(self.now, moment)
            await self._happen(until)
            await self._settle()
            progress(self.now)
        self.now = until

    def _next(self) -> dtm.datetime | None:
        moments = [*self._wake_ups.values()]
        moments += [self._happenings[0][0]] if self._happenings else []
        moments += [self._sessions_wake_at] if self._sessions_wake_at else []
        return min(moments, default=None)

    async def _happen(self, until: dtm.datetime) -> None:
        """Everything of the next half minute, committed at its end."""
        deadline = min(self.now + TOGETHER, until)
        facts: list[Fact] = []
        while self._happenings and self._happenings[0][0] <= deadline:
            moment, _, happening = heapq.heappop(self._happenings)
            self.now = max(self.now, moment)
            facts += await happening()
        if facts:
            self.warehouse.append(facts)

    async def _settle(self) -> None:
        """What follows from the new facts and from the clock, until nothing more follows."""
        own: set[str] = set()
        self._tend_sessions()
        due = {lead_id for lead_id, at in self._wake_ups.items() if at <= self.now}
        while True:
            page = self.warehouse.facts_after(self._seq, limit=PAGE)
            self._seq = page.next_seq
            leads = due | self._concerned([fact for fact in page.facts if fact.event_id not in own])
            due = set()
            if not page.facts and not leads:
                return
            outcome = self._react(leads)
            own |= outcome.event_ids
            await self._post.deliver([fact for fact in page.facts if fact.name == MessagePlanned.name], self.schedule)

    def _concerned(self, news: list[Fact]) -> set[str]:
        about = [fact for fact in news if is_about_programme(fact)]
        if about:
            self._programme.add(about)
            self._tend_sessions()
        return {fact.lead_id for fact in news if fact.lead_id} | set(self._programme.concerned(about) if about else ())

    def _react(self, leads: set[str]) -> Outcome:
        for lead_id in leads:
            self._wake_ups.pop(lead_id, None)
        outcome = react_to(self._pipelines, leads, self.schedule, self.now, react, Families())
        if outcome.failed:
            raise RuntimeError(f"The rules failed for {len(outcome.failed)} leads of the demo: {outcome.failed}")
        self._wake_ups |= {lead_id: at for lead_id, at in outcome.wake_ups.items() if at}
        return outcome

    def _tend_sessions(self) -> None:
        reaction = react_sessions(self.schedule, self.now)
        append(self._pipelines, reaction.facts, Outcome())
        self._sessions_wake_at = reaction.wake_at


def stating(*facts: Fact) -> Happening:
    """The happening of these facts."""

    async def state() -> list[Fact]:
        return list(facts)

    return state
