"""Facts and service processes for the warehouse's tests: one baseline touch, changed where a test needs it."""

import datetime as dtm
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.events import Emitter, Fact, RegisteredForSession, TouchRecorded
from tests.patience import PATIENCE_SECONDS
from warehouse import secrets
from warehouse.client import FlightWarehouse

NOW = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


def touch(visitor: str = "visitor-anna", *, landing: str = "/w/first", correlation_id: str | None = None) -> Fact:
    """Synthetic Anna looks at a landing page."""
    seen = TouchRecorded(visitor_id=visitor, landing=landing)
    return Fact.of(seen, emitter=Emitter.WEB_FORM, occurred_at=NOW, correlation_id=correlation_id)


def registered(lead_id: str = "lead-anna", session_id: str = "session-1") -> Fact:
    """Synthetic Anna takes a place in a session."""
    return Fact.of(
        RegisteredForSession(),
        emitter=Emitter.WEB_FORM,
        occurred_at=NOW,
        lead_id=lead_id,
        webinar_id="first",
        session_id=session_id,
    )


@dataclass(frozen=True)
class Serving:
    """A warehouse service of a test's own, and the doors to it."""

    port: int
    home: Path

    def door(self, process: str = "admin", *, patience_seconds: float = 5.0) -> FlightWarehouse:
        """A client with the credential of that process."""
        token = secrets.ensure(self.home).warehouse_tokens[process]
        return FlightWarehouse(self.port, token, patience_seconds=patience_seconds)


@dataclass(frozen=True)
class Running(Serving):
    """The service as `python -m warehouse` starts it."""

    process: subprocess.Popen[str]


def launch(home: Path, *, port: int = 0, **settings: object) -> subprocess.Popen[str]:
    """Start the real service without waiting for it; further settings are environment variables."""
    names = {"EFIR_HOME": home, "EFIR_WAREHOUSE_PORT": port, **settings}
    return subprocess.Popen(
        [sys.executable, "-m", "warehouse"],
        env={**os.environ, **{name: str(value) for name, value in names.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start(home: Path, *, port: int = 0, **settings: object) -> Running:
    """Start the real service and wait until it is ready."""
    process = launch(home, port=port, **settings)
    assert process.stdout
    words = process.stdout.readline().split()
    if words[:2] != ["ready", "warehouse"]:
        process.kill()
        message = f"the service did not start: {process.communicate()[1]}"
        raise AssertionError(message)
    return Running(int(words[2].split(":")[1]), home, process)


@contextmanager
def running(home: Path, *, port: int = 0) -> Iterator[Running]:
    """The service for the length of a block."""
    service = start(home, port=port)
    try:
        yield service
    finally:
        end(service)


def end(service: Running) -> int:
    """Stop the service (kill it if it will not) and give back its exit code."""
    service.process.terminate()
    try:
        return service.process.wait(PATIENCE_SECONDS)
    finally:
        service.process.kill()
        service.process.communicate()
