"""The reaction: tails the log and appends what follows. Its memory may be lost at any moment; no rules here."""

import datetime as dtm
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from domain.events import CanaryReleased, Fact, ScenarioResumed, TouchRecorded
from domain.merging import MERGES
from domain.reaction import answer, react, react_sessions
from domain.waves import PER_SECOND
from domain.webinars import is_about_programme
from pipelines.batch import STAGE, Outcome, Rules, append, react_to
from pipelines.programme import Programme
from pipelines.urgency import CALM, DELIVERY, DERIVED, PROMPT
from pipelines.wakeups import WakeUps
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads import reaction as reads
from warehouse.reads.families import families

log = logging.getLogger(__name__)

Clock = Callable[[], dtm.datetime]

PAGE = 1000
PAGES_AT_ONCE = 100
SLICE = 200
"""Leads of the backlog in one step: small enough that a fresh fact waits a fraction of a second."""
CALM_FOR = dtm.timedelta(seconds=2)
HANDED_OVER_FOR = dtm.timedelta(minutes=1)
"""What a requested run has before its leads are looked at here: it starts in seconds, 400 leads take one more."""
FAILED_FOR = dtm.timedelta(minutes=10)
HORIZON = dtm.timedelta(days=8)
"""No rule has anything left to do for a lead this long after its last fact and its last session."""
SESSIONS = ""
"""Wake-up key of the sessions themselves; lead ids are never empty."""


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """More leads are affected than one step should look at: a run is to do it."""

    after_seq: int
    to_seq: int
    is_due: bool
    """Also leads whose moment has come, not only those of the facts."""
    leads: int


@dataclass(slots=True)
class StepReport:
    """What one step saw and did."""

    cursor: int
    facts: int = 0
    leads: int = 0
    failed: int = 0
    backlog: int = 0
    """Leads still queued."""
    appended: Counter[str] = field(default_factory=Counter)
    """Facts that followed, by event name."""
    lag_seconds: float | None = None
    """From the oldest prompt fact's commit to the commit of what followed; None when nothing followed from one."""
    bulk: BulkRequest | None = None


class Reactor:
    """Call `resume` with the last saved cursor, then `step` again and again. Not thread-safe."""

    def __init__(
        self, warehouse: Warehouse, *, bulk_leads: int = 500, rules: Rules = react, per_second: float = PER_SECOND
    ) -> None:
        """`bulk_leads`: more affected leads than this at once are left to a run. `per_second`: the sender's pace."""
        self._per_second = per_second
        self._warehouse = warehouse
        self._bulk_leads = bulk_leads
        self._rules = rules
        self.cursor: int | None = None

    def resume(self, cursor: int | None, now: dtm.datetime) -> None:
        """Go on after `cursor`; None: nothing was ever looked at. Rebuilds the memory if it does not reach that far."""
        if self.cursor is None or cursor is None or cursor > self.cursor:
            self._rebuild(cursor, now)
        else:
            self.cursor = cursor

    def step(self, wait_seconds: float, now: Clock) -> StepReport:
        """Wait for something to do, at most that long, and do it. The cursor moves only when what follows is durable.

        Raises WarehouseError when the warehouse cannot be reached; the next step makes up for it.
        """
        if self.cursor is None:
            self._rebuild(None, now())
        after = self.cursor or 0
        page = self._read(after, self._patience(wait_seconds, now()))
        moment = now()
        report = StepReport(cursor=page[-1].seq or after if page else after, facts=len(page))
        outcome = Outcome()
        fresh = self._fresh(page, moment)
        due = self._due(moment, outcome)
        leads: dict[str, None] = {}
        try:
            append(self._warehouse, answer(page, moment), outcome)
            leads = self._spare(report, after, fresh, due, moment)
            leads |= self._slice(SLICE - len(leads))
            self._react(list(leads), moment, outcome)
        except BaseException:
            self._backlog |= fresh | due | leads
            raise
        self.cursor = report.cursor
        report.leads, report.failed, report.backlog = len(leads), len(outcome.failed), len(self._backlog)
        report.appended = outcome.appended
        report.lag_seconds = _lag(page, now()) if outcome.appended else None
        return report

    def _rebuild(self, cursor: int | None, now: dtm.datetime) -> None:
        """Fold the programme and queue every lead with something pending: everybody, when there is no cursor."""
        head = reads.last_seq(self._warehouse)
        self._programme = Programme(self._warehouse, per_second=self._per_second)
        self._families = families(self._warehouse)
        self._wake_ups = WakeUps()
        self._wake_ups.set(SESSIONS, now)
        self._own: set[str] = set()
        self._handed_over: set[str] = set()
        self._grown: set[str] = set()
        self._failed = _failed_before(self._warehouse)
        pending = reads.leads_between(self._warehouse, 0, head) if cursor is None else self._pending(now)
        self._backlog = dict.fromkeys([*self._failed, *pending])
        self.cursor = head if cursor is None else cursor
        if cursor is None:  # the facts up to the head are looked at by their leads; a canary is about nobody
            recent = self._warehouse.facts_after(max(0, head - PAGE), limit=PAGE, names={CanaryReleased.name})
            append(self._warehouse, answer(recent.facts, now), Outcome())
        log.info("the reaction starts at seq %d with %d leads to look at", self.cursor, len(self._backlog))

    def _pending(self, now: dtm.datetime) -> list[str]:
        """Everybody for whom a rule may still have something to do."""
        sessions = self._programme.schedule.sessions.values()
        alive = [session.session_id for session in sessions if session.ends_at > now - HORIZON]
        return reads.leads_with_something_pending(self._warehouse, since=now - HORIZON, session_ids=alive)

    def _patience(self, wait_seconds: float, now: dtm.datetime) -> float:
        if self._backlog:
            return 0
        next_at = self._wake_ups.next_at()
        until_due = (next_at - now).total_seconds() if next_at else wait_seconds
        return max(0.0, min(wait_seconds, until_due, CALM_FOR.total_seconds()))

    def _read(self, after: int, wait_seconds: float) -> Sequence[Fact]:
        """Everything after the cursor, as soon as a prompt fact is there or the wait is over."""
        page = self._warehouse.facts_after(after, limit=PAGE, wait_seconds=wait_seconds, names=PROMPT)
        if page.facts and page.facts[-1].seq == after + len(page.facts):
            return page.facts
        return self._warehouse.facts_after(after, limit=PAGE).facts

    def _spare(
        self, report: StepReport, after: int, fresh: dict[str, None], due: dict[str, None], now: dtm.datetime
    ) -> dict[str, None]:
        """Ask for a run where there are too many; returns the leads that are left to look at here."""
        if len(fresh) > self._bulk_leads:
            leads = fresh | self._drain(report, now) | due
            report.bulk = BulkRequest(after, report.cursor, is_due=bool(due), leads=len(leads))
            self._hand_over(leads, now)
            return {}
        if len(due) > self._bulk_leads:  # a session's end must not keep a fresh fact waiting for the run
            report.bulk = BulkRequest(after, report.cursor, is_due=True, leads=len(due))
            self._hand_over(due.keys() - fresh.keys(), now)
            return fresh
        return fresh | due

    def _drain(self, report: StepReport, now: dtm.datetime) -> dict[str, None]:
        """A flood: read on, so that one run looks at all of it."""
        leads: dict[str, None] = {}
        for _ in range(PAGES_AT_ONCE):
            page = self._warehouse.facts_after(report.cursor, limit=PAGE).facts
            if not page:
                break
            leads |= self._fresh(page, now)
            report.cursor = page[-1].seq or report.cursor
            report.facts += len(page)
        return leads

    def _fresh(self, page: Sequence[Fact], now: dtm.datetime) -> dict[str, None]:
        """Leads to look at now because of these facts; the others are queued, or woken a little later."""
        news = [fact for fact in page if fact.event_id not in self._own]
        self._own.difference_update(fact.event_id for fact in page)
        if programme := [fact for fact in news if is_about_programme(fact)]:
            self._programme.add(programme)
            self._wake_ups.set(SESSIONS, now)
            self._backlog |= dict.fromkeys(self._programme.concerned(programme))
            if any(fact.name == ScenarioResumed.name for fact in programme):
                self._backlog |= dict.fromkeys(self._pending(now))
        self._grown |= self._programme.count(page)
        if self._grown:  # a page that is read again, because the log could not be asked, is not counted again
            self._backlog |= dict.fromkeys(reads.leads_of_sessions(self._warehouse, self._grown))
            self._grown = set()
        visitors = {fact.properties["visitor_id"] for fact in news if fact.name == TouchRecorded.name}
        fresh: dict[str, None] = dict.fromkeys(reads.leads_of_visitors(self._warehouse, visitors))
        fresh |= self._merged_or_parted(news)
        for fact in news:
            if fact.lead_id is None or fact.name in DELIVERY:
                continue
            if fact.name in CALM:
                self._wake_ups.no_later_than(fact.lead_id, now + CALM_FOR)
            elif fact.name in DERIVED:
                self._backlog[fact.lead_id] = None
            else:
                fresh[fact.lead_id] = None
        return fresh

    def _merged_or_parted(self, news: Sequence[Fact]) -> dict[str, None]:
        """Everybody who became one with somebody by these facts, or ceased to be."""
        named = {fact.lead_id for fact in news if fact.lead_id and fact.name in MERGES}
        before, self._families = self._families, self._families.joined_by(news)
        return dict.fromkeys([*before.all_of(named), *self._families.all_of(named)])

    def _due(self, now: dtm.datetime, outcome: Outcome) -> dict[str, None]:
        """Leads whose moment has come. Those a run was asked to look at are queued, not asked for once more."""
        due = dict.fromkeys(self._wake_ups.take_due(now))
        if SESSIONS in due:
            del due[SESSIONS]
            self._react_to_sessions(now, outcome)
        late = self._handed_over & due.keys()
        self._handed_over -= late
        self._backlog |= dict.fromkeys(late)
        return {lead_id: None for lead_id in due if lead_id not in late}

    def _react_to_sessions(self, now: dtm.datetime, outcome: Outcome) -> None:
        """State that sessions began and ended. What that means to their leads follows when the facts come back."""
        self._wake_ups.set(SESSIONS, now + CALM_FOR)
        try:
            reaction = react_sessions(self._programme.schedule, now)
            append(self._warehouse, reaction.facts, outcome)
        except WarehouseError:
            log.warning("the warehouse did not take what the sessions' clock says; trying again")
        except Exception:
            log.exception("the rules failed for the sessions; trying again in %s", FAILED_FOR)
            self._wake_ups.set(SESSIONS, now + FAILED_FOR)
        else:
            self._wake_ups.set(SESSIONS, reaction.wake_at)

    def _react(self, lead_ids: Sequence[str], now: dtm.datetime, outcome: Outcome) -> None:
        batch = react_to(self._warehouse, lead_ids, self._programme.schedule, now, self._rules, self._families)
        outcome.appended.update(batch.appended)
        outcome.failed = batch.failed
        self._own |= batch.event_ids
        self._handed_over.difference_update(lead_ids)
        for lead_id, wake_at in batch.wake_ups.items():
            # A rule that wants to be asked again at once must not turn the loop into a busy one.
            self._wake_ups.set(lead_id, wake_at and max(wake_at, now + CALM_FOR / 20))
            if rejected_id := self._failed.pop(lead_id, None):
                self._warehouse.mark_rejected(rejected_id, "replayed")
        for lead_id, rejected_id in batch.failed.items():
            self._failed[lead_id] = rejected_id
            self._wake_ups.set(lead_id, now + FAILED_FOR)

    def _hand_over(self, lead_ids: Iterable[str], now: dtm.datetime) -> None:
        for lead_id in lead_ids:
            self._handed_over.add(lead_id)
            self._wake_ups.set(lead_id, now + HANDED_OVER_FOR)

    def _slice(self, room: int) -> dict[str, None]:
        taken = dict.fromkeys(islice(self._backlog, max(0, room)))
        for lead_id in taken:
            del self._backlog[lead_id]
        return taken


def _failed_before(warehouse: Warehouse) -> dict[str, str]:
    """Leads whose rules failed and have not succeeded since, with the ids of the rejections."""
    refused = warehouse.rejected(state="open", limit=PAGE)
    return {json.loads(one.payload)["lead_id"]: one.rejected_id for one in refused if one.stage == STAGE}


def _lag(page: Sequence[Fact], now: dtm.datetime) -> float | None:
    moments = [fact.recorded_at for fact in page if fact.recorded_at and fact.name in PROMPT]
    return (now - min(moments)).total_seconds() if moments else None
