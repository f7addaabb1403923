"""Results of A/B experiments: how many got which wording, and what they did within a day. Judged in the domain."""

import datetime as dtm
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load


@dataclass(frozen=True, slots=True)
class WordingResults:
    """Messages of one variant. `entered`, `clicked`, `registered` count among the `matured` ones (a day old)."""

    sent: int = 0
    matured: int = 0
    entered: int = 0
    clicked: int = 0
    registered: int = 0


def results(
    warehouse: Warehouse, template: str, language: str, *, since: dtm.datetime, now: dtm.datetime
) -> dict[str, WordingResults]:
    """Results by variant, `a` and `b`; nobody who got the message before `since` is in them."""
    params = {"template": template, "language": language, "since": since, "now": now}
    found = {
        row["wording"]: WordingResults(row["sent"], row["matured"], row["entered"], row["clicked"], row["registered"])
        for row in warehouse.sql(load("experiment_results"), params).to_pylist()
    }
    return {variant: found.get(variant, WordingResults()) for variant in ("a", "b")}
