"""Between planned and sent things happen: each of them, for real, and nobody is written to who should not be."""

import datetime as dtm
import threading
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from domain.events import (
    ConsentWithdrawn,
    Emitter,
    Entered,
    FormSubmitted,
    LeadErased,
    ScenarioPaused,
    ScenarioResumed,
    TelegramBlocked,
    WebinarCancelled,
    WebinarRescheduled,
)
from notifier.delivery import Delivery
from notifier.pending import Pending
from notifier.standing import Standing
from tests.botapi.server import BotApi
from tests.notifier.house import DUE_WHEN, HOUR, SESSION, WEBINAR, House, now
from tests.patience import PATIENCE_SECONDS
from warehouse import resending
from warehouse.interface import Personal, PersonalRow, Warehouse, WarehouseError

Happens = Callable[[House, str], None]
PLACE = {"webinar_id": WEBINAR, "session_id": SESSION}


@pytest.fixture
def lead(house: House) -> str:
    house.a_webinar()
    return house.a_lead()


def withdraws(house: House, lead: str) -> None:
    house.state(ConsentWithdrawn(purpose="processing", action_id="w"), Emitter.CORE, lead_id=lead)


def is_cancelled(house: House, lead: str) -> None:
    house.state(WebinarCancelled(action_id="c"), Emitter.STUDIO, **PLACE)


def enters(house: House, lead: str) -> None:
    house.state(Entered(visit_no=1), Emitter.TRACKER, lead_id=lead, **PLACE)


def blocks(house: House, lead: str) -> None:
    house.state(TelegramBlocked(cause="update:1"), Emitter.NOTIFIER, lead_id=lead)


def is_forgotten(house: House, lead: str) -> None:
    """By another door's race: the fact is there, the chat (an old copy, a slow deletion) still is."""
    house.state(LeadErased(action_id="e", by="admin"), Emitter.CRM, lead_id=lead)


def is_forgotten_and_gone(house: House, lead: str) -> None:
    house.state(LeadErased(action_id="e", by="admin"), Emitter.CRM, lead_id=lead)
    house.warehouse.erase(lead)


@pytest.mark.parametrize(
    ("happens", "reason", "saw"),
    [
        (withdraws, "no_consent", ["processing_withdrawn"]),
        (is_cancelled, "cancelled", []),
        (enters, "condition", ["entered"]),
        (blocks, "channel_gone", ["telegram_blocked"]),
        (is_forgotten, "exited", ["erased"]),
        (is_forgotten_and_gone, "exited", ["erased"]),
    ],
)
def test_what_happens_between_planned_and_sent_keeps_the_message_back(
    house: House, api: BotApi, lead: str, happens: Happens, reason: str, saw: list[str]
) -> None:
    key = house.plan(lead)
    happens(house, lead)
    house.start()
    final = house.await_final(key)
    assert (final.name, final.properties["reason"], final.properties["saw"]) == ("message_withheld", reason, saw)
    assert house.story(key) == ["message_withheld"]
    assert not api.calls("sendMessage")


def test_a_form_submitted_meanwhile_ends_the_follow_up(house: House, api: BotApi, lead: str) -> None:
    key = house.plan(lead, "follow_up_attended")
    place = {"webinar_id": WEBINAR, "session_id": "at-follow_up_attended"}
    house.state(FormSubmitted(visit_no=1, offer_id="course"), Emitter.TRACKER, lead_id=lead, **place)
    house.start()
    final = house.await_final(key)
    assert (final.properties["reason"], final.properties["saw"]) == ("exited", ["form_submitted"])
    assert not api.calls("sendMessage")


@pytest.mark.parametrize("happens", [is_forgotten, is_forgotten_and_gone, blocks, withdraws])
def test_sending_again_by_hand_asks_again_too(house: House, api: BotApi, lead: str, happens: Happens) -> None:
    api.misbehave("bad_request")
    house.start()
    key = house.plan(lead)
    assert house.await_final(key).name == "message_failed"
    happens(house, lead)
    resending.ask(house.warehouse, key, by="admin@example.org")
    assert house.await_fact("message_withheld", message_key=key).properties["attempt"] == 2
    assert len(api.calls("sendMessage")) == 1
    assert not api.messages()


def test_a_request_that_could_not_be_taken_on_is_taken_on_at_the_next_look(
    house: House, api: BotApi, lead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.misbehave("bad_request")
    house.start()
    key = house.plan(lead)
    assert house.await_final(key).name == "message_failed"
    people, refused = house.warehouse.people, threading.Event()

    def refuse_once(*asked: Any, **given: Any) -> list[PersonalRow]:
        if not refused.is_set():
            refused.set()
            raise WarehouseError("away for a moment")
        return people(*asked, **given)

    monkeypatch.setattr(house.warehouse, "people", refuse_once)
    resending.ask(house.warehouse, key, by="admin@example.org")
    assert house.await_fact("message_sent", message_key=key).properties["attempt"] == 2
    assert refused.is_set()
    assert len(api.messages(1001)) == 1


def test_what_is_asked_for_again_while_the_last_request_is_struck_off_is_sent_again(
    house: House, api: BotApi, lead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staff sees the second failure and presses once more before the notifier has looked."""
    api.misbehave("bad_request", times=2)
    strike_off, asked = resending.strike_off, list[str]()

    def ask_first(warehouse: Warehouse, request: str) -> None:
        if not asked:
            asked.append(key)
            resending.ask(warehouse, key, by="admin@example.org")
        strike_off(warehouse, request)

    monkeypatch.setattr(resending, "strike_off", ask_first)
    house.start()
    key = house.plan(lead)
    assert house.await_final(key).name == "message_failed"
    resending.ask(house.warehouse, key, by="admin@example.org")
    assert house.await_fact("message_sent", message_key=key).properties["attempt"] == 3
    assert len(api.messages(1001)) == 1


def test_a_retry_asks_again_too(house: House, api: BotApi, lead: str) -> None:
    api.misbehave("too_many_requests", seconds=2)
    house.start()
    key = house.plan(lead)
    api.wait_for_calls(1)
    enters(house, lead)
    assert house.await_final(key).properties["reason"] == "condition"
    assert house.story(key) == ["message_sending", "message_failed", "message_withheld"]


def moves(house: House, by: dtm.timedelta) -> None:
    """The session of a reminder ten minutes before is put off (or back to where that reminder is due)."""
    session, starts_at = "at-reminder_10m", now() + DUE_WHEN["reminder_10m"] + by
    plan = WebinarRescheduled(action_id=f"m{by}", starts_at=starts_at, duration_seconds=3600)
    house.state(plan, Emitter.STUDIO, session_id=session, webinar_id=WEBINAR)


def rests(house: House, count: int) -> bool:
    """Whether so many messages come to rest."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if house.running and len(house.running.notifier.delivery.rest) == count:
            return True
        house.warehouse.facts_after(10**9, wait_seconds=0.05)
    return False


def test_a_session_put_off_takes_its_reminder_along(house: House, api: BotApi, lead: str) -> None:
    key = house.plan(lead, "reminder_10m")
    moves(house, HOUR)
    house.start()
    assert rests(house, 1)
    assert house.story(key) == []
    moves(house, dtm.timedelta(0))
    assert house.await_final(key).name == "message_sent"
    assert len(api.messages(1001)) == 1


def test_a_session_moved_back_before_its_reminder_came_to_rest_wakes_it(
    house: House, api: BotApi, lead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question was asked while the session was put off; the answer comes when it is not any more."""
    key = house.plan(lead, "reminder_10m")
    moves(house, HOUR)
    ask, is_back = Delivery._standing, threading.Event()  # noqa: SLF001 - the question, to be held up

    def ask_and_wait(delivery: Delivery, pending: Pending) -> Standing:
        found = ask(delivery, pending)
        if found.then == "wait" and not is_back.is_set():
            before = delivery._programme.schedule  # noqa: SLF001
            moves(house, dtm.timedelta(0))
            deadline = time.monotonic() + PATIENCE_SECONDS
            while delivery._programme.schedule is before and time.monotonic() < deadline:  # noqa: SLF001
                house.warehouse.facts_after(10**9, wait_seconds=0.02)
            is_back.set()
        return found

    monkeypatch.setattr(Delivery, "_standing", ask_and_wait)
    house.start()
    assert house.await_final(key).name == "message_sent"
    assert is_back.is_set()


def test_what_is_decided_while_the_notifier_starts_is_not_missed(
    house: House, api: BotApi, lead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it read the programme and before it knows where to read on."""
    read, is_moved = house.warehouse.sql, threading.Event()

    def move_first(*asked: Any, **given: Any) -> pa.Table:
        if not is_moved.is_set():
            is_moved.set()
            is_cancelled(house, lead)
        return read(*asked, **given)

    monkeypatch.setattr(house.warehouse, "sql", move_first)
    house.start()
    assert is_moved.is_set()
    assert house.await_final(house.plan(lead)).properties.get("reason") == "cancelled"
    assert not api.messages()


def test_what_staff_holds_waits_here_too_and_goes_on_with_one_message(house: House, api: BotApi, lead: str) -> None:
    held = {"scenario": "session", "step": "reminder_1h", "by": "admin"}
    house.state(ScenarioPaused(action_id="p", **held), Emitter.STUDIO)
    key = house.plan(lead)
    house.start()
    assert rests(house, 1)
    assert house.await_final(house.plan(lead, "registered")).name == "message_sent"
    house.state(ScenarioResumed(action_id="r", **held), Emitter.STUDIO)
    assert house.await_final(key).name == "message_sent"
    assert len(api.messages(1001)) == 2


def test_a_message_planned_by_a_newer_release_waits_for_it(house: House, api: BotApi, lead: str) -> None:
    key = house.plan(lead)
    start = next(fact for fact in house.facts("message_planned"))
    newer = {**start.properties, "message_key": key.replace("session:1", "session:99"), "scenario_version": 99}
    event = start.event().model_copy(update={name: newer[name] for name in ("message_key", "scenario_version")})
    house.state(event, Emitter.SCENARIO_SERVICE, lead_id=lead, **PLACE)
    house.start()
    assert house.await_final(key).name == "message_sent"
    assert rests(house, 1)
    assert len(api.messages(1001)) == 1


def test_somebody_who_links_another_chat_gets_it_there_and_not_twice(house: House, api: BotApi, lead: str) -> None:
    key = house.plan(lead)
    rows = [PersonalRow(lead, Personal.TELEGRAM_CHAT_ID, "1777")]
    house.warehouse.append([], personal=rows)
    house.start()
    assert house.await_final(key).name == "message_sent"
    assert [len(api.messages(chat)) for chat in (1001, 1777)] == [0, 1]
