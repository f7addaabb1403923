"""The measurements themselves: batches, single posters flat out, single posters at a given rate, and raw DuckDB."""

import random
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.log.facts import columns, watched
from warehouse.database import MIGRATIONS
from warehouse.interface import Warehouse

POSTERS = 100


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the moment a post was due to its receipt."""

    p50: float
    p99: float
    worst: float
    rate: float
    """Receipts a second over the whole measurement."""


def batches(warehouse: Warehouse, size: int, seconds: float, dice: random.Random) -> float:
    """Facts a second when one poster appends batches of `size` one after another; encoding is included."""
    done, spent = 0, 0.0
    while spent < seconds:
        facts = watched(size, dice)
        started = time.perf_counter()
        receipts = warehouse.append(facts)
        spent += time.perf_counter() - started
        assert all(receipt.status == "accepted" for receipt in receipts)
        done += size
    return done / spent


class Raw:
    """The same table written by DuckDB in this process: rows encoded beforehand, plain insert, durable commits."""

    def __init__(self, folder: Path) -> None:
        """Make the table, empty."""
        self._connection = duckdb.connect(folder / "raw.duckdb")
        for script in sorted(MIGRATIONS.glob("*.sql")):
            self._connection.execute(script.read_text(encoding="utf-8"))

    def batches(self, size: int, seconds: float, dice: random.Random) -> float:
        """Rows a second in commits of `size`."""
        done, spent = 0, 0.0
        while spent < seconds:
            incoming = columns(size, dice)
            started = time.perf_counter()
            self._connection.register("incoming", incoming)
            self._connection.execute(
                "insert into events by name select 1 as seq, now() as recorded_at, * from incoming"
            )
            self._connection.unregister("incoming")
            spent += time.perf_counter() - started
            done += size
        return done / spent


def flat_out(warehouse: Warehouse, seconds: float, dice: random.Random) -> float:
    """Facts a second when 100 posters append one fact each, again and again, at least once."""
    counts = [0] * POSTERS
    ready = [watched(int(40 * seconds) + 20, dice) for _ in range(POSTERS)]
    stop_at = time.perf_counter() + seconds

    def post(poster: int) -> None:
        for fact in ready[poster]:
            warehouse.append([fact])
            counts[poster] += 1
            if time.perf_counter() > stop_at:
                return

    spent = _together(post)
    return sum(counts) / spent


def paced(warehouse: Warehouse, rate: float, seconds: float, dice: random.Random) -> Latency:
    """Latency when 100 posters together append `rate` single facts a second, at random moments."""
    each = int(seconds * rate / POSTERS)
    ready = [watched(each, dice) for _ in range(POSTERS)]
    due = [sorted(dice.uniform(0, seconds) for _ in range(each)) for _ in range(POSTERS)]
    waited: list[float] = []
    started = time.perf_counter() + 0.2

    def post(poster: int) -> None:
        for fact, moment in zip(ready[poster], due[poster], strict=True):
            time.sleep(max(0.0, started + moment - time.perf_counter()))
            warehouse.append([fact])
            waited.append(time.perf_counter() - started - moment)

    spent = _together(post)
    cuts = statistics.quantiles(waited, n=100)
    return Latency(1000 * cuts[49], 1000 * cuts[98], 1000 * max(waited), len(waited) / spent)


def _together(post: Callable[[int], None]) -> float:
    threads = [threading.Thread(target=post, args=(poster,)) for poster in range(POSTERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started
