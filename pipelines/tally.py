"""What the reaction tells the Dagster UI: one materialization and one observation for many steps. Counts only."""

import datetime as dtm
from collections import Counter

import dagster as dg

from pipelines.reaction import StepReport

EVERY = dtm.timedelta(seconds=60)
"""Each event costs the history some kilobytes, so a busy hour leaves sixty of them and not thousands."""
KEPT_LAGS = 1000


class Tally:
    """Sums up steps until the UI is told."""

    def __init__(self) -> None:
        """Nothing happened yet."""
        self._told_at: dtm.datetime | None = None
        self._clear()

    def add(self, report: StepReport) -> None:
        """Count one step."""
        self._facts += report.facts
        self._leads += report.leads
        self._failed += report.failed
        self._cursor, self._backlog = report.cursor, report.backlog
        self._appended.update(report.appended)
        if report.lag_seconds is not None and len(self._lags) < KEPT_LAGS:
            self._lags.append(report.lag_seconds)

    def tell(self, now: dtm.datetime) -> list[dg.AssetObservation | dg.AssetMaterialization]:
        """What to report now: nothing when nothing happened, or when the last report was a moment ago."""
        is_early = self._told_at is not None and now - self._told_at < EVERY
        if is_early or not (self._facts or self._appended or self._failed):
            return []
        self._told_at = now
        seen = dg.AssetObservation("events", metadata={"facts": self._facts, "seq": self._cursor})
        events: list[dg.AssetObservation | dg.AssetMaterialization] = [seen]
        if self._appended or self._failed:
            events.append(dg.AssetMaterialization("reaction", metadata=self._derived()))
        self._clear()
        return events

    def _derived(self) -> dict[str, int | float]:
        lags = sorted(self._lags)
        timing = {
            "lag_p50_seconds": round(lags[len(lags) // 2], 3),
            "lag_max_seconds": round(lags[-1], 3),
        } if lags else {}  # fmt: skip
        counts = {
            "facts": self._appended.total(),
            "leads": self._leads,
            "failed": self._failed,
            "queued": self._backlog,
        }
        return {**counts, **timing, **self._appended}

    def _clear(self) -> None:
        self._facts: int = 0
        self._leads: int = 0
        self._failed: int = 0
        self._cursor: int = 0
        self._backlog: int = 0
        self._appended: Counter[str] = Counter()
        self._lags: list[float] = []
