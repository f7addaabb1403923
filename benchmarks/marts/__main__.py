"""`python -m benchmarks.marts [--quick]`: rebuild every derived table over a made-up log, beside plain DuckDB SQL.

Each way runs in a process of its own, so that memory is its own. Targets: 10M facts in 20 s and 3 GB, 1.5 × plain SQL.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines.marts import built, examine, publish
from pipelines.tables import MARTS
from warehouse import tables
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse

FOLDER = Path(__file__).parent
LEADS, QUICK_LEADS = 1_000_000, 100_000


def generate(path: Path, leads: int) -> int:
    """Write the made-up log and return how many facts it has."""
    with LocalWarehouse(path, credential=Credential.of("admin")):
        pass
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        question = (FOLDER / "generate.sql").read_text(encoding="utf-8")
        head, _, _ = question.partition("\ninsert into events\n")
        body = question[len(head) + len("\ninsert into events\n") :]
        connection.execute(f"insert into events\n{head}\n{body}", {"leads": leads})
        return int(connection.execute("select count(*) from events").fetchall()[0][0])


def rebuild(path: Path) -> None:
    """All tables as the house makes them: asked, framed, published; then their claims."""
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        began = time.perf_counter()
        for mart in MARTS:
            each = time.perf_counter()
            frame = built(mart, warehouse)
            publish(mart, frame, warehouse)
            print(f"  {mart.name:<18}{time.perf_counter() - each:7.2f} s {frame.height:>10,} rows", flush=True)
        _say("rebuild", began)
        began = time.perf_counter()
        broken = [claim.name for mart in MARTS for claim in mart.claims if not examine(claim, warehouse)[0]]
        _say("claims", began)
        print(f"  broken claims: {', '.join(broken) or 'none'}")


def plain(path: Path) -> None:
    """The same tables by DuckDB alone, `create table as`; what Polars adds is SQL of our own beside this file.

    `attribution` is left out: its credits are the domain's arithmetic over a few hundred paths.
    """
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        began = time.perf_counter()
        for name in (mart.name for mart in MARTS if mart.name != "attribution"):
            own = FOLDER / f"{name}.sql"
            question = own.read_text(encoding="utf-8") if own.exists() else tables.load(name)
            connection.execute(f"create or replace table marts.{name} as {question}")
        _say("plain", began)


def _say(name: str, began: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{name}: {time.perf_counter() - began:.2f} s, peak {peak:.2f} GiB", flush=True)


def main() -> None:
    """Generate, then measure each way in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.marts", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1M facts instead of 10M")
    parser.add_argument("--way", choices=["rebuild", "plain"], help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        {"rebuild": rebuild, "plain": plain}[chosen.way](chosen.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        began = time.perf_counter()
        facts = generate(path, QUICK_LEADS if chosen.quick else LEADS)
        print(f"{facts:,} facts in {time.perf_counter() - began:.0f} s; {os.cpu_count()} cores", flush=True)
        for way in ("rebuild", "plain"):
            command = [sys.executable, "-m", "benchmarks.marts", "--way", way, "--path", str(path)]
            subprocess.run(command, check=True)  # noqa: S603 - our own


if __name__ == "__main__":
    main()
