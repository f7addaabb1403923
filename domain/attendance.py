"""Who watched what: presence intervals become facts, facts become a verdict with reasons. It only observes.

The definitions are product.md's; where they are silent the comment or docstring beside the rule says what we decided.
"""

import datetime as dtm
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.events import (
    AttendanceClassified,
    AttendanceFacts,
    AttendancePolicy,
    Completed,
    Entered,
    Fact,
    FormSubmitted,
    OfferClicked,
    OfferShown,
    Outcome,
    ReplayWatched,
    Watched,
)
from domain.webinars import Session, Webinar

Interval = tuple[dtm.datetime, dtm.datetime]
FAR = dtm.datetime.max.replace(tzinfo=dtm.UTC)
LONG_AGO = dtm.datetime.min.replace(tzinfo=dtm.UTC)
REPLAY_MIN_SECONDS = 30
"""A shorter look at the recording is not watching it."""
LATE_SECONDS = 300
LATE_SHARE = 0.10
"""Late is who joins after 5 minutes or a tenth of the session, whichever is less."""
STAYED_SHARE = 0.95
"""Who was there at 95 % of the session stayed to its end."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What we hold to be true of one lead in one session, why, and the digest that tells it from other verdicts."""

    status: Literal["attended", "not_attended"]
    outcome: Outcome
    reasons: tuple[str, ...]
    policy_version: int
    facts: AttendanceFacts
    digest: str
    is_final: bool

    def event(self) -> AttendanceClassified:
        """The verdict as a fact's properties."""
        return AttendanceClassified(
            status=self.status,
            outcome=self.outcome,
            reasons=self.reasons,
            policy_version=self.policy_version,
            facts=self.facts,
            facts_digest=self.digest,
        )


def union(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """The intervals clipped to the window and merged, in order. Empty and backward ones vanish."""
    start, end = window
    clipped = sorted((max(a, start), min(b, end)) for a, b in intervals if min(b, end) > max(a, start))
    merged: list[Interval] = []
    for a, b in clipped:
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], b))
        else:
            merged.append((a, b))
    return merged


def watched(intervals: Iterable[Interval], window: Interval) -> float:
    """Seconds of the union of the intervals inside the window: two devices at once count once."""
    return sum((b - a).total_seconds() for a, b in union(intervals, window))


def window_of(session: Session) -> Interval:
    """Clock zero to the end; open-ended while a LIVE session has not ended."""
    return (session.opens_at, session.ends_at if session.is_end_known else FAR)


def final_at(session: Session, policy: AttendancePolicy) -> dtm.datetime | None:
    """When a negative verdict may be given: the end plus grace; None while the end is not known."""
    if not session.is_end_known:
        return None
    return session.ends_at + dtm.timedelta(minutes=policy.grace_minutes)


def facts_of(lead_facts: Iterable[Fact], session: Session, webinar: Webinar) -> AttendanceFacts:
    """What the log says about one lead in this session; facts of other sessions are passed over."""
    own = [fact for fact in lead_facts if fact.session_id == session.session_id]
    window = window_of(session)
    presence = _stretches(own, Watched.name)
    merged = union(presence, window)
    entries = [(fact.occurred_at, fact.as_event(Entered)) for fact in own if fact.name == Entered.name]
    visits = {entry.visit_no for at, entry in entries if at < window[1]}
    moments = [edge for interval in merged for edge in interval]
    moments += [at for at, _ in entries if window[0] <= at < window[1]]
    names = {fact.name for fact in own}
    fixed_offers = [o.show_at_seconds for o in webinar.definition.offers if o.show_at_seconds is not None]
    replay = _stretches(own, ReplayWatched.name)
    return AttendanceFacts(
        session_seconds=session.length_seconds,
        watched_seconds=sum((b - a).total_seconds() for a, b in merged),
        joined_at_seconds=_position(min(moments), window) if moments else None,
        left_at_seconds=_position(max(moments), window) if moments else None,
        visits=len(visits),
        offer_shown=OfferShown.name in names,
        offer_clicked=OfferClicked.name in names,
        form_submitted=FormSubmitted.name in names,
        completed=Completed.name in names,
        planned_seconds=session.duration_seconds,
        lobby_seconds=watched([(a, b) for a, b in presence if a < window[0]], (LONG_AGO, window[0])),
        offer_at_seconds=min(fixed_offers, default=None),
        replay_seconds=watched(replay, (session.opens_at, FAR)),
    )


def _stretches(facts: Sequence[Fact], name: str) -> list[Interval]:
    """From and to of each interval. The log took only what keeps the contract, so nothing is checked again."""
    moment = dtm.datetime.fromisoformat
    stated = (fact.properties for fact in facts if fact.name == name)
    return [(moment(properties["from_at"]), moment(properties["to_at"])) for properties in stated]


def _position(moment: dtm.datetime, window: Interval) -> float:
    return (moment - window[0]).total_seconds()


def minimum_seconds(facts: AttendanceFacts, policy: AttendancePolicy) -> float:
    """How much one must watch to have attended: the minutes or the share of the session, whichever is less.

    The share is of the planned or the real length, whichever is less: a session that runs over takes nothing back.
    """
    length = min(facts.session_seconds, facts.planned_seconds or facts.session_seconds)
    return min(policy.attended_minutes * 60, policy.attended_share * length)


def is_completed(facts: AttendanceFacts, policy: AttendancePolicy) -> bool:
    """Watched at least the completion share, or the tracker said so."""
    return facts.completed or 0 < policy.completed_share * facts.session_seconds <= facts.watched_seconds


def classify(facts: AttendanceFacts, policy: AttendancePolicy, *, is_final: bool) -> Verdict | None:
    """The verdict, or None while it would be negative and the session (with its grace) is not over.

    Positive verdicts come at once, with the outcome `watching` until something finer is certain.
    """
    completed = is_completed(facts, policy)
    facts = facts.model_copy(update={"completed": completed})
    attended = completed or (facts.watched_seconds > 0 and facts.watched_seconds >= minimum_seconds(facts, policy))
    if not attended and not is_final:
        return None
    outcome = _outcome(facts, completed=completed, attended=attended, is_final=is_final)
    reasons = _reasons(facts, policy, attended=attended, is_final=is_final)
    status: Literal["attended", "not_attended"] = "attended" if attended else "not_attended"
    mark = digest(facts, policy, (status, outcome, reasons), is_final=is_final)
    return Verdict(status, outcome, reasons, policy.version, facts, mark, is_final)


def _outcome(facts: AttendanceFacts, *, completed: bool, attended: bool, is_final: bool) -> Outcome:
    """The strongest thing that can be said, from the form down to never having come."""
    ladder: tuple[tuple[bool, Outcome], ...] = (
        (facts.form_submitted, "form_submitted"),
        (facts.offer_clicked, "offer_clicked"),
        (completed, "completed"),
        (not is_final, "watching"),
        (not attended and facts.replay_seconds >= REPLAY_MIN_SECONDS, "watched_replay"),
        (facts.joined_at_seconds is None, "lobby_only" if facts.visits or facts.lobby_seconds else "missed"),
        (_left_before_offer(facts), "left_before_offer"),
        (_is_late(facts), "joined_late"),
    )
    return next((outcome for holds, outcome in ladder if holds), "left_after_offer")


def _left_before_offer(facts: AttendanceFacts) -> bool:
    # Where no offer has a fixed time, the end of the session stands in for it.
    end = STAYED_SHARE * facts.session_seconds
    offer_at = end if facts.offer_at_seconds is None else min(facts.offer_at_seconds, end)
    return not facts.offer_shown and (facts.left_at_seconds or 0) < offer_at


def _is_late(facts: AttendanceFacts) -> bool:
    return (facts.joined_at_seconds or 0) > min(LATE_SECONDS, LATE_SHARE * facts.session_seconds)


def _reasons(facts: AttendanceFacts, policy: AttendancePolicy, *, attended: bool, is_final: bool) -> tuple[str, ...]:
    """Stable codes with their numbers; `domain.reasons` has the words."""
    stayed = (facts.left_at_seconds or 0) >= STAYED_SHARE * facts.session_seconds
    absent = facts.joined_at_seconds is None
    in_lobby = bool(facts.visits or facts.lobby_seconds)
    candidates: tuple[tuple[bool, str], ...] = (
        (True, f"watched_{facts.watched_seconds:.0f}s_of_{facts.session_seconds:.0f}s"),
        (True, _threshold_reason(facts, policy, attended=attended)),
        (absent and not in_lobby and not attended, "never_entered"),
        (absent and in_lobby and not attended, "lobby_only"),
        (_is_late(facts), f"joined_at_{facts.joined_at_seconds or 0:.0f}s"),
        (is_final and not absent and not stayed, f"left_at_{facts.left_at_seconds or 0:.0f}s"),
        (
            is_final and not absent and facts.offer_at_seconds is not None,
            f"offer_at_{facts.offer_at_seconds or 0:.0f}s",
        ),
        (facts.offer_shown, "offer_shown"),
        (facts.offer_clicked, "offer_clicked"),
        (facts.form_submitted, "form_submitted"),
        (not attended and facts.replay_seconds >= REPLAY_MIN_SECONDS, "watched_replay"),
        (True, "session_over" if is_final else "session_on_air"),
    )
    return tuple(code for holds, code in candidates if holds)


def _threshold_reason(facts: AttendanceFacts, policy: AttendancePolicy, *, attended: bool) -> str:
    minimum = minimum_seconds(facts, policy)
    if not attended:
        return f"below_minimum_{minimum:.0f}s"
    completion = policy.completed_share * facts.session_seconds
    if 0 < completion <= facts.watched_seconds:
        return f"reached_completion_{completion:.0f}s"
    if facts.watched_seconds < minimum or not facts.watched_seconds:
        return "completion_reported"
    by_minutes = minimum == policy.attended_minutes * 60
    return f"reached_min_minutes_{minimum:.0f}s" if by_minutes else f"reached_min_share_{minimum:.0f}s"


def digest(
    facts: AttendanceFacts, policy: AttendancePolicy, said: tuple[str, Outcome, tuple[str, ...]], *, is_final: bool
) -> str:
    """What makes a verdict a new one. `said` is its status, outcome and reasons.

    While the session runs only status and outcome count, or every heartbeat would make a verdict. The final one counts
    its reasons and numbers too (whole seconds), so that a late fact makes another. Of the recording only the outcome
    counts, or every stretch of it would make one.
    """
    status, outcome, reasons = said
    counted: list[object] = [policy.model_dump(mode="json"), status, outcome, is_final]
    if is_final:
        numbers = (facts.session_seconds, facts.watched_seconds, facts.joined_at_seconds, facts.left_at_seconds)
        counted += [reasons, facts.visits, [None if number is None else round(number) for number in numbers]]
    return hashlib.sha256(json.dumps(counted).encode()).hexdigest()[:16]
