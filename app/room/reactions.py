"""Applause: reactions of a room as numbers. Who reacted is kept nowhere; one fact a minute at most says how many."""

import datetime as dtm
from collections import Counter
from dataclasses import dataclass, field

from domain.events import Emitter, Fact, ReactionKind, ReactionsCounted
from domain.webinars import Session

KINDS: tuple[ReactionKind, ...] = ("heart", "like", "fire", "smile", "wow")
PAUSE = dtm.timedelta(seconds=2)
"""Between two reactions of one guest that count."""
STATED_EVERY = dtm.timedelta(minutes=1)


@dataclass(slots=True)
class Applause:
    """The reactions of one room."""

    _fresh: Counter[str] = field(default_factory=Counter)
    _unstated: Counter[str] = field(default_factory=Counter)
    _since: dtm.datetime | None = None

    def count(self, kind: object, now: dtm.datetime) -> bool:
        """One more; False for what is no reaction."""
        if kind not in KINDS:
            return False
        self._fresh[str(kind)] += 1
        self._unstated[str(kind)] += 1
        self._since = self._since or now
        return True

    def fresh(self) -> dict[str, int]:
        """How many of each since the last call."""
        fresh, self._fresh = dict(self._fresh), Counter()
        return fresh

    def due(self, session: Session, now: dtm.datetime, *, is_last: bool = False) -> list[Fact]:
        """The minute's fact when the minute is over, or with nobody left to react."""
        if self._since is None or not (is_last or now - self._since >= STATED_EVERY):
            return []
        counted = ReactionsCounted(from_at=self._since, to_at=now, counts=dict(self._unstated))
        self._since, self._unstated = None, Counter()
        place = {"webinar_id": session.webinar_id, "session_id": session.session_id}
        return [Fact.of(counted, emitter=Emitter.TRACKER, occurred_at=now, **place)]
