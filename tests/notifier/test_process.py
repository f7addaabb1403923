"""The real process with the real warehouse service: killed in every state, it loses nothing and doubles nothing."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.botapi.server import TOKEN, BotApi
from tests.notifier.house import SITE, House
from tests.notifier.process import Process
from tests.patience import PATIENCE_SECONDS
from warehouse.client import connect
from warehouse.settings import Settings

pytestmark = pytest.mark.crash


class RealHouse(House):
    """A house whose warehouse is a service and whose notifier is a process."""

    processes: list[Process]
    port: int
    service: Process

    def serve(self) -> None:
        """Start the warehouse service (again), on the same port."""
        self.service = Process("warehouse", self.home, {"EFIR_WAREHOUSE_PORT": str(self.port)})
        self.processes.append(self.service)
        self.service.until("ready")

    def notifier(self, *arguments: str, **environment: str) -> Process:
        given = {"EFIR_WAREHOUSE_PORT": str(self.port), "EFIR_PUBLIC_URL": SITE, "EFIR_TELEGRAM_READ_SECONDS": "10"}
        if self.api is not None:
            given |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": self.api.url}
        self.processes.append(Process("notifier", self.home, {**given, **environment}, *arguments))
        return self.processes[-1]


@pytest.fixture
def real(tmp_path: Path, api: BotApi) -> Iterator[RealHouse]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with connect("admin", Settings(home=tmp_path, warehouse_port=port)) as warehouse:
        house = RealHouse(tmp_path, warehouse, api)
        house.port, house.processes = port, []
        try:
            house.serve()
            yield house
        finally:
            for process in house.processes:
                process.end(signal.SIGKILL)


@pytest.mark.parametrize(
    ("failpoint", "story", "delivered"),
    [
        ("before_sending", ["message_sending", "message_sent"], 1),
        ("after_sending", ["message_sending", "message_uncertain"], 0),
        ("after_call", ["message_sending", "message_uncertain"], 1),
        ("after_sent", ["message_sending", "message_sent"], 1),
    ],
)
def test_killed_at_any_point_of_an_attempt_it_sends_at_most_once_and_settles_every_message(
    real: RealHouse, api: BotApi, failpoint: str, story: list[str], delivered: int
) -> None:
    real.a_webinar()
    lead = real.a_lead()
    key = real.plan(lead)
    assert real.notifier(EFIR_NOTIFIER_FAILPOINT=failpoint).child.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    waiting = real.plan(real.a_lead("Борис Примеров", chat=1002))
    restarted = real.notifier()
    real.await_final(waiting)
    real.await_final(key)
    assert real.story(key) == story
    assert real.story(waiting) == ["message_sending", "message_sent"]
    assert len(api.messages(1001)) == delivered
    code, seconds = restarted.end()
    assert (code, seconds < 5) == (0, True)


@pytest.mark.parametrize(
    ("failpoint", "story", "delivered"),
    [
        ("before_sending", ["message_sending", "message_sent"], 1),
        ("after_sending", ["message_sending", "message_failed", "message_sending", "message_sent"], 1),
        ("after_call", ["message_sending", "message_uncertain"], 1),
        ("after_sent", ["message_sending", "message_sent"], 1),
    ],
)
def test_a_mistake_of_ours_at_any_point_of_an_attempt_never_sends_twice(
    real: RealHouse, api: BotApi, failpoint: str, story: list[str], delivered: int
) -> None:
    real.a_webinar()
    key = real.plan(real.a_lead())
    process = real.notifier(EFIR_NOTIFIER_FAILPOINT=f"{failpoint}:1:raise")
    assert real.await_final(key)
    later = real.plan(real.a_lead("Борис Примеров", chat=1002))
    assert real.await_final(later).name == "message_sent"
    assert real.story(key) == story
    assert len(api.messages(1001)) == delivered
    assert "a test asked for a mistake" in process.text
    assert process.end()[0] == 0


@pytest.mark.parametrize("failpoint", ["after_spool", "after_linked"])
def test_killed_while_linking_the_person_is_linked_once_and_hears_no_reproach(
    real: RealHouse, api: BotApi, failpoint: str
) -> None:
    real.a_webinar()
    lead = real.a_lead(chat=None)
    token = real.token(lead_id=lead)
    dying = real.notifier(EFIR_NOTIFIER_FAILPOINT=failpoint)
    dying.until("ready")
    api.user_sends(f"/start {token}", chat_id=1001)
    assert dying.child.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    real.notifier().until("ready")
    linked = real.await_fact("telegram_linked")
    assert linked.lead_id == lead
    assert real.await_final(real.plan(lead, "welcome")).name == "message_sent"
    assert len(real.facts("telegram_linked")) == 1
    assert not any("использована" in message["text"] for message in api.messages(1001))


def test_the_resident_and_drain_once_exclude_each_other_and_say_who_holds(real: RealHouse, api: BotApi) -> None:
    real.a_webinar()
    resident = real.notifier()
    resident.until("ready")
    second = real.notifier("--drain-once")
    assert second.child.wait(PATIENCE_SECONDS) == 3
    assert f"pid {resident.child.pid}" in second.text
    resident.end()
    key = real.plan(real.a_lead())
    drain = real.notifier("--drain-once")
    assert drain.child.wait(PATIENCE_SECONDS) == 0
    assert json.loads(drain.text.splitlines()[-1]) == {"sent": 1, "failed": 0, "uncertain": 0, "left": 0}
    assert real.story(key) == ["message_sending", "message_sent"]
    assert len(api.messages(1001)) == 1


def test_a_failed_message_is_sent_when_staff_ask_for_it_after_a_fix(real: RealHouse, api: BotApi) -> None:
    real.a_webinar()
    api.misbehave("bad_request")
    key = real.plan(real.a_lead())
    real.notifier().until("ready")
    assert real.await_final(key).name == "message_failed"
    assert real.notifier("--replay", key).child.wait(PATIENCE_SECONDS) == 0
    assert real.await_fact("message_sent", message_key=key).properties["attempt"] == 2
    assert len(api.messages(1001)) == 1


def test_it_says_how_it_is_and_ends_at_sigint_within_five_seconds(real: RealHouse) -> None:
    assert real.notifier("--health").child.wait(PATIENCE_SECONDS) == 1
    resident = real.notifier()
    assert "transport=telegram" in resident.until("ready")
    asked = real.notifier("--health")
    assert asked.child.wait(PATIENCE_SECONDS) == 0
    assert json.loads(asked.text)["pid"] == resident.child.pid
    code, seconds = resident.end(signal.SIGINT)
    assert code == 0
    assert seconds < 5


def test_a_wrong_token_is_said_in_one_sentence_without_the_token(real: RealHouse) -> None:
    wrong = "4200000001:AAAA-this-is-not-the-right-one-at-all"
    process = real.notifier(TELEGRAM_BOT_TOKEN=wrong)
    assert process.child.wait(PATIENCE_SECONDS) == 2
    assert "does not know this bot token" in process.text
    assert "not-the-right-one" not in process.text


def test_neither_token_nor_contact_nor_text_reaches_the_log(real: RealHouse, api: BotApi) -> None:
    real.a_webinar()
    leads = [real.a_lead("Зинаида Секретова", chat=987654000 + number) for number in range(4)]
    for lead, mischief in zip(
        leads, ("error_after_delivery", "garbage_after_delivery", "reset_after_delivery"), strict=False
    ):
        api.misbehave(mischief, chat_id=987654000 + leads.index(lead))  # type: ignore[arg-type]
    api.misbehave("error_before_delivery", method="getUpdates", times=2)
    process = real.notifier()
    process.until("ready")
    for lead in leads:
        real.await_final(real.plan(lead))
    api.user_sends("/help a private word", chat_id=987654000)
    api.wait_for_messages(4)
    process.end()
    for secret in (
        TOKEN,
        TOKEN.partition(":")[2],
        "Секретова",
        "Зинаида",
        "98765400",
        "Первый вебинар",
        "private word",
    ):
        assert secret not in process.text
    kept = json.dumps(
        [fact.properties for fact in real.facts("message_uncertain", "message_failed")], ensure_ascii=False
    )
    assert TOKEN not in kept
    assert "Зинаида" not in kept


def test_a_warehouse_that_is_killed_and_restarted_under_it_costs_no_message(real: RealHouse, api: BotApi) -> None:
    real.a_webinar()
    leads = [real.a_lead(f"Гость {number}", chat=1100 + number) for number in range(8)]
    resident = real.notifier()
    resident.until("ready")
    keys = [real.plan(lead) for lead in leads]
    api.wait_for_messages(2)
    real.service.end(signal.SIGKILL)
    real.serve()
    keys.append(real.plan(leads[0], "reminder_10m"))
    assert {real.await_final(key).name for key in keys} == {"message_sent"}
    assert all(real.story(key) == ["message_sending", "message_sent"] for key in keys)
    assert len(api.messages()) == len(keys)
    assert resident.child.poll() is None
