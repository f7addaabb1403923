"""Reminders to distinct chats through real processes at Telegram's own pace: 1,000 take 40 s at least, 10,000 take 400.

`python -m benchmarks.delivery.crowd 10000` for the whole crowd; `tests/notifier/test_waves.py` has it in virtual time.
"""

import datetime as dtm
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from domain.events import ConsentGiven, CoreIngestEvent, Emitter, Fact, MessagePlanned, ScenarioStart, TelegramLinked
from tests.botapi.server import TOKEN, BotApi
from tests.notifier.house import SESSION, SITE, WEBINAR, House, now
from tests.notifier.process import Process
from warehouse.client import connect
from warehouse.interface import Personal, PersonalRow
from warehouse.settings import Settings

PER_SECOND = 25
_BATCH = 500
_BEFORE = now() - dtm.timedelta(days=1)
"""When everybody registered: before the reminder was due."""


def measure(people: int) -> dict[str, Any]:
    """Seconds from the first call to the last, against the least the limit allows."""
    with tempfile.TemporaryDirectory(prefix="efir-") as folder, BotApi() as api:
        home = Path(folder)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        shared = {
            "EFIR_WAREHOUSE_PORT": str(port),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": api.url,
            "EFIR_PUBLIC_URL": SITE,
            "EFIR_TELEGRAM_PER_SECOND": str(PER_SECOND),
        }
        processes = [Process("warehouse", home, shared)]
        try:
            processes[0].until("ready")
            with connect("admin", Settings(home=home, warehouse_port=port)) as warehouse:
                house = House(home, warehouse, api)
                house.a_webinar()
                leads = _crowd(house, people)
                processes.append(Process("notifier", home, shared))
                processes[-1].until("ready")
                return _wave(house, api, leads)
        finally:
            for process in reversed(processes):
                process.end()


def _crowd(house: House, people: int) -> list[str]:
    leads = [f"00000000-0000-4000-8000-{number:012}" for number in range(people)]
    for start in range(0, people, _BATCH):
        facts, rows = [], []
        for number in range(start, min(start + _BATCH, people)):
            lead = {"lead_id": leads[number], "occurred_at": now()}
            form = CoreIngestEvent(submission_id=leads[number])
            facts.append(Fact.of(form, emitter=Emitter.WEB_FORM, **lead))
            facts.append(Fact.of(TelegramLinked(update_id=number), emitter=Emitter.NOTIFIER, **lead))
            consent = ConsentGiven(purpose="processing", text_version="v1", given_by=leads[number])
            facts.append(Fact.of(consent, emitter=Emitter.CORE, **lead))
            began = ScenarioStart(scenario="session", scenario_version=1, trigger=SESSION)
            facts.append(Fact.of(began, emitter=Emitter.SCENARIO_SERVICE, **lead | {"occurred_at": _BEFORE}))
            rows.append(PersonalRow(leads[number], Personal.TELEGRAM_CHAT_ID, str(100_000 + number)))
        house.warehouse.append(facts, personal=rows)
    return leads


def _wave(house: House, api: BotApi, leads: list[str]) -> dict[str, Any]:
    moment = now()
    for start in range(0, len(leads), _BATCH):
        house.warehouse.append([_reminder(lead, moment) for lead in leads[start : start + _BATCH]])
    calls = api.wait_for_calls(len(leads), seconds=60 + 5 * len(leads) / PER_SECOND)
    times = sorted(call.at for call in calls)
    least, took = len(leads) / PER_SECOND, times[-1] - times[0]
    began = time.monotonic()
    while len(house.warehouse.facts_of(names={"message_sent"})) < len(times) and time.monotonic() - began < 30:
        time.sleep(0.5)
    return {
        "crowd, reminders": len(leads),
        "crowd, arrived": len(times),
        "crowd, recorded as sent": len(house.warehouse.facts_of(names={"message_sent"})),
        "crowd, seconds": round(took, 1),
        "crowd, of the limit's own minimum": round(took / least, 3),
    }


def _reminder(lead_id: str, moment: Any) -> Fact:
    event = MessagePlanned(
        message_key=f"session:1:{lead_id}:{SESSION}:reminder_1h",
        scenario="session",
        scenario_version=1,
        step="reminder_1h",
        recipient="candidate",
        template="reminder_1h",
        message_class="critical",
        due_at=moment,
        valid_until=moment.replace(year=moment.year + 1),
    )
    place = {"lead_id": lead_id, "webinar_id": WEBINAR, "session_id": SESSION}
    return Fact.of(event, emitter=Emitter.SCENARIO_SERVICE, occurred_at=moment, **place)


if __name__ == "__main__":
    for name, value in measure(int(sys.argv[1])).items():
        print(f"{name:<52}{value}")
