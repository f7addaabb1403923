"""`python -m benchmarks.idle [--quick]`: starts everything on an empty home, prints RSS and CPU of every process."""

import argparse
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from efir import condition

READY = "Efir is on air"
SETTLE_SECONDS, WATCH_SECONDS = 20.0, 120.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="watch for 20 s instead of two minutes")
    watch = 20.0 if parser.parse_args(arguments).quick else WATCH_SECONDS
    with tempfile.TemporaryDirectory(prefix="efir-idle-") as folder, house(Path(folder)) as supervisor:
        time.sleep(SETTLE_SECONDS)
        report(Path(folder), supervisor, watch)


def report(home: Path, supervisor: psutil.Process, seconds: float) -> None:
    """One line a process, and the sum. CPU is in percent of one core."""
    names = {one.pid: one.name for one in condition.processes(home)} | {supervisor.pid: "supervisor"}
    family = [supervisor, *supervisor.children(recursive=True)]
    before, disk = {one.pid: _cpu_seconds(one) for one in family}, _bytes(home)
    time.sleep(seconds)
    print(f"after {SETTLE_SECONDS:.0f} s of rest, over {seconds:.0f} s:")
    total_memory = total_share = 0.0
    for one in family:
        share = 100 * (_cpu_seconds(one) - before[one.pid]) / seconds
        memory = one.memory_info().rss / 2**20
        total_memory, total_share = total_memory + memory, total_share + share
        print(f"  {names.get(one.pid, 'guard'):<12}{memory:>8.0f} MiB {share:>7.1f} %")
    print(f"  {'together':<12}{total_memory:>8.0f} MiB {total_share:>7.1f} %")
    print(f"  the home grew by {(_bytes(home) - disk) / 1024:.0f} KiB")


@contextmanager
def house(home: Path) -> Iterator[psutil.Process]:
    """Everything running on free ports; ended afterwards."""
    ports = {name: str(_free_port()) for name in ("EFIR_PORT", "EFIR_DAGSTER_PORT", "EFIR_WAREHOUSE_PORT")}
    environment = {**os.environ, **ports, "EFIR_HOME": str(home), "TELEGRAM_BOT_TOKEN": ""}
    log = home / "up.log"
    with log.open("w") as output, subprocess.Popen(
        [sys.executable, "-m", "efir.up"], env=environment, stdout=output, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        try:
            while READY not in log.read_text(encoding="utf-8"):
                if process.poll() is not None:
                    sys.exit(f"The house did not start:\n{log.read_text(encoding='utf-8')}")
                time.sleep(0.2)
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _free_port() -> int:
    """A free port below those that the kernel gives to clients: one who asks a dead server could else get its port."""
    for port in random.sample(range(10_000, 30_000), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    sys.exit("Of a hundred ports between 10,000 and 30,000 none is free.")


if __name__ == "__main__":
    main()
