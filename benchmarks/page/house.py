"""The warehouse and the app as they are run, on a home of the benchmark's own, with one webinar on air and one over."""

import datetime as dtm
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.build import build
from benchmarks.room.gauge import await_port, free_port
from domain.events import Emitter, Event, Fact, WebinarConfigured, WebinarScheduled
from efir.house import APP_OPTIONS
from warehouse import secrets, tokens
from warehouse.client import FlightWarehouse
from warehouse.interface import Personal, PersonalRow, Warehouse

WEBINAR, AHEAD, ON_AIR, OVER = "page", "PAGEAHEAD", "PAGEROOM", "PAGEREPLAY"
START_SECONDS = 120.0


@dataclass
class House:
    """The running app and the way to invite people to it."""

    url: str
    warehouse: Warehouse
    app: psutil.Process

    def link(self, session_id: str, *, purpose: str = "join") -> str:
        """A personal link of somebody new: to the room, or to the recording (purpose `replay`)."""
        lead, now = str(uuid.uuid4()), dtm.datetime.now(dtm.UTC)
        name = PersonalRow(lead, Personal.NAME, "Synthetic Guest", given_at=now)
        self.warehouse.append([], personal=[name])
        body = {"lead_id": lead, "webinar_id": WEBINAR, "session_id": session_id}
        token = tokens.mint(self.warehouse, purpose, body, now=now, ttl=dtm.timedelta(hours=1))
        return f"{self.url}/{'r' if purpose == 'replay' else 'j'}/{token}"

    def cpu_seconds(self) -> float:
        """What the app's process has spent so far."""
        spent = self.app.cpu_times()
        return float(spent.user + spent.system)


@contextmanager
def house() -> Iterator[House]:
    """Everything up; stopped and deleted at the end."""
    build()
    with tempfile.TemporaryDirectory(prefix="efir-page-") as folder, ExitStack() as processes:
        environment = {**os.environ, "EFIR_HOME": folder, "EFIR_WAREHOUSE_PORT": "0", "EFIR_PORT": str(free_port())}
        url = f"http://localhost:{environment['EFIR_PORT']}"
        environment["EFIR_PUBLIC_URL"] = url
        stored = processes.enter_context(_running([sys.executable, "-m", "warehouse"], environment))
        assert stored.stdout is not None
        port = environment["EFIR_WAREHOUSE_PORT"] = stored.stdout.readline().split()[2].split(":")[1]
        token = secrets.ensure(Path(folder)).warehouse_tokens["admin"]
        warehouse = processes.enter_context(FlightWarehouse(int(port), token))
        announce(warehouse)
        serve = [sys.executable, "-m", "uvicorn", "app.asgi:app", "--port", environment["EFIR_PORT"], *APP_OPTIONS]
        app = processes.enter_context(_running(serve, environment, is_told=False))
        await_port(int(environment["EFIR_PORT"]), START_SECONDS)
        yield House(url, warehouse, psutil.Process(app.pid))


def announce(warehouse: Warehouse) -> None:
    """The webinar, with a session ahead, one on air and one that is over."""
    texts = {"ru": "Запуск с нуля (синтетический пример)", "en": "From zero (synthetic sample)"}
    webinar = WebinarConfigured(
        action_id="page", slug=WEBINAR, title=texts, summary=texts, host_name="Efir Sample", media_kind="hls",
        media_url="hls/index.m3u8", duration_seconds=7_200,
    )  # fmt: skip
    now = dtm.datetime.now(dtm.UTC)
    hours = {ON_AIR: -0.01, OVER: -3.0, AHEAD: 24.0}
    facts = [_fact(webinar, now)]
    for session_id, starts_in in hours.items():
        starts_at = now + dtm.timedelta(hours=starts_in)
        plan = WebinarScheduled(action_id=session_id, starts_at=starts_at, duration_seconds=7_200, mode="auto")
        facts.append(_fact(plan, now, session_id))
    warehouse.append(facts)


def _fact(event: Event, at: dtm.datetime, session_id: str | None = None) -> Fact:
    return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=at, webinar_id=WEBINAR, session_id=session_id)


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], *, is_told: bool = True
) -> Iterator[subprocess.Popen[str]]:
    output = subprocess.PIPE if is_told else None
    with subprocess.Popen(command, env=environment, stdout=output, text=True) as process:  # noqa: S603 - our own
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
