"""The processes the reaction needs, on a home of the benchmark's own: warehouse, code server, daemon."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from warehouse import secrets
from warehouse.client import FlightWarehouse

PROGRAMS = Path(sys.executable).parent
START_SECONDS = 60


@contextmanager
def house() -> Iterator[FlightWarehouse]:
    """Everything up, seen with the admin's credential; stopped and deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="efir-") as folder, ExitStack() as processes:
        home = Path(folder)
        environment = {**os.environ, "EFIR_HOME": folder, "EFIR_WAREHOUSE_PORT": "0"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        process = processes.enter_context(_running([sys.executable, "-m", "warehouse"], environment))
        assert process.stdout
        port = process.stdout.readline().split()[2].split(":")[1]
        environment["EFIR_WAREHOUSE_PORT"] = port
        start_dagster(processes, environment)
        yield processes.enter_context(FlightWarehouse(int(port), secrets.ensure(home).warehouse_tokens["admin"]))


def start_dagster(processes: ExitStack, environment: Mapping[str, str]) -> None:
    """Code server and daemon on the home the environment names, until `processes` is closed."""
    home = Path(environment["EFIR_HOME"]) / "dagster"
    environment = {**environment, "DAGSTER_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "pipelines.instance"], env=environment, check=True)
    socket = str(home / "code.sock")
    quiet = ["--log-level", "warning"]
    serve = ["api", "grpc", "-m", "pipelines.definitions", "--socket", socket, "--max-workers", "16"]
    processes.enter_context(_running([str(PROGRAMS / "dagster"), *serve, *quiet], environment))
    check = [str(PROGRAMS / "dagster"), "api", "grpc-health-check", "--socket", socket]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(check, env=environment, capture_output=True, check=False).returncode:  # noqa: S603 - our own
        if time.monotonic() > deadline:
            raise TimeoutError(f"The code server did not answer within {START_SECONDS} s.")
    workspace = ["run", "-w", str(home / "workspace.yaml")]
    processes.enter_context(_running([str(PROGRAMS / "dagster-daemon"), *workspace, *quiet], environment))


@contextmanager
def _running(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
