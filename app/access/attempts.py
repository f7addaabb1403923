"""How often a password may be tried. In memory; a restart forgives everyone."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 15 * 60


@dataclass(slots=True)
class Attempts:
    """Tries of the last 15 minutes that did not succeed. `now` is any monotonic clock in seconds.

    One address may fail few times at one account; an account survives strangers failing at it from elsewhere for
    long enough that its owner is not locked out by them.
    """

    per_pair: int = 5
    per_address: int = 30
    per_account: int = 60
    _tried: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def begin(self, account: str, address: str, now: float) -> float:
        """Count a try and return 0, or the seconds until one is allowed (then none is counted).

        It is counted before it is known to be wrong: tries made all at once would otherwise all be the first.
        """
        names = self._names(account, address)
        if wait := max(self._wait(name, allowed, now) for name, allowed in names):
            return wait
        self._forget_old(now)
        for name, allowed in names:
            self._tried.setdefault(name, deque(maxlen=allowed)).append(now)
        return 0.0

    def take_back(self, account: str, address: str) -> None:
        """The try begun last was none: its word was right, or nobody could say."""
        for name, _ in self._names(account, address):
            if tries := self._tried.get(name):
                tries.pop()
                if not tries:
                    del self._tried[name]

    def succeeded(self, account: str, address: str) -> None:
        """The right password costs no try and clears this account at this address."""
        self.take_back(account, address)
        self._tried.pop((account, address), None)

    def _names(self, account: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
        return (
            ((account, address), self.per_pair),
            (("", address), self.per_address),
            ((account, ""), self.per_account),
        )

    def _wait(self, name: tuple[str, str], allowed: int, now: float) -> float:
        recent = [at for at in self._tried.get(name, ()) if now - at < WINDOW_SECONDS]
        return WINDOW_SECONDS - (now - recent[-allowed]) if len(recent) >= allowed else 0.0

    def _forget_old(self, now: float) -> None:
        stale = [name for name, tries in self._tried.items() if now - tries[-1] >= WINDOW_SECONDS]
        for name in stale:
            del self._tried[name]
