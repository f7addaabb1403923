"""Prepared polls at their seconds: opened and closed by the session's clock, as facts. Pure.

The facts have natural ids and the instants of the plan, so a room that opens late or anew states the same ones.
"""

import datetime as dtm
from collections.abc import Iterator

from app.room.airing import Airing
from domain.events import Emitter, Event, Fact, Poll, PollClosed, PollOpened, deterministic_id
from domain.webinars import Session

BY = "timeline"
"""Who did it, where hosts have their account."""


def due(airing: Airing, polls: tuple[Poll, ...], session: Session, now: dtm.datetime) -> list[Fact]:
    """What the clock does now. A poll that was opened already, by hand or by the clock, is not opened anew."""
    if session.phase(now) != "on_air":
        return []
    timed = sorted((poll for poll in polls if poll.show_at_seconds is not None), key=_at)
    return [fact for poll in timed for fact in _turns(airing, poll, session, now)]


def _at(poll: Poll) -> float:
    return float(poll.show_at_seconds or 0)


def _turns(airing: Airing, poll: Poll, session: Session, now: dtm.datetime) -> Iterator[Fact]:
    position = session.position_seconds(now)
    closes = poll.close_at_seconds
    ballot = airing.ballots.get(poll.poll_id)
    if ballot is None and _at(poll) <= position and (closes is None or position < closes):
        action_id = deterministic_id("poll_opened", session.session_id, poll.poll_id)
        yield _fact(PollOpened(action_id=action_id, by=BY, poll=poll), session, _at(poll))
    elif ballot is not None and ballot.is_open and closes is not None and closes <= position:
        if (ballot.opened_at - session.opens_at).total_seconds() >= closes:
            return  # the host opened it once more
        action_id = deterministic_id("poll_closed", session.session_id, poll.poll_id)
        yield _fact(PollClosed(action_id=action_id, by=BY, poll_id=poll.poll_id), session, closes)


def _fact(event: Event, session: Session, at_seconds: float) -> Fact:
    return Fact.of(
        event,
        emitter=Emitter.STUDIO,
        occurred_at=session.opens_at + dtm.timedelta(seconds=at_seconds),
        webinar_id=session.webinar_id,
        session_id=session.session_id,
    )
