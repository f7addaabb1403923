"""`python -m benchmarks.marts [--quick] [--leads N]`: every derived table over a made-up log, beside plain DuckDB SQL.

Each way runs in a process of its own, so that memory is its own. Targets: 10M facts in 20 s and 3 GB, 1.5 × plain SQL,
and one more day of facts costs in proportion to that day.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines import refreshing
from pipelines.making import Made, make
from pipelines.marts import Mart
from pipelines.refreshing import Refresh
from pipelines.tables import MARTS
from warehouse import tables
from warehouse.credentials import Credential
from warehouse.interface import Warehouse
from warehouse.local import LocalWarehouse

FOLDER = Path(__file__).parent
LEADS, QUICK_LEADS = 1_000_000, 100_000
CPU = r"([\d.]+) s of CPU"
HEAD = "\ninsert into events\n"
DIFFERENT = """select count(*) from (
    (select conversion, model, source, credits from marts.attribution except select * from ({plain}))
    union all (select * from ({plain}) except select conversion, model, source, credits from marts.attribution)
)"""


def generate(path: Path, leads: int, first: int, last: int) -> int:
    """Write people `first` to `last` into the made-up log and return how many facts it has then."""
    with LocalWarehouse(path, credential=Credential.of("admin")):
        pass
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        question, _, body = (FOLDER / "generate.sql").read_text(encoding="utf-8").partition(HEAD)
        seq = connection.execute("select coalesce(max(seq), 0) from events").fetchall()[0][0]
        params = {"leads": leads, "first": first, "last": last, "seq": seq}
        connection.execute(f"insert into events\n{question}\n{body}", params)
        return int(connection.execute("select count(*) from events").fetchall()[0][0])


def refresh(path: Path, *, is_whole: bool) -> None:
    """All tables as the house makes them, with their claims: computed, examined, published."""
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        spent: dict[str, float] = {}

        def timed(mart: Mart, door: Warehouse, **more: Any) -> Made:
            began = time.perf_counter()
            made = make(mart, door, **more)
            spent[mart.name] = time.perf_counter() - began
            return made

        refreshing.make = timed  # type: ignore[assignment]
        began, cpu = time.perf_counter(), time.process_time()
        one = Refresh(warehouse, MARTS, is_whole=is_whole)
        list(one.run())
        _say("rebuild with claims" if is_whole else "one more day, with claims", began, cpu)
        print("  " + ", ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items()))
        print(f"  broken claims: {', '.join(one.broken) or 'none'}")


def plain(path: Path) -> None:
    """The same tables by DuckDB alone, `create table as`; what Polars and Python make is SQL beside this file."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        own = (FOLDER / "attribution.sql").read_text(encoding="utf-8")
        print(f"  credits that differ: {connection.execute(DIFFERENT.replace('{plain}', own)).fetchall()[0][0]}")
        began, cpu = time.perf_counter(), time.process_time()
        for mart in MARTS:
            path_of_own = FOLDER / f"{mart.name}.sql"
            question = path_of_own.read_text(encoding="utf-8") if path_of_own.exists() else tables.build(mart.name)
            connection.execute(f"create or replace table marts.{mart.name} as {question}")
        _say("plain", began, cpu)


def _say(name: str, began: float, cpu: float) -> None:
    # not `ru_maxrss`: a child begins with that of the process that started it
    peak = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[0]) / 1024**2
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    print(f"{name}: {wall:.2f} s, {used:.2f} s of CPU, peak {peak:.2f} GiB", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate, then measure each way in a process of its own; then one more day, a twentieth of the people."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.marts", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1M facts instead of 10M")
    parser.add_argument("--leads", type=int, help="so many people instead; about ten facts each")
    parser.add_argument("--way", choices=["whole", "plain", "day"], help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.way == "plain":
        plain(chosen.path)
    elif chosen.way:
        refresh(chosen.path, is_whole=chosen.way == "whole")
    else:
        _measure(chosen.leads or (QUICK_LEADS if chosen.quick else LEADS))


def _measure(leads: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        began = time.perf_counter()
        facts = generate(path, leads, 0, leads)
        print(f"{facts:,} facts in {time.perf_counter() - began:.0f} s; {os.cpu_count()} cores", flush=True)
        _way("whole", path)  # the first pass warms the file
        whole, plain_sql = _way("whole", path), _way("plain", path)
        added = generate(path, leads, leads, leads + leads // 20) - facts
        print(f"{added:,} facts more", flush=True)
        day = _way("day", path)
        print(f"rebuild with claims: {whole / plain_sql:.2f} × plain SQL without claims (CPU, same run; target 1.5)")
        print(f"one more day: {day / whole:.2f} of the rebuild for {added / facts:.2f} of the facts (CPU)")


def _way(way: str, path: Path) -> float:
    """Measure one way in a process of its own; returns its seconds of CPU."""
    command = [sys.executable, "-m", "benchmarks.marts", "--way", way, "--path", str(path)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - our own
    print(told, end="", flush=True)
    return float(re.findall(CPU, told)[0])


if __name__ == "__main__":
    main()
