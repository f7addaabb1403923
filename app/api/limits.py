"""Token buckets: how often somebody may knock. State is in memory; a restart forgives everyone."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Buckets:
    """One bucket a name: `burst` tokens, refilled at `per_second`. `now` is any monotonic clock in seconds."""

    per_second: float
    burst: float
    capacity: int = 10_000
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str, now: float, cost: float = 1) -> float:
        """Take tokens; returns 0, or the seconds to wait until so many are there (nothing is taken then).

        A cost over the whole burst is let through when the bucket is full, and leaves it in debt.
        """
        level = self._level(name, now)
        needed = min(cost, self.burst)
        if level < needed:
            return (needed - level) / self.per_second
        if len(self._levels) >= self.capacity and name not in self._levels:
            self._forget_full(now)
        self._levels[name] = (level - cost, now)
        return 0.0

    def give_back(self, name: str, cost: float = 1) -> None:
        """Return tokens that turned out not to be owed."""
        if name in self._levels:
            level, at = self._levels[name]
            self._levels[name] = (min(self.burst, level + cost), at)

    def _level(self, name: str, now: float) -> float:
        level, at = self._levels.get(name, (self.burst, now))
        return min(self.burst, level + (now - at) * self.per_second)

    def _forget_full(self, now: float) -> None:
        self._levels = {name: kept for name, kept in self._levels.items() if self._level(name, now) < self.burst}
