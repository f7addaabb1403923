"""A running house for a journey: `efir up` in a temporary folder, on free ports, with our own Bot API server."""

import contextlib
import datetime as dtm
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.events import (
    AttendancePolicy,
    Emitter,
    Event,
    Fact,
    Offer,
    PartnerJoined,
    WebinarConfigured,
    WebinarScheduled,
)
from tests.botapi.server import TOKEN, BotApi
from tests.patience import PATIENCE_SECONDS
from warehouse.client import connect
from warehouse.interface import Personal, PersonalRow, Warehouse
from warehouse.settings import Settings

REPOSITORY = Path(__file__).parent.parent.parent
READY = "Efir is on air"
START_WITHIN_SECONDS = 480
"""The first start builds the frontend."""


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def daytime_zone(now: dtm.datetime) -> str:
    """A zone where it is about noon, so that quiet hours do not hold a journey's messages."""
    offset = (12 - now.astimezone(dtm.UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{'-' if offset > 0 else '+'}{abs(offset)}" if offset else "Etc/GMT"


@dataclass
class House:
    """What a journey sees of the running system."""

    url: str
    dagster_url: str
    settings: Settings
    warehouse: Warehouse
    botapi: BotApi
    process: "subprocess.Popen[str]"
    log: deque[str] = field(default_factory=lambda: deque(maxlen=4000))
    zone: str = "Etc/GMT"

    def state(self, event: Event, emitter: Emitter, **envelope: Any) -> Fact:
        """Append one fact and return it as the log keeps it."""
        fact = Fact.of(event, emitter=emitter, occurred_at=dtm.datetime.now(dtm.UTC), **envelope)
        (receipt,) = self.warehouse.append([fact])
        assert receipt.status == "accepted", receipt
        return fact.model_copy(update={"seq": receipt.seq})

    def wait_for(
        self, name: str, *, seconds: float = PATIENCE_SECONDS, where: Callable[[Fact], bool] = lambda _: True
    ) -> Fact:
        """The first fact of this name that satisfies `where`; a long poll, no sleeping."""
        deadline = dtm.datetime.now(dtm.UTC) + dtm.timedelta(seconds=seconds)
        seq = 0
        while (left := (deadline - dtm.datetime.now(dtm.UTC)).total_seconds()) > 0:
            page = self.warehouse.facts_after(seq, wait_seconds=min(left, 5), names=[name])
            for fact in page.facts:
                if where(fact):
                    return fact
            seq = page.next_seq
        log = self.warehouse.facts_after(0, limit=500).facts
        stated = [f"{fact.seq} {fact.name} {fact.properties}" for fact in log]
        raise AssertionError(f"{name} did not come in {seconds} s. The log:\n" + "\n".join(stated))

    def facts(self, lead_id: str, name: str | None = None) -> list[Fact]:
        """The lead's facts in log order."""
        return self.warehouse.facts_of(lead_ids=[lead_id], names=[name] if name else None)

    def add_webinar(self, slug: str, *, seconds: int) -> str:
        """An AUTO webinar on the sample recording with one timed offer and a policy that fits its length."""
        texts = {"ru": "Запуск с нуля (синтетический пример)", "en": "From zero (synthetic sample)"}
        offer = Offer(
            offer_id="course",
            title={"ru": "Курс со скидкой", "en": "The course, discounted"},
            button={"ru": "Хочу на курс", "en": "I want it"},
            show_at_seconds=8,
        )
        configured = WebinarConfigured(
            action_id=f"configure-{slug}",
            slug=slug,
            title=texts,
            summary=texts,
            host_name="Efir Sample",
            media_url="sample.mp4",
            duration_seconds=seconds,
            time_zone=self.zone,
            offers=(offer,),
            # A starved browser begins seconds late: of a minute it must see less than the usual 95 % to complete it.
            policy=AttendancePolicy(grace_minutes=0.1, completed_share=0.7),
        )
        self.state(configured, Emitter.STUDIO, webinar_id=slug)
        return slug

    def add_session(self, webinar_id: str, session_id: str, *, starts_in: float, seconds: int) -> str:
        """A session that starts in so many seconds."""
        starts_at = dtm.datetime.now(dtm.UTC) + dtm.timedelta(seconds=starts_in)
        event = WebinarScheduled(
            action_id=f"schedule-{session_id}", starts_at=starts_at, duration_seconds=seconds, mode="auto"
        )
        self.state(event, Emitter.STUDIO, webinar_id=webinar_id, session_id=session_id)
        return session_id

    def add_partner(self, code: str, name: str) -> str:
        """A partner with a link code."""
        partner_id = f"00000000-0000-4000-8000-{code:0>12.12}"
        fact = Fact.of(
            PartnerJoined(partner_id=partner_id, code=code),
            emitter=Emitter.CORE,
            occurred_at=dtm.datetime.now(dtm.UTC),
        )
        self.warehouse.append([fact], personal=[PersonalRow(partner_id, Personal.NAME, name)])
        return partner_id


@contextlib.contextmanager
def running(home: Path) -> Iterator[House]:
    """Start the house, wait until everything answers, end it and check that it ended in time."""
    (home / "media").mkdir(parents=True)
    shutil.copy(REPOSITORY / "app" / "sample" / "sample.mp4", home / "media")
    ports = {name: free_port() for name in ("EFIR_PORT", "EFIR_DAGSTER_PORT", "EFIR_WAREHOUSE_PORT")}
    url = f"http://localhost:{ports['EFIR_PORT']}"
    with BotApi() as botapi:
        environment = {
            **os.environ,
            **{name: str(port) for name, port in ports.items()},
            "EFIR_HOME": str(home),
            "EFIR_PUBLIC_URL": url,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": botapi.url,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "efir.cli", "up"],
            cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        log: deque[str] = deque(maxlen=4000)
        is_ready = threading.Event()
        reader = threading.Thread(target=_read, args=(process, log, is_ready), daemon=True)
        reader.start()
        try:
            if not is_ready.wait(START_WITHIN_SECONDS) or process.poll() is not None:
                raise AssertionError("efir up did not get ready:\n" + "\n".join(log))
            settings = Settings(home=home, warehouse_port=ports["EFIR_WAREHOUSE_PORT"])
            dagster_url = f"http://127.0.0.1:{ports['EFIR_DAGSTER_PORT']}"
            zone = daytime_zone(dtm.datetime.now(dtm.UTC))
            assert ZoneInfo(zone)
            with connect("admin", settings) as warehouse:
                yield House(url, dagster_url, settings, warehouse, botapi, process, log, zone)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            finally:
                process.kill()
                process.wait(5)
                reader.join(5)
                if process.stdout is not None:
                    process.stdout.close()


def _read(process: "subprocess.Popen[str]", log: deque[str], is_ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        log.append(line.rstrip())
        if READY in line:
            is_ready.set()
    is_ready.set()
