"""How often a password may be tried. In memory; a restart forgives everyone."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 15 * 60


@dataclass(slots=True)
class Attempts:
    """Failed tries of the last 15 minutes. `now` is any monotonic clock in seconds.

    One address may fail few times at one account; an account survives strangers failing at it from elsewhere for
    long enough that its owner is not locked out by them.
    """

    per_pair: int = 5
    per_address: int = 30
    per_account: int = 60
    _failed: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def wait_seconds(self, account: str, address: str, now: float) -> float:
        """0 if a try is allowed, else the seconds until one is."""
        return max(self._wait(name, allowed, now) for name, allowed in self._names(account, address))

    def failed(self, account: str, address: str, now: float) -> None:
        """Remember a wrong password."""
        self._forget_old(now)
        for name, allowed in self._names(account, address):
            self._failed.setdefault(name, deque(maxlen=allowed)).append(now)

    def succeeded(self, account: str, address: str) -> None:
        """The right password clears this account at this address."""
        self._failed.pop((account, address), None)

    def _names(self, account: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
        return (
            ((account, address), self.per_pair),
            (("", address), self.per_address),
            ((account, ""), self.per_account),
        )

    def _wait(self, name: tuple[str, str], allowed: int, now: float) -> float:
        recent = [at for at in self._failed.get(name, ()) if now - at < WINDOW_SECONDS]
        return WINDOW_SECONDS - (now - recent[-allowed]) if len(recent) >= allowed else 0.0

    def _forget_old(self, now: float) -> None:
        stale = [name for name, tries in self._failed.items() if now - tries[-1] >= WINDOW_SECONDS]
        for name in stale:
            del self._failed[name]
