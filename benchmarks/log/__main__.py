"""`python -m benchmarks.log [--quick]`: prints a table; every figure stands beside raw DuckDB of the same run."""

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.log import house, measure

SIZES = (100, 1_000, 10_000)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.log", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="empty log and 200,000 rows only, 2 s a figure")
    parser.add_argument("--seconds", type=float, default=None, help="time for each figure")
    parser.add_argument("--folder", type=Path, default=None, help="where to make the databases (default: temporary)")
    chosen = parser.parse_args(arguments)
    levels = (0, 200_000) if chosen.quick else (0, 1_000_000, 5_000_000)
    seconds = chosen.seconds or (2.0 if chosen.quick else 5.0)
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="efir-bench-") as folder:
        report(Path(folder), levels, seconds)


def report(folder: Path, levels: Sequence[int], seconds: float) -> None:
    """One line a figure."""
    dice = random.Random(20260304)  # noqa: S311 - a benchmark must be repeatable
    raw = {size: measure.raw_batches(folder, size, seconds, dice) for size in SIZES}
    for size, rate in raw.items():
        print(f"raw DuckDB in process, empty table, batches of {size:>6,}: {rate:>9,.0f} facts/s")
    empty: dict[str, float] = {}
    for level in levels:
        house.fill(folder / "home", level, dice)
        print(f"\nlog of {level:,} facts, service in its own process, encoding included:")
        with house.service(folder / "home") as warehouse:
            for size in SIZES:
                rate = measure.batches(warehouse, size, seconds, dice)
                line(f"batches of {size:,}", rate, raw[size], empty)
            rate = measure.flat_out(warehouse, seconds, dice)
            line(f"{measure.POSTERS} single posters", rate, raw[100], empty)
            latency = measure.paced(warehouse, 300, max(seconds, 4.0), dice)
            print(
                f"  {measure.POSTERS} posters, 300 posts/s: p50 {latency.p50:.1f} ms, p99 {latency.p99:.1f} ms, "
                f"worst {latency.worst:.0f} ms ({latency.rate:.0f}/s reached)"
            )


def line(name: str, rate: float, raw: float, empty: dict[str, float]) -> None:
    """One rate, beside raw DuckDB and beside the empty log of this run."""
    of_empty = rate / empty.setdefault(name, rate)
    print(
        f"  {name:<20} {rate:>9,.0f} facts/s   {rate / raw:>5.2f} of raw   {of_empty:>5.0%} of the empty log",
        flush=True,
    )


if __name__ == "__main__":
    main()
