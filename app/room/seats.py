"""Who may sit in which room: the seat cookie a personal link is exchanged for, and the ticket of one socket."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from app.shared.signing import sign, unsign
from domain.silences import key_of_seat

SEAT_SECONDS = 30 * 86400
TICKET_SECONDS = 60
SESSION_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

Use = Literal["room", "replay"]


class Banned(PermissionError):  # noqa: N818 - reads as what happened
    """The host sent this guest out."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One lead in one session."""

    lead_id: str
    webinar_id: str
    session_id: str
    guest: str = ""
    """Set for whoever typed a known lead's contact without being known to be them: a seat beside the lead's own."""

    @property
    def key(self) -> str:
        """Who sits here, within the session: two seats of one lead do not take each other over."""
        return key_of_seat(self.lead_id, self.guest)


def cookie_name(session_id: str) -> str:
    """The cookie that holds the seat in this session."""
    return f"efir_seat_{session_id}"


def cookie_value(seat: Seat) -> str:
    """What the cookie says."""
    return sign("seat", asdict(seat))


def seat_in(cookies: Mapping[str, str], session_id: str) -> Seat | None:
    """The seat these cookies hold in the session; None without one or with one we did not sign."""
    body = unsign("seat", cookies.get(cookie_name(session_id), ""), max_age_seconds=SEAT_SECONDS)
    seat = Seat(**body) if body else None
    return seat if seat and seat.session_id == session_id else None


@dataclass(slots=True)
class Punched:
    """Tickets that have opened a socket, as long as they could open another. Kept in the process that sold them."""

    _until: dict[str, float] = field(default_factory=dict)
    """When a ticket's name may be forgotten, oldest first."""

    def punch(self, name: str, now: float) -> bool:
        """Use a ticket up; False if it was used before. `now` is any monotonic clock in seconds."""
        while self._until and next(iter(self._until.values())) < now:
            del self._until[next(iter(self._until))]
        if name in self._until:
            return False
        self._until[name] = now + TICKET_SECONDS + 1
        return True


punched = Punched()
"""The tickets of this process."""


def ticket(seat: Seat, use: Use) -> str:
    """Opens one socket within a minute."""
    return sign("ticket", {**asdict(seat), "use": use, "once": secrets.token_urlsafe(9)})


def seat_of_ticket(text: str, session_id: str) -> tuple[Seat, Use] | None:
    """The seat and the use a ticket was given for; None for an old, used, foreign or invented one."""
    body = unsign("ticket", text, max_age_seconds=TICKET_SECONDS)
    if not body or body.get("session_id") != session_id or not punched.punch(body.pop("once", ""), time.monotonic()):
        return None
    use: Use = "replay" if body.pop("use", "room") == "replay" else "room"
    return Seat(**body), use
