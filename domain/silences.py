"""Who was muted when: lines of that time are seen by their author only. Pure."""

import datetime as dtm
from dataclasses import dataclass, field

from domain.events import ChatModerated


def key_of_seat(lead_id: str, guest: str | None) -> str:
    """Who speaks: the lead, or whoever sits in a guest's seat beside the lead's own (decision 0012)."""
    return f"{lead_id}:{guest}" if guest else lead_id


def is_leads_own(key: str) -> bool:
    """Whether the seat of this key is the lead's own; the key is the lead's id then."""
    return ":" not in key


@dataclass(slots=True)
class Silences:
    """Folded from the host's deeds in their order."""

    muted: dict[str, dtm.datetime] = field(default_factory=dict)
    """Since when, by the key of the seat."""
    _past: dict[str, list[tuple[dtm.datetime, dtm.datetime]]] = field(default_factory=dict)

    def take(self, done: ChatModerated, at: dtm.datetime) -> None:
        """One deed; others than muting say nothing here."""
        guest = done.guest_id or ""
        if done.deed == "guest_muted":
            self.muted.setdefault(guest, at)
        elif done.deed == "guest_unmuted" and (since := self.muted.pop(guest, None)):
            self._past.setdefault(guest, []).append((since, at))

    def cover(self, key: str, at: dtm.datetime) -> bool:
        """Whether a line said then is seen by its author only."""
        since = self.muted.get(key)
        return (since is not None and at >= since) or any(
            began <= at < ended for began, ended in self._past.get(key, ())
        )
