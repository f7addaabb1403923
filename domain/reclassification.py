"""What another attendance policy would make of sessions that are over: whom it would turn, and how it is asked for.

Nothing is edited: applying a policy is a fact, the reaction follows with new verdicts, and what was sent stays sent.
"""

import datetime as dtm
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.attendance import Verdict, classify, facts_of, final_at
from domain.events import (
    AttendancePolicy,
    Completed,
    Emitter,
    Entered,
    Fact,
    FormSubmitted,
    OfferClicked,
    OfferShown,
    PolicyApplied,
    RegisteredForSession,
    ReplayWatched,
    Watched,
)
from domain.judgement import is_expected
from domain.leads import fold_lead
from domain.webinars import Schedule, Session, Webinar

EVIDENCE: frozenset[str] = frozenset(
    event.name
    for event in (
        RegisteredForSession,
        Entered,
        Watched,
        Completed,
        OfferShown,
        OfferClicked,
        FormSubmitted,
        ReplayWatched,
    )
)
"""Names of the facts a verdict is made of."""


@dataclass(frozen=True, slots=True)
class Change:
    """One lead's verdict under the policy that holds, and under the other one."""

    lead_id: str
    before: Verdict
    after: Verdict

    @property
    def is_turned(self) -> bool:
        """Attended becomes not attended, or the other way round."""
        return self.before.status != self.after.status


@dataclass(frozen=True, slots=True)
class Effect:
    """What the other policy would do to one session. `gained` would have attended, `lost` would not any more."""

    session_id: str
    gained: tuple[Change, ...] = ()
    lost: tuple[Change, ...] = ()
    unchanged: int = 0

    @property
    def judged(self) -> int:
        """Everybody with a verdict."""
        return len(self.gained) + len(self.lost) + self.unchanged

    def plus(self, other: "Effect") -> "Effect":
        """Both together: a session is looked at a batch of leads at a time."""
        return Effect(
            self.session_id, self.gained + other.gained, self.lost + other.lost, self.unchanged + other.unchanged
        )


def finished(schedule: Schedule, webinar_id: str, policy: AttendancePolicy, now: dtm.datetime) -> tuple[Session, ...]:
    """Sessions of the webinar on which every verdict is final, now and under the policy; earliest first."""
    return tuple(
        session
        for session in schedule.sessions_of(webinar_id)
        if session.has_run
        and (webinar := schedule.judging(session))
        and all((at := final_at(session, rules)) and at <= now for rules in (policy, webinar.policy))
    )


def outdated(schedule: Schedule, webinar_id: str, now: dtm.datetime) -> tuple[Session, ...]:
    """Finished sessions that are judged by another policy than the webinar has today."""
    webinar = schedule.webinars.get(webinar_id)
    if webinar is None:
        return ()
    over = finished(schedule, webinar_id, webinar.policy, now)
    return tuple(s for s in over if (judging := schedule.judging(s)) and judging.policy != webinar.policy)


def changes(lead_facts: Sequence[Fact], session: Session, webinar: Webinar, policy: AttendancePolicy) -> Change | None:
    """One lead under both policies; None if nobody expected them. `webinar` is `Schedule.judging(session)`."""
    lead = fold_lead(lead_facts)
    attendee = lead.attendees.get(session.session_id)
    if attendee is None or not is_expected(attendee, session):
        return None
    facts = facts_of(lead_facts, session, webinar)
    before, after = (classify(facts, rules, is_final=True) for rules in (webinar.policy, policy))
    return Change(lead.lead_id, before, after) if before and after else None


def effect(
    histories: Mapping[str, Sequence[Fact]], session: Session, webinar: Webinar, policy: AttendancePolicy
) -> Effect:
    """What the policy would do to these leads, whose facts (EVIDENCE) are given by lead."""
    found = [change for facts in histories.values() if (change := changes(facts, session, webinar, policy))]
    turned = [change for change in found if change.is_turned]
    return Effect(
        session.session_id,
        tuple(change for change in turned if change.after.status == "attended"),
        tuple(change for change in turned if change.after.status == "not_attended"),
        len(found) - len(turned),
    )


def applied(
    sessions: Iterable[Session], policy: AttendancePolicy, *, emitter: Emitter, now: dtm.datetime, by: str = ""
) -> list[Fact]:
    """The facts that have these sessions judged anew under the policy."""
    event = PolicyApplied(policy_version=policy.version, policy=policy, by=by)
    return [
        Fact.of(event, emitter=emitter, occurred_at=now, webinar_id=one.webinar_id, session_id=one.session_id)
        for one in sessions
    ]
