import datetime as dtm
import html
import json
import re
import threading
from pathlib import Path
from typing import Never

import pytest

from app.api.application import PATHS, application
from app.api.operations import CONDITION_SECONDS
from app.room.hall import Hall
from app.room.halls import halls
from domain.events import Emitter, Fact, MessagePlanned
from tests.app.calling import Caller
from tests.warehouse.stating import NOW, touch
from warehouse import emitter_keys as keys
from warehouse import followers
from warehouse.copies import NAME
from warehouse.interface import WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.settings import Settings


@pytest.fixture
def client(warehouse: LocalWarehouse) -> Caller:
    return Caller(application(lambda: warehouse))


def without_a_warehouse() -> Caller:
    def gone() -> Never:
        raise WarehouseError("The warehouse is not running.")

    return Caller(application(gone))


def test_alive_does_not_depend_on_the_warehouse() -> None:
    assert without_a_warehouse().get("/healthz").text == "ok\n"


def test_ready_proves_that_the_warehouse_answers(client: Caller) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "facts": 0, "last_seq": 0}
    answer = without_a_warehouse().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")


def test_metrics_count_in_prometheus_words(client: Caller) -> None:
    text = client.get("/metrics").text
    assert "efir_warehouse_up 1.0" in text
    assert "efir_warehouse_up 0.0" in without_a_warehouse().get("/metrics").text


def test_metrics_tell_how_refusals_messages_the_reaction_and_the_rooms_stand(
    client: Caller, warehouse: LocalWarehouse
) -> None:
    warehouse.append([touch("visitor-a"), touch("visitor-b"), touch("visitor-c")])
    followers.tell(warehouse, followers.REACTION, 2)
    for _ in range(2):
        warehouse.reject(stage="form", code="honeypot", message="?", payload="first", emitter="web_form")
    planned = MessagePlanned(
        scenario="welcome", scenario_version=1, step="s", recipient="candidate", message_key="k-1",
        template="welcome", due_at=NOW, valid_until=NOW, message_class="transactional",
    )  # fmt: skip
    warehouse.append([Fact.of(planned, emitter=Emitter.SCENARIO_SERVICE, occurred_at=NOW, lead_id="lead-anna")])
    text = client.get("/metrics").text
    for line in (
        "efir_warehouse_self_check_ok 1.0",
        "efir_warehouse_last_seq 4.0",
        "efir_reaction_seq 2.0",
        "efir_reaction_behind_facts 2.0",
        'efir_rejected_events{code="honeypot",stage="form",state="open"} 2.0',
        'efir_messages{state="waiting"} 1.0',
        'efir_messages{state="uncertain"} 0.0',
        "efir_room_facts_lost 0.0",
        'efir_webhook_endpoints{state="disabled"} 0.0',
        'efir_webhook_deliveries{outcome="dead"} 0.0',
    ):
        assert f"\n{line}\n" in text
    assert float(re.findall(r"\nefir_reaction_lag_seconds (\S+)\n", text)[0]) >= 0
    hall = halls.halls["S1"] = Hall("S1")
    hall.pages["lead-anna"] = hall.desks["host"] = lambda _: None
    text = client.get("/metrics").text
    halls.halls.clear()
    assert "efir_room_open 1.0" in text
    assert 'efir_room_connections{who="attendee"} 1.0' in text
    assert 'efir_room_connections{who="host"} 1.0' in text


def test_metrics_tell_when_the_newest_copy_was_made(
    client: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    assert "\nefir_backup_newest_timestamp_seconds 0.0\n" in client.get("/metrics").text
    settings.nightly_backups.mkdir(parents=True)
    for moment in (NOW, NOW - dtm.timedelta(days=1)):
        (settings.nightly_backups / moment.strftime(NAME)).touch()
    told = re.findall(r"\nefir_backup_newest_timestamp_seconds (\S+)\n", client.get("/metrics").text)
    assert [float(seconds) for seconds in told] == [NOW.timestamp()]


def test_metrics_ask_everything_at_once_for_prometheus_waits_ten_seconds(warehouse: LocalWarehouse) -> None:
    asked_by_both = threading.Barrier(2, timeout=CONDITION_SECONDS / 2)

    def provider() -> LocalWarehouse:
        asked_by_both.wait()
        return warehouse

    assert "efir_warehouse_up 1.0" in Caller(application(provider)).get("/metrics").text


def test_metrics_are_for_this_machine_only(client: Caller) -> None:
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 403


def test_the_manuals_command_makes_the_key_its_example_needs(client: Caller, warehouse: LocalWarehouse) -> None:
    page = html.unescape(client.get("/api/docs", params={"lang": "en"}).text)
    said = re.search(r"efir emitter add NAME --emitter (\S+) --events (\w+)", page)
    assert said
    key = keys.add(warehouse, "NAME", Emitter(said[1]), [said[2]], now=dtm.datetime.now(dtm.UTC))
    example = json.loads(page.partition("-d '")[2].partition("'</code>")[0])
    answer = client.post("/api/v1/events", json=example, headers={"authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert "`" not in page


def test_openapi_describes_every_answer_and_the_manual_needs_nothing_from_elsewhere(client: Caller) -> None:
    described = client.get("/api/v1/openapi.json").json()
    operation = described["paths"]["/api/v1/events"]["post"]
    said = operation["responses"]
    assert {"200", "207", "401", "403", "409", "413", "415", "422", "429", "503"} == set(said)
    assert [code for code in said if "Retry-After" in said[code].get("headers", {})] == ["429", "503"]
    [scheme] = [name for way in operation["security"] for name in way]
    assert described["components"]["securitySchemes"][scheme] == {"type": "http", "scheme": "bearer"}
    assert set(operation["requestBody"]["content"]) >= {"application/json", "application/cloudevents-batch+json"}
    assert '<html lang="en"' in client.get("/api/docs", headers={"Accept-Language": "en-GB,en"}).text
    for language in ("ru", "en"):
        page = client.get("/api/docs", params={"lang": language}).text
        assert "client_webinar_entered" in page
        assert "http://" not in page
        assert "https://" not in page
        assert re.findall(r"<script[^>]*>", page) == ['<script defer src="/theme.js">']


def test_every_path_named_is_answered(client: Caller) -> None:
    assert {client.get(path).status_code for path in PATHS if path != "/api/v1/events"} == {200}
    assert client.get("/api/v1/events").status_code == 405
