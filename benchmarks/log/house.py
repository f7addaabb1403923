"""A real warehouse service of the benchmark's own, on a home filled with as many facts as asked for."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.log.facts import columns
from warehouse import secrets
from warehouse.client import FlightWarehouse
from warehouse.credentials import Credential
from warehouse.engine import Engine
from warehouse.settings import Settings

CHUNK = 50_000


def fill(home: Path, facts: int, dice: random.Random) -> None:
    """Bring the log of this home to at least `facts` rows, with the engine itself."""
    engine = Engine(Settings(home=home).database)
    try:
        while (missing := facts - engine.health()["facts"]) > 0:
            engine.append(columns(min(CHUNK, missing), dice), Credential.of("admin"))
            print(f"\r  filling the log: {engine.health()['facts']:>9,} rows", end="", flush=True)
    finally:
        engine.close()
    if facts:
        print("\r" + " " * 40 + "\r", end="")


@contextmanager
def service(home: Path) -> Iterator[FlightWarehouse]:
    """The service in a process of its own on a free port; stopped gracefully at the end."""
    environment = {**os.environ, "EFIR_HOME": str(home), "EFIR_WAREHOUSE_PORT": "0"}
    process = subprocess.Popen([sys.executable, "-m", "warehouse"], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        port = int(process.stdout.readline().split()[2].split(":")[1])
        with FlightWarehouse(port, secrets.ensure(home).warehouse_tokens["admin"]) as warehouse:
            yield warehouse
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
