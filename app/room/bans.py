"""Whom the host has sent out of a session, asked wherever the session's video or recording is given away."""

import time
from dataclasses import dataclass, field

from app.room.airing import Airing
from app.room.halls import halls
from app.room.seats import Seat
from app.shared import warehouse
from domain.events import ChatModerated

KEPT_SECONDS = 10.0
"""How long the log's answer about a session nobody is in is believed."""
MOST_SESSIONS = 1_000


@dataclass(slots=True)
class _Known:
    """The last answer of the log for each session."""

    sessions: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)


_known = _Known()


async def is_banned(seat: Seat) -> bool:
    """Whether the host has sent this guest out. Raises WarehouseError when the log must be asked and is away."""
    hall = halls.halls.get(seat.session_id)
    if hall is not None:
        return bool({seat.key, seat.lead_id} & hall.airing.banned)
    asked_at, banned = _known.sessions.get(seat.session_id, (0.0, frozenset()))
    if time.monotonic() - asked_at > KEPT_SECONDS:
        airing = Airing()
        airing.take_all(await warehouse.get().facts_of(session_ids=(seat.session_id,), names=(ChatModerated.name,)))
        if len(_known.sessions) >= MOST_SESSIONS:
            _known.sessions.clear()
        banned = frozenset(airing.banned)
        _known.sessions[seat.session_id] = (time.monotonic(), banned)
    return bool({seat.key, seat.lead_id} & banned)
