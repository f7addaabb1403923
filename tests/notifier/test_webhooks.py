import base64
import datetime as dtm
import hashlib
import hmac
import signal
import threading
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from domain.events import (
    Emitter,
    Fact,
    LeadStageChanged,
    LeadTagged,
    WebhookAttempted,
    WebhookEndpointSet,
    WebhookEndpointSwitched,
    WebhookReplayRequested,
    WebhookSecretRotated,
    WebhookTestRequested,
)
from domain.webhooks import RETRIES, delivery_id, secret_of
from notifier.webhook_line import WINDOW, Due, Line
from tests.botapi.server import BotApi
from tests.notifier.house import House, Thread
from tests.notifier.receiver import Got, Receiver
from tests.notifier.test_process import RealHouse, real  # noqa: F401 - the fixture of a real process
from tests.patience import PATIENCE_SECONDS
from warehouse import secrets as house_secrets
from warehouse.interface import FactPage, Personal, Receipt
from warehouse.local import LocalWarehouse
from warehouse.reads import webhooks

QUICK = tuple(dtm.timedelta(milliseconds=20) for _ in RETRIES)


@pytest.fixture
def dry(dry_house: House) -> House:
    dry_house.retries = QUICK
    return dry_house


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def deed() -> dict[str, str]:
    return {"action_id": uuid.uuid4().hex, "by": "admin@efir.example"}


def listen(house: House, receiver: Receiver, *types: str, endpoint_id: str = "e1") -> str:
    event = WebhookEndpointSet(
        endpoint_id=endpoint_id, url=receiver.url, event_types=types or ("lead_stage_changed",), **deed()
    )
    house.state(event, Emitter.STUDIO)
    return endpoint_id


def something(house: House, stage: str = "warm", lead_id: str = "lead-anna") -> Fact:
    event = LeadStageChanged(action_id=uuid.uuid4().hex, stage=stage, by="olga@efir.example")
    return house.state(event, Emitter.CRM, lead_id=lead_id)


def start(house: House, **changes: Any) -> Thread:
    return house.start(webhook_allow_private=True, **changes)


def end_of(house: House, outcome: str = "delivered", **properties: Any) -> Fact:
    return house.await_fact("webhook_attempted", outcome=outcome, **properties)


def attempts(house: House) -> list[tuple[int, str, str]]:
    facts = house.facts("webhook_attempted")
    return [(fact.properties["attempt"], fact.properties["outcome"], fact.properties["code"]) for fact in facts]


def is_signed(got: Got, secret: str) -> bool:
    """As a receiver checks it, from the specification of Standard Webhooks."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mac = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(mac).decode()}" in got.headers["webhook-signature"].split()


def secret(house: House, generation: str = "") -> str:
    return secret_of(house_secrets.ensure(house.home).signing_key, "e1", generation)


def test_a_fact_arrives_signed_as_a_cloud_event_without_accounts_of_staff(dry: House, receiver: Receiver) -> None:
    before = something(dry, "cold")
    listen(dry, receiver)
    start(dry)
    fact = something(dry)
    [got] = receiver.until(1)
    assert end_of(dry).properties["status"] == 200
    assert is_signed(got, secret(dry))
    assert not is_signed(got, secret_of("another key", "e1", ""))
    assert got.headers["content-type"] == "application/json"
    assert got.event["specversion"] == "1.0"
    assert (got.event["type"], got.event["id"], got.event["leadid"]) == (fact.name, fact.event_id, "lead-anna")
    assert got.event["data"]["stage"] == "warm"
    assert got.event["data"]["by"] == "staff"
    assert b"olga" not in got.body
    assert receiver.ids_of(before) == []


def test_only_the_chosen_facts_go_to_an_endpoint(dry: House, receiver: Receiver) -> None:
    with Receiver() as other:
        listen(dry, receiver)
        listen(dry, other, "consent_given", endpoint_id="e2")
        start(dry)
        dry.a_lead(chat=None)
        fact = something(dry)
        assert [one.event["type"] for one in other.until(2)] == ["consent_given", "consent_given"]
        assert [one.event["id"] for one in receiver.until(1)] == [fact.event_id]


@pytest.mark.parametrize(
    ("manner", "code", "status"),
    [(500, "status", 500), (404, "status", 404), ("redirect", "redirect", 302), ("reset", "invalid_answer", None)],
)
def test_whatever_a_receiver_does_the_delivery_comes_again_under_the_same_id(
    dry: House, receiver: Receiver, manner: int | str, code: str, status: int | None
) -> None:
    receiver.manners = [manner, manner]
    listen(dry, receiver)
    start(dry)
    fact = something(dry)
    end_of(dry)
    first, *again = dry.facts("webhook_attempted")
    assert (first.properties["code"] in {code, "broken_off"}, first.properties["status"]) == (True, status)
    assert [one.properties["outcome"] for one in (first, *again)] == ["failed", "failed", "delivered"]
    assert len(receiver.ids_of(fact)) == 3
    assert len(set(receiver.ids_of(fact))) == 1
    assert {one.path for one in receiver.got} == {"/hook"}
    assert len({one.body for one in receiver.got}) == 1


def test_a_receiver_that_says_nothing_is_given_up_and_holds_up_no_other(dry: House) -> None:
    with Receiver("hang") as slow, Receiver() as quick:
        listen(dry, slow)
        listen(dry, quick, endpoint_id="e2")
        dry.webhook_seconds = 0.5
        start(dry)
        something(dry)
        assert end_of(dry, endpoint_id="e2")
        assert end_of(dry, "failed", endpoint_id="e1").properties["code"] == "timeout"
        assert end_of(dry, endpoint_id="e1").properties["attempt"] == 2


def test_after_the_schedule_a_delivery_is_dead_and_replayed_by_hand_it_lives(dry: House, receiver: Receiver) -> None:
    receiver.usual = 503
    receiver.answer = "no room for " + "Ж" * 2000
    endpoint = listen(dry, receiver)
    start(dry)
    fact = something(dry)
    dead = end_of(dry, "dead")
    assert [one[0] for one in attempts(dry)] == [1, 2, 3, 4, 5, 6]
    assert dead.properties["retry_at"] is None
    [row] = webhooks.deliveries(dry.warehouse, endpoint)
    assert (row.outcome, row.attempts, row.status, len(row.answer)) == ("dead", 6, 503, 500)
    kept = dry.warehouse.people(["lead-anna"], {Personal.WEBHOOK_ANSWER})
    assert kept[0].value.startswith("no room for Ж")
    receiver.usual = 200
    wish = WebhookReplayRequested(endpoint_id=endpoint, delivery_id=row.delivery_id, **deed())
    dry.state(wish, Emitter.STUDIO)
    assert end_of(dry).properties["attempt"] == 7
    assert len(set(receiver.ids_of(fact))) == 1
    assert webhooks.backlog(dry.warehouse, endpoint) == []


def test_a_delivery_wished_for_again_the_moment_it_died_is_sent_again(
    dry: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wish is read from the log before the notifier hears that the log has its last attempt."""
    receiver.usual = 503
    endpoint = listen(dry, receiver)
    append, read, is_read = dry.warehouse.append, dry.warehouse.facts_after, threading.Event()
    wished: list[str] = []

    def hold_the_receipt(facts: Sequence[Fact], **given: Any) -> list[Receipt]:
        receipts = append(facts, **given)
        dead = [fact for fact in facts if fact.properties.get("outcome") == "dead"]
        if dead and not wished:
            wished.append(dead[0].properties["delivery_id"])
            receiver.usual = 200
            dry.state(WebhookReplayRequested(endpoint_id=endpoint, delivery_id=wished[0], **deed()), Emitter.STUDIO)
            assert is_read.wait(PATIENCE_SECONDS)
        return receipts

    def notice(seq: int, **given: Any) -> FactPage:
        if wished and "limit" in given:  # the endpoint's line reads on: what is owed has been looked at
            is_read.set()
        return read(seq, **given)

    monkeypatch.setattr(dry.warehouse, "append", hold_the_receipt)
    monkeypatch.setattr(dry.warehouse, "facts_after", notice)
    start(dry)
    something(dry)
    assert end_of(dry).properties["attempt"] == 7


def test_what_an_endpoint_asks_for_while_the_log_is_read_for_it_comes_from_its_next_fact_on(
    dry: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is read for what the endpoint got before, and goes past a fact of the kind it gets now."""
    listen(dry, receiver)
    read, tagged = dry.warehouse.facts_after, list[Fact]()

    def set_anew_first(seq: int, **given: Any) -> FactPage:
        if "limit" in given and not tagged:
            listen(dry, receiver, "lead_stage_changed", "lead_tagged")
            event = LeadTagged(action_id=uuid.uuid4().hex, tag="vip", by="olga@efir.example")
            tagged.append(dry.state(event, Emitter.CRM, lead_id="lead-anna"))
        return read(seq, **given)

    monkeypatch.setattr(dry.warehouse, "facts_after", set_anew_first)
    start(dry)
    changed = something(dry)
    assert end_of(dry, fact_id=changed.event_id)
    assert end_of(dry, fact_id=tagged[0].event_id)


def test_dead_letters_in_a_row_disable_an_endpoint_and_nothing_is_lost(dry: House, receiver: Receiver) -> None:
    receiver.usual = 500
    endpoint = listen(dry, receiver)
    start(dry)
    facts = [something(dry) for _ in range(5)]
    told = dry.await_fact("webhook_endpoint_disabled", reason="dead_letters")
    assert webhooks.endpoints(dry.warehouse)[endpoint].state == "disabled"
    later = something(dry)
    assert len(dry.facts("webhook_endpoint_disabled")) == 1
    receiver.usual = 200
    receiver.got.clear()
    dry.state(WebhookEndpointSwitched(endpoint_id=endpoint, state="active", **deed()), Emitter.STUDIO)
    assert [one.event["id"] for one in receiver.until(1)] == [later.event_id]
    dry.state(WebhookReplayRequested(endpoint_id=endpoint, **deed()), Emitter.STUDIO)
    assert {one.event["id"] for one in receiver.until(6)} == {one.event_id for one in (*facts, later)}
    assert told.properties["endpoint_id"] == endpoint


def test_gone_disables_at_once(dry: House, receiver: Receiver) -> None:
    receiver.usual = 410
    listen(dry, receiver)
    start(dry)
    something(dry)
    assert dry.await_fact("webhook_endpoint_disabled").properties["reason"] == "gone"
    assert attempts(dry) == [(1, "dead", "gone")]


def test_what_happens_during_a_pause_is_sent_after_it_and_a_test_event_goes_only_where_it_was_asked_for(
    dry: House, receiver: Receiver
) -> None:
    with Receiver() as other:
        listen(dry, receiver)
        listen(dry, other, endpoint_id="e2")
        dry.state(WebhookEndpointSwitched(endpoint_id="e1", state="paused", **deed()), Emitter.STUDIO)
        start(dry)
        fact = something(dry)
        other.until(1)
        assert receiver.got == []
        dry.state(WebhookEndpointSwitched(endpoint_id="e1", state="active", **deed()), Emitter.STUDIO)
        assert receiver.until(1)[0].event["id"] == fact.event_id
        dry.state(WebhookTestRequested(endpoint_id="e1", **deed()), Emitter.STUDIO)
        assert receiver.until(2)[1].event["type"] == "webhook_test_requested"
        last = something(dry)
        assert other.until(2)[1].event["id"] == last.event_id


def test_a_new_secret_and_the_one_before_it_both_sign_for_a_day(dry: House, receiver: Receiver) -> None:
    listen(dry, receiver)
    turn = WebhookSecretRotated(endpoint_id="e1", **deed())
    dry.state(turn, Emitter.STUDIO)
    start(dry)
    something(dry)
    [got] = receiver.until(1)
    assert is_signed(got, secret(dry))
    assert is_signed(got, secret(dry, turn.action_id))


def test_a_private_address_is_refused_when_connecting_whatever_its_name(dry: House, receiver: Receiver) -> None:
    listen(dry, receiver)
    dry.start()
    something(dry)
    assert end_of(dry, "failed").properties["code"] == "private_address"
    named = WebhookEndpointSet(
        endpoint_id="e2", event_types=("lead_stage_changed",), url=receiver.url.replace("127.0.0.1", "localhost"),
        **deed(),
    )  # fmt: skip
    dry.state(named, Emitter.STUDIO)
    something(dry)
    assert end_of(dry, "failed", endpoint_id="e2").properties["code"] == "private_address"
    assert receiver.got == []


def test_after_a_restart_a_retry_is_made_when_it_is_due_and_not_before(dry: House, receiver: Receiver) -> None:
    listen(dry, receiver)
    due, early = something(dry), something(dry)
    moment = dtm.datetime.now(dtm.UTC)
    for fact, retry_at in ((due, moment), (early, moment + dtm.timedelta(days=1))):
        failed = WebhookAttempted(
            delivery_id=delivery_id("e1", fact.event_id), endpoint_id="e1", fact_id=fact.event_id, attempt=1,
            outcome="failed", code="status", status=500, retry_at=retry_at, tries_left=5,
        )  # fmt: skip
        dry.state(failed, Emitter.NOTIFIER)
    start(dry)
    assert end_of(dry, fact_id=due.event_id).properties["attempt"] == 2
    later = something(dry)
    assert end_of(dry, fact_id=later.event_id)
    assert (len(receiver.ids_of(due)), len(receiver.ids_of(early))) == (1, 0)


def test_a_slow_endpoint_reads_no_more_of_the_log_than_its_window(dry: House, receiver: Receiver) -> None:
    line = Line("e1", 0, set())
    fact = something(dry)
    for number in range(WINDOW):
        line.add(Due(f"d{number}", fact.model_copy(update={"seq": 10 + number}), 1, 5), fact.occurred_at, is_first=True)
    line.read_to = 10 + WINDOW
    assert (line.has_room, line.cursor) == (False, 9)
    first = line.take(fact.occurred_at)
    assert first is not None
    line.close(first)
    assert (line.has_room, line.cursor) == (True, 10)


@pytest.mark.crash
@pytest.mark.parametrize(("failpoint", "came"), [("before_webhook", 1), ("after_webhook", 2)])
def test_killed_in_the_middle_of_a_delivery_it_is_delivered_after_the_restart(
    real: RealHouse,  # noqa: F811 - the fixture
    api: BotApi,
    receiver: Receiver,
    failpoint: str,
    came: int,
) -> None:
    private = {"EFIR_WEBHOOK_ALLOW_PRIVATE": "true"}
    listen(real, receiver)
    facts = [something(real), something(real, "hot")]
    dying = real.notifier(EFIR_NOTIFIER_FAILPOINT=f"{failpoint}:1", **private)
    assert dying.child.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert attempts(real) == []
    running = real.notifier(**private)
    for fact in facts:
        end_of(real, fact_id=fact.event_id)
        assert len(set(receiver.ids_of(fact))) == 1
    assert len(real.facts("webhook_attempted")) == 2
    assert {one.event["id"] for one in receiver.got} == {fact.event_id for fact in facts}
    assert max(len(receiver.ids_of(fact)) for fact in facts) == came
    assert running.end()[0] == 0


def test_the_log_alone_says_what_is_owed(warehouse: LocalWarehouse) -> None:
    assert webhooks.endpoints(warehouse) == {}
    assert webhooks.backlog(warehouse, "e1") == []
    assert webhooks.dead_in_a_row(warehouse, "e1") == 0
    assert webhooks.numbers(warehouse) == {}
