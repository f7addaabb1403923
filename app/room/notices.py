"""What the host's doings look like to the room: the pinned line, the poll's numbers, slow mode, lines that are gone.

Knows what everybody was told last, so that a tick carries changes only.
"""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.room.airing import Airing

RESULTS_EVERY = dtm.timedelta(seconds=1)
"""Numbers of a poll go out this often at most; its opening and closing at once."""

Line = Mapping[str, Any]


@dataclass(slots=True)
class Notices:
    """What was told last."""

    gone: list[str] = field(default_factory=list)
    """Lines that were deleted since the last tick."""
    _pinned: str | None = None
    _slow: int = 0
    _poll: tuple[str, bool] | None = None
    _votes: int = 0
    _votes_at: dtm.datetime | None = None

    def standing(self, airing: Airing, pinned: Line | None) -> dict[str, Any]:
        """All of it, for a newcomer."""
        ballot = airing.ballot
        return {"pinned": pinned, "poll": ballot.frame() if ballot else None, "slow": airing.slow_seconds}

    def changes(self, airing: Airing, pinned: Line | None, now: dtm.datetime) -> dict[str, Any]:
        """What is new since the last call."""
        told: dict[str, Any] = {}
        if self.gone:
            told["gone"], self.gone = self.gone, []
        name = pinned["id"] if pinned else None
        if name != self._pinned:
            told["pinned"], self._pinned = pinned, name
        if airing.slow_seconds != self._slow:
            told["slow"] = self._slow = airing.slow_seconds
        return told | self._poll_changes(airing, now)

    def _poll_changes(self, airing: Airing, now: dtm.datetime) -> dict[str, Any]:
        ballot = airing.ballot
        key = (ballot.poll.poll_id, ballot.is_open) if ballot else None
        votes = len(ballot.answers) if ballot else 0
        is_due = self._votes_at is None or now - self._votes_at >= RESULTS_EVERY
        if key == self._poll and (votes == self._votes or not is_due):
            return {}
        self._poll, self._votes, self._votes_at = key, votes, now
        return {"poll": ballot.frame() if ballot else None}
