"""Messages whose turn came and that wait all the same: staff holds them, their session moved away, the night. Pure."""

from dataclasses import dataclass

from notifier.pending import Pending


@dataclass(frozen=True, slots=True)
class Resting:
    """One of them: for which chat, and when to ask again at the latest (monotonic seconds)."""

    chat: str
    pending: Pending
    until: float


class Rest:
    """They take no place in the lanes. Who changes the programme wakes them all: any of them may be due by it."""

    def __init__(self) -> None:
        self._resting: dict[str, Resting] = {}
        self._next_at = float("inf")

    def __len__(self) -> int:
        """How many rest."""
        return len(self._resting)

    def lay(self, chat: str, pending: Pending, until: float) -> None:
        """Let a message rest."""
        self._resting[pending.planned.message_key] = Resting(chat, pending, until)
        self._next_at = min(self._next_at, until)

    def next_at(self) -> float | None:
        """When somebody is to be woken; None: nobody rests."""
        return self._next_at if self._resting else None

    def wake(self, now: float) -> list[Resting]:
        """Take out those whose time has come."""
        if now < self._next_at:
            return []
        return self._take([key for key, one in self._resting.items() if one.until <= now])

    def wake_all(self) -> list[Resting]:
        """Take out everybody."""
        return self._take(list(self._resting))

    def _take(self, keys: list[str]) -> list[Resting]:
        woken = [self._resting.pop(key) for key in keys]
        self._next_at = min((one.until for one in self._resting.values()), default=float("inf"))
        return woken
