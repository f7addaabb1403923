"""`python -m benchmarks.log [--quick]`: durable facts a second and the wait for a receipt, beside raw DuckDB.

Raw DuckDB, a fresh log and the filled log take turns of one second, so that a busy machine slows all three alike.
"""

import argparse
import os
import random
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.log import house, measure
from warehouse.interface import Warehouse

SIZES = (100, 1_000, 10_000)
TURN_SECONDS, WAITS_SECONDS = 1.0, 4.0
HEAD = f"{'facts/s, median turn':<22}{'raw DuckDB':>12}{'fresh log':>12}{'of raw':>8}{'filled':>12}{'of fresh':>10}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.log", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="up to 200,000 rows, two turns a figure")
    parser.add_argument("--rows", type=int, default=None, help="so many rows instead")
    parser.add_argument("--turns", type=int, default=None, help="turns of one second for each figure")
    parser.add_argument("--folder", type=Path, default=None, help="where to make the databases (default: temporary)")
    chosen = parser.parse_args(arguments)
    levels = (200_000,) if chosen.quick else (1_000_000, 5_000_000)
    levels = (chosen.rows,) if chosen.rows else levels
    turns = chosen.turns or (2 if chosen.quick else 5)
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="efir-bench-") as folder:
        report(Path(folder), levels, turns)


def report(folder: Path, levels: Sequence[int], turns: int) -> None:
    """A block of lines a level, the fresh log beside it."""
    dice = random.Random(20260304)  # noqa: S311 - a benchmark must be repeatable
    raw = measure.Raw(folder)
    for level in levels:
        house.fill(folder / "filled", level, dice)
        with house.service(folder / "fresh") as fresh, house.service(folder / "filled") as filled:
            load = os.getloadavg()[0]
            print(f"\n{level:,} facts in the log (each service in its own process; load {load:.1f})")
            print(HEAD)
            for size in SIZES:
                line(f"batches of {size:,}", turns, *_takers(size, raw, (fresh, filled), dice))
            line(
                f"{measure.POSTERS} single posters",
                turns,
                lambda: raw.batches(1, TURN_SECONDS, dice),
                lambda: measure.flat_out(fresh, TURN_SECONDS, dice),
                lambda: measure.flat_out(filled, TURN_SECONDS, dice),
            )
            for name, warehouse in (("fresh", fresh), ("filled", filled)):
                waits(name, warehouse, max(WAITS_SECONDS, turns * TURN_SECONDS), dice)


def _takers(
    size: int, raw: measure.Raw, logs: tuple[Warehouse, Warehouse], dice: random.Random
) -> tuple[Callable[[], float], ...]:
    fresh, filled = logs
    return (
        lambda: raw.batches(size, TURN_SECONDS, dice),
        lambda: measure.batches(fresh, size, TURN_SECONDS, dice),
        lambda: measure.batches(filled, size, TURN_SECONDS, dice),
    )


def line(name: str, turns: int, *takers: Callable[[], float]) -> None:
    """Raw, fresh and filled in turns; the ratios are medians of each turn's ratio."""
    rates = [[take() for take in takers] for _ in range(turns)]
    raw, fresh, filled = (statistics.median(rate) for rate in zip(*rates, strict=True))
    of_raw = statistics.median(rate[1] / rate[0] for rate in rates)
    of_fresh = statistics.median(rate[2] / rate[1] for rate in rates)
    print(f"{name:<22}{raw:>12,.0f}{fresh:>12,.0f}{of_raw:>8.2f}{filled:>12,.0f}{of_fresh:>10.0%}", flush=True)


def waits(name: str, warehouse: Warehouse, seconds: float, dice: random.Random) -> None:
    """How long single posts wait for their receipts at 300 a second."""
    wait = measure.paced(warehouse, 300, seconds, dice)
    print(
        f"{measure.POSTERS} posters at 300/s, {name}: p50 {wait.p50:.1f} ms, p99 {wait.p99:.1f} ms, "
        f"worst {wait.worst:.0f} ms ({wait.rate:.0f}/s reached)",
        flush=True,
    )


if __name__ == "__main__":
    main()
