"""A server process of the bench, on a core of its own, and what it costs."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from efir.house import APP_OPTIONS

ROOT = Path(__file__).parents[2]
UVICORN = str(Path(sys.executable).parent / "uvicorn")


def free_port() -> int:
    """A port nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Server:
    """uvicorn with the house's own options, on one core or, as in a house, wherever there is room."""

    def __init__(
        self,
        factory: str,
        port: int,
        core: int | None,
        environment: dict[str, str],
        module: str = "benchmarks.room.server",
    ) -> None:
        command = (UVICORN, "--factory", f"{module}:{factory}", "--port", str(port), *APP_OPTIONS)
        self.child = subprocess.Popen(  # noqa: S603 - our own
            [*command, "--log-level", "warning"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore", **environment},
        )  # fmt: skip
        assert self.child.stdout
        assert self.child.stdout.readline().startswith("ready"), "the server did not start"
        self.process = psutil.Process(self.child.pid)
        self.core = core
        if core is not None:
            self.process.cpu_affinity([core])
            for thread in self.process.threads():
                os.sched_setaffinity(thread.id, {core})
        await_port(port)

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def core_busy(self) -> float:
        """Seconds the server's core was busy so far, whoever with: others use this machine too. 0 without a core."""
        if self.core is None:
            return 0.0
        times = psutil.cpu_times(percpu=True)[self.core]
        return float(sum(times) - times.idle - times.iowait - times.guest)

    def memory(self) -> int:
        """Resident bytes."""
        return int(self.process.memory_info().rss)

    def end(self) -> str:
        """Stop it, and wait; returns what it said since it was ready."""
        self.child.terminate()
        return self.child.communicate(timeout=60)[0].strip()


@dataclass
class Phase:
    """The cost of some seconds."""

    server: Server

    def __post_init__(self) -> None:
        self.began, self.used, self.own = time.monotonic(), self.server.cpu(), time.process_time()
        self.busy = self.server.core_busy()

    def others(self) -> float:
        """Share of the server's core that others had."""
        used = self.server.cpu() - self.used
        return max(0.0, self.server.core_busy() - self.busy - used) / (time.monotonic() - self.began)

    def end(self) -> tuple[float, float, float]:
        """Seconds that went by, of the server's CPU, of the crowd's CPU."""
        return time.monotonic() - self.began, self.server.cpu() - self.used, time.process_time() - self.own


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the worst, in milliseconds."""
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    found = {"p50 ms": cuts[49], "p95 ms": cuts[94], "p99 ms": cuts[98], "max ms": max(seconds)}
    return {name: round(value * 1000, 1) for name, value in found.items()}


def await_port(port: int, seconds: float = 60) -> None:
    """Wait until somebody listens there. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("The server does not listen.")
