"""`python -m benchmarks.planner [--quick]`: leads a second through the planner, on one core, in memory.

Beside it a baseline on the same machine: the same facts parsed from JSON once. Reading them costs that much already.
"""

import argparse
import datetime as dtm
import json
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.planner import cohort
from domain.events import Fact
from domain.leads import fold_lead
from domain.planner import plan
from domain.reaction import react

LEADS = 100_000
QUICK_LEADS = 10_000
BATCH = 1_000
SHARE = 10
Work = Callable[[Sequence[Fact]], object]
MOMENTS = (("a day ahead", -24 * 60), ("on air", 6), ("the day after", 24 * 60))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planner", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_LEADS:,} leads instead of {LEADS:,}")
    parser.add_argument("--leads", type=int, default=0, help="another number of leads")
    given = parser.parse_args(arguments)
    leads = given.leads or (QUICK_LEADS if given.quick else LEADS)
    schedule = cohort.schedule()
    print(f"{leads:,} leads, one core", flush=True)
    for name, minutes in MOMENTS:
        now = cohort.at(minutes)
        works: list[Work] = [
            lambda facts, now=now: plan(fold_lead(facts), schedule, now),  # type: ignore[misc] # bound now
            lambda facts, now=now: react(facts, schedule, now),  # type: ignore[misc] # bound now
            _parsed,
        ]
        planner, reaction, reading = _rates(leads, now, works)
        print(
            f"{name:<14} planner {planner:>7,.0f} leads/s   whole reaction {reaction:>6,.0f} leads/s   "
            f"(reading the facts alone {reading:>6,.0f}: the planner takes {reading / planner:.2f} of that time)",
            flush=True,
        )


def _rates(leads: int, now: dtm.datetime, works: Sequence[Work]) -> list[float]:
    """Leads a second of each work. The first sees everybody, the others one batch in ten; making people is free."""
    seconds = [0.0] * len(works)
    seen = [0] * len(works)
    for number, batch in enumerate(_batches(leads, now)):
        for which, work in enumerate(works):
            if which and number % SHARE:
                continue
            began = time.perf_counter()
            for facts in batch:
                work(facts)
            seconds[which] += time.perf_counter() - began
            seen[which] += len(batch)
    return [count / spent for count, spent in zip(seen, seconds, strict=True)]


def _batches(leads: int, now: dtm.datetime) -> Iterator[list[list[Fact]]]:
    for start in range(0, leads, BATCH):
        yield [cohort.lead(number, now) for number in range(start, min(start + BATCH, leads))]


def _parsed(facts: Sequence[Fact]) -> list[Fact]:
    return [Fact.model_validate(json.loads(fact.model_dump_json())) for fact in facts]


if __name__ == "__main__":
    main()
