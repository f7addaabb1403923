"""What the reaction tells the Dagster UI: one materialization and one observation for many steps. Counts only."""

import datetime as dtm
import threading
from collections import Counter
from dataclasses import dataclass, field

import dagster as dg

from pipelines.reaction import StepReport

EVERY = dtm.timedelta(seconds=60)
"""Each event costs the history some kilobytes, so a busy hour leaves sixty of them and not thousands."""
KEPT_LAGS = 1000


@dataclass(slots=True)
class _Sums:
    facts: int = 0
    leads: int = 0
    failed: int = 0
    backlog: int = 0
    cursor: int = 0
    appended: Counter[str] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)

    def derived(self) -> dict[str, int | float]:
        counts: dict[str, int | float] = {
            "facts": self.appended.total(),
            "leads": self.leads,
            "failed": self.failed,
            "queued": self.backlog,
        }
        if self.lags:
            lags = sorted(self.lags)
            counts["lag_p50_seconds"] = round(lags[len(lags) // 2], 3)
            counts["lag_max_seconds"] = round(lags[-1], 3)
        return {**counts, **self.appended}


class Tally:
    """Sums up steps until the UI is told. Thread-safe."""

    def __init__(self) -> None:
        """Nothing happened yet."""
        self._told_at: dtm.datetime | None = None
        self._sums = _Sums()
        self._lock = threading.Lock()

    def add(self, report: StepReport) -> None:
        """Count one step."""
        with self._lock:
            sums = self._sums
            sums.facts += report.facts
            sums.leads += report.leads
            sums.failed += report.failed
            sums.backlog, sums.cursor = report.backlog, report.cursor
            sums.appended.update(report.appended)
            if report.lag_seconds is not None and len(sums.lags) < KEPT_LAGS:
                sums.lags.append(report.lag_seconds)

    def tell(self, now: dtm.datetime) -> list[dg.AssetObservation | dg.AssetMaterialization]:
        """What to report now: nothing when nothing happened, or when the last report was a moment ago."""
        with self._lock:
            sums = self._sums
            is_early = self._told_at is not None and now - self._told_at < EVERY
            if is_early or not (sums.facts or sums.appended or sums.failed):
                return []
            self._told_at, self._sums = now, _Sums()
        seen = dg.AssetObservation("events", metadata={"facts": sums.facts, "seq": sums.cursor})
        if not (sums.appended or sums.failed):
            return [seen]
        return [seen, dg.AssetMaterialization("reaction", metadata=sums.derived())]
