"""A real warehouse service for the commands: its own home and port, ended with the module."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from efir.cli import app

Cli = Callable[..., Result]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {
        "EFIR_HOME": str(tmp_path_factory.mktemp("home")),
        "EFIR_WAREHOUSE_PORT": str(free_port()),
        "EFIR_PORT": "3999",
        "NO_COLOR": "1",
    }


@pytest.fixture(scope="module")
def service(environment: dict[str, str]) -> Iterator[Path]:
    """The running warehouse's home."""
    command = [sys.executable, "-m", "warehouse"]
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        yield Path(environment["EFIR_HOME"])
        process.terminate()


@pytest.fixture
def efir(environment: dict[str, str]) -> Cli:
    """The `efir` command, in this process."""
    return lambda *arguments, **more: CliRunner(env=environment).invoke(app, list(arguments), **more)
