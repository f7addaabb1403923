"""The verdict on one lead in one session at one moment: is it time, and as of when. Nothing follows from it here."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass

from domain.attendance import Verdict, classify, facts_of, final_at
from domain.events import Completed, Entered, Fact, FormSubmitted, OfferClicked, Watched
from domain.leads import Attendee
from domain.webinars import Session, Webinar

_EVIDENCE = frozenset({Entered.name, Watched.name, OfferClicked.name, FormSubmitted.name, Completed.name})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and the moment it holds from."""

    verdict: Verdict
    at: dtm.datetime


def judge(
    facts: Sequence[Fact], attendee: Attendee, session: Session, webinar: Webinar, now: dtm.datetime
) -> Judgement | None:
    """What can be said of the attendee now under the webinar's policy; None: nothing (yet), or nothing ever.

    `facts` are all of the lead's; `webinar` is `Schedule.judging(session)`.
    """
    if not session.has_run or not is_expected(attendee, session):
        return None
    settled_at = final_at(session, webinar.policy)
    is_final = settled_at is not None and settled_at <= now
    verdict = classify(facts_of(facts, session, webinar), webinar.policy, is_final=is_final)
    if verdict is None:
        return None
    return Judgement(verdict, _judged_at(facts, attendee, verdict, settled_at or now, now))


def is_expected(attendee: Attendee, session: Session) -> bool:
    """Somebody with a place (taken before the end), or who came without one."""
    registered = attendee.registered_at is not None and attendee.registered_at < session.ends_at
    return registered or attendee.seen_at is not None


def _judged_at(
    facts: Sequence[Fact],
    attendee: Attendee,
    verdict: Verdict,
    settled_at: dtm.datetime,
    now: dtm.datetime,
) -> dtm.datetime:
    """The trigger's moment, so that a repeat is the same fact; never before the verdict it replaces.

    A back-fill under another policy speaks of the same moment as the verdict before: when somebody attended does not
    hang on when staff changed their mind. Of two verdicts of one moment the later in the log is current.
    """
    if verdict.is_final:
        moments = [settled_at]
        if verdict.outcome == "watched_replay" and attendee.replay_at:
            moments.append(attendee.replay_at)
    else:
        own = (fact for fact in facts if fact.session_id == attendee.session_id and fact.name in _EVIDENCE)
        moments = [min(now, max((fact.occurred_at for fact in own), default=now))]
    return max([*moments, *(fact.occurred_at for fact in attendee.verdicts)])
