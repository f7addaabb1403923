"""How long one evaluation may wait: as long as the daemon's next beat allows, found out by missing it. Holds no clock."""

MISSED_SECONDS = 2.0
"""Between two evaluations normally lies a fraction of a second; after an overrun nearly a whole beat of 5 s."""
BACK_OFF_SECONDS = 0.2
SHORTEST_SECONDS = 3.0
REGAIN_SECONDS = 0.005


class Beat:
    """The window of each evaluation. An overrun costs five seconds of waiting, a short window a little on each beat."""

    def __init__(self, longest_seconds: float) -> None:
        """Start with the longest window."""
        self._longest = longest_seconds
        self._window = longest_seconds
        self._ended_at: float | None = None

    def begin(self, now: float) -> float:
        """An evaluation begins (monotonic seconds): how long it may last."""
        if self._ended_at is not None:
            has_missed = now - self._ended_at > MISSED_SECONDS
            wanted = self._window - BACK_OFF_SECONDS if has_missed else self._window + REGAIN_SECONDS
            self._window = min(self._longest, max(min(SHORTEST_SECONDS, self._longest), wanted))
        return self._window

    def end(self, now: float) -> None:
        """The evaluation is over."""
        self._ended_at = now
