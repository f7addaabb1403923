"""A child process of ours whose output can be waited for."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.nursery import Child, Role
from tests.patience import PATIENCE_SECONDS


class Process:
    """A child of ours with its output in files, forked from a process that has imported its module."""

    child: Child | subprocess.Popen[bytes]

    def __init__(self, role: Role, home: Path, environment: dict[str, str], *arguments: str) -> None:
        self.out = _log(home, role)
        self.child = Child(role, {"EFIR_HOME": str(home), **environment}, self.out, arguments)

    @property
    def text(self) -> str:
        return self.out.read_text(encoding="utf-8")

    def until(self, words: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Block until the output has these words; the line with them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in self.text.splitlines():
                if words in line:
                    return line
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(0.02)
                break
        for line in self.text.splitlines():
            if words in line:
                return line
        raise AssertionError(f"no {words!r} in:\n{self.text}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Exit code and how many seconds the end took."""
        began = time.monotonic()
        if self.child.poll() is None:
            self.child.send_signal(number)
        return self.child.wait(PATIENCE_SECONDS), time.monotonic() - began


class Program(Process):
    """Any module as `python -m` runs it, in an interpreter of its own."""

    def __init__(self, module: str, home: Path, environment: dict[str, str], *arguments: str) -> None:
        self.out = _log(home, module)
        with self.out.open("wb") as out:
            self.child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env={**os.environ, "EFIR_HOME": str(home), **environment}, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip


def _log(home: Path, name: str) -> Path:
    path = home / f"{name}-{time.monotonic_ns()}.log"
    path.touch()
    return path
