"""`python -m benchmarks.pages [--quick] [--leads N]`: the dashboards' questions over published tables and later facts.

A million leads (a hundred thousand with --quick). Target: each page's questions together in 500 ms.
"""

import argparse
import datetime as dtm
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from domain.events import Emitter, Fact, TouchRecorded
from warehouse import tables
from warehouse.credentials import Credential
from warehouse.interface import Published
from warehouse.local import LocalWarehouse
from warehouse.reads import audience, funnel, sources
from warehouse.reads.fresh import KEYS
from warehouse.reads.funnel import Behind, FunnelFilter

LOG = Path(__file__).parent.parent / "marts" / "generate.sql"
"""The same made-up log as that of the derived tables' benchmark."""
LEADS, QUICK_LEADS = 1_000_000, 100_000
TIMES = 3
NOW = dtm.datetime(2026, 4, 1, tzinfo=dtm.UTC)
SESSION_TABLES = ("audience_curve", "outcomes", "offer_results")
MONTH = 30 * 86_400


def main() -> None:
    """Generate, publish, ask; then state a fact and ask again."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 leads instead of a million")
    parser.add_argument("--leads", type=int, help="another number of leads")
    chosen = parser.parse_args()
    leads = chosen.leads or (QUICK_LEADS if chosen.quick else LEADS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        print(f"{generate(path, leads):,} facts of {leads:,} leads", flush=True)
        with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
            _timed("the funnel from the log alone", lambda: funnel.funnel(warehouse, FunnelFilter()))
            seq = int(warehouse.health()["last_seq"])
            for name in (*KEYS, *SESSION_TABLES):
                staged = warehouse.stage_table(name, tables.live(name))
                warehouse.publish_table(staged, Published(name, seq, "bench"))
            _ask(warehouse, "published tables")
            touch = TouchRecorded(visitor_id="visitor-7", landing="/w/bench")
            warehouse.append([Fact.of(touch, emitter=Emitter.WEB_FORM, occurred_at=NOW)])
            _ask(warehouse, "published tables and one later fact")


def generate(path: Path, leads: int) -> int:
    """Write the made-up log and return how many facts it has."""
    with LocalWarehouse(path, credential=Credential.of("admin")):
        pass
    head, _, rest = LOG.read_text(encoding="utf-8").partition("\ninsert into events\n")
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"insert into events\n{head}\n{rest}", {"leads": leads, "first": 0, "last": leads, "seq": 0})
        return int(connection.execute("select count(*) from events").fetchall()[0][0])


def _ask(warehouse: LocalWarehouse, over: str) -> None:
    plain = FunnelFilter(now=NOW)
    month = FunnelFilter(now=NOW, window_seconds=MONTH)
    by_source = FunnelFilter(now=NOW, breakdown="source")
    by_last = FunnelFilter(now=NOW, breakdown="campaign", attribution="last")
    print(f"over {over}:")
    _timed("  funnel: counts", lambda: funnel.funnel(warehouse, plain))
    _timed("  funnel: times", lambda: funnel.times(warehouse, plain))
    _timed("  funnel: histogram", lambda: funnel.histogram(warehouse, plain, "submitted"))
    _timed("  funnel: people of a bar", lambda: funnel.people(warehouse, plain, Behind("entered")))
    _timed("  funnel: by source (the sources page)", lambda: funnel.funnel(warehouse, by_source))
    _timed("  funnel: window of 30 days, best anchor", lambda: funnel.funnel(warehouse, month))
    _timed("  funnel: by last campaign", lambda: funnel.funnel(warehouse, by_last))
    _timed("  sources: paths of the models", lambda: sources.paths(warehouse, funnel.BEGINNING, funnel.END))
    _timed("  audience: curve of a session", lambda: audience.curve(warehouse, "session-3"))
    _timed("  audience: outcomes of a session", lambda: audience.outcomes(warehouse, "session-3"))


def _timed(what: str, asked: Callable[[], object]) -> None:
    walls, cpus = [], []
    for _ in range(TIMES):
        began, cpu = time.perf_counter(), time.process_time()
        asked()
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - cpu)
    wall, used = (1000 * statistics.median(seconds) for seconds in (walls, cpus))
    print(f"{what:<48}{wall:8.0f} ms {used:8.0f} ms of CPU", flush=True)


if __name__ == "__main__":
    main()
