"""Two leads of one person, merged and parted while messages wait: the real reaction and sender, a real Bot API."""

import datetime as dtm
import time
import uuid
from collections.abc import Callable

import pytest

from domain.events import (
    ConsentChoice,
    CoreIngestEvent,
    Emitter,
    LeadMerged,
    LeadUnmerged,
    RegisteredForSession,
    ScenarioPaused,
    ScenarioResumed,
    TelegramLinked,
)
from pipelines.reaction import Reactor
from tests.botapi.server import BotApi
from tests.notifier.house import HOUR, SESSION, WEBINAR, House, now
from tests.notifier.test_holding import rests
from tests.patience import PATIENCE_SECONDS
from warehouse.interface import Personal, PersonalRow

VERA, OLGA = 1001, 1002
"""Chats of the two leads: Vera's is the one that goes on."""


def merge(house: House, lead_id: str, into: str) -> None:
    house.state(LeadMerged(action_id=uuid.uuid4().hex, into_lead_id=into), Emitter.CRM, lead_id=lead_id)


def part(house: House, lead_id: str) -> None:
    house.state(LeadUnmerged(action_id=uuid.uuid4().hex, by="staff"), Emitter.CRM, lead_id=lead_id)


def hold(house: House, *, is_held: bool, step: str | None = None) -> None:
    event = ScenarioPaused if is_held else ScenarioResumed
    house.state(event(action_id=uuid.uuid4().hex, scenario="session", step=step, by="admin"), Emitter.STUDIO)


def comes(house: House, name: str, chat: int | None) -> str:
    """Somebody who registered three hours ago and linked Telegram then."""
    lead_id, long_ago = str(uuid.uuid4()), now() - 3 * HOUR
    form = CoreIngestEvent(submission_id=lead_id, consents=(ConsentChoice(purpose="processing", text_version="v1"),))
    envelope = {"lead_id": lead_id, "webinar_id": WEBINAR, "occurred_at": long_ago}
    house.state(form, Emitter.WEB_FORM, personal=[PersonalRow(lead_id, Personal.NAME, name)], **envelope)
    house.state(RegisteredForSession(), Emitter.WEB_FORM, session_id=SESSION, **envelope)
    if chat is not None:
        rows = [PersonalRow(lead_id, Personal.TELEGRAM_CHAT_ID, str(chat))]
        linked = TelegramLinked(update_id=uuid.uuid4().int % 10**9)
        house.state(linked, Emitter.NOTIFIER, personal=rows, **envelope)
    return lead_id


def react(reactor: Reactor) -> None:
    """Until nothing is left to do now."""
    for _ in range(50):
        report = reactor.step(0, now)
        if not (report.facts or report.backlog or report.leads or report.appended):
            return
    raise AssertionError("the reaction does not come to rest")


def settled(house: House, api: BotApi, count: int) -> list[int | None]:
    """The chats of all calls, once there were so many of them and every message has its end."""
    api.wait_for_calls(count)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        planned = {fact.properties["message_key"] for fact in house.facts("message_planned")}
        ended = {fact.properties["message_key"] for fact in house.facts("message_sent", "message_withheld")}
        if planned == ended:
            return [call.chat_id for call in api.calls("sendMessage")]
        house.warehouse.facts_after(10**9, wait_seconds=0.05)
    raise AssertionError("something is never settled")


def words(api: BotApi, chat: int) -> list[str]:
    return [message["text"].splitlines()[0] for message in api.messages(chat)]


def test_merged_in_the_middle_they_are_reminded_once_in_the_survivor_s_chat(house: House, api: BotApi) -> None:
    house.a_webinar()
    hold(house, is_held=True)
    vera, olga = comes(house, "Вера", VERA), comes(house, "Ольга", OLGA)
    reactor = Reactor(house.warehouse)
    house.start()
    react(reactor)
    before = settled(house, api, 4)
    assert sorted(before, key=str) == [VERA, VERA, OLGA, OLGA], "each was welcomed, before anybody knew"

    merge(house, olga, vera)
    react(reactor)
    hold(house, is_held=False)
    react(reactor)

    assert settled(house, api, 6)[4:] == [VERA, VERA], "the confirmation and the reminder, once"
    planned = [fact for fact in house.facts("message_planned") if fact.properties["step"] == "reminder_1h"]
    skipped = [fact for fact in house.facts("message_skipped") if fact.properties["step"] == "reminder_1h"]
    assert {planned[0].lead_id, skipped[0].lead_id} == {vera, olga}
    assert len(planned) == len(skipped) == 1
    assert (skipped[0].properties["reason"], skipped[0].properties["saw"]) == (
        "superseded",
        [f"told_as_{planned[0].lead_id}"],
    )

    part(house, olga)
    react(reactor)
    again = Reactor(house.warehouse)
    again.resume(None, now())
    react(again)
    assert settled(house, api, 6)[6:] == [], "parted, nobody is told again"


def test_the_absorbed_lead_s_chat_serves_where_the_survivor_has_none(house: House, api: BotApi) -> None:
    house.a_webinar()
    hold(house, is_held=True)
    vera, olga = comes(house, "Вера", None), comes(house, "Ольга", OLGA)
    reactor = Reactor(house.warehouse)
    house.start()
    react(reactor)
    settled(house, api, 2)
    merge(house, olga, vera)
    react(reactor)
    hold(house, is_held=False)
    react(reactor)
    assert settled(house, api, 4) == [OLGA] * 4
    steps = [(fact.properties["step"], fact.lead_id) for fact in house.facts("message_planned")]
    assert sorted(step for step, _ in steps) == ["registered", "reminder_1h", "welcome", "welcome_follow_up"]
    assert ("reminder_1h", olga) in steps, "she could be reached in time; Vera only since she is one with her"


def test_a_merge_that_the_reaction_did_not_see_yet_is_seen_by_the_sender(house: House, api: BotApi) -> None:
    house.a_webinar()
    vera, olga = house.a_lead("Вера", chat=VERA), house.a_lead("Ольга", chat=OLGA)
    keys = [house.plan(vera), house.plan(olga)]
    merge(house, olga, vera)
    house.start()
    first, second = (house.await_final(key) for key in keys)
    assert first.name == "message_sent"
    assert (second.name, second.properties["reason"]) == ("message_withheld", "superseded")
    assert second.properties["saw"] == [f"told_as_{vera}"]
    assert [call.chat_id for call in api.calls("sendMessage")] == [VERA]


@pytest.mark.parametrize(
    ("happens", "chat"),
    [
        (lambda house, vera, olga: merge(house, olga, vera), VERA),
        (lambda house, vera, olga: (merge(house, olga, vera), part(house, olga)), OLGA),
    ],
    ids=["merged", "merged and parted"],
)
def test_what_waits_goes_where_the_person_is_written_to_when_its_turn_comes(
    house: House, api: BotApi, happens: Callable[[House, str, str], None], chat: int
) -> None:
    house.a_webinar()
    hold(house, is_held=True, step="reminder_1h")
    vera, olga = house.a_lead("Вера", chat=VERA, is_registered=False), house.a_lead("Ольга", chat=OLGA)
    key = house.plan(olga)
    house.start()
    assert rests(house, 1)
    happens(house, vera, olga)
    hold(house, is_held=False, step="reminder_1h")
    assert house.await_final(key).name == "message_sent"
    assert [call.chat_id for call in api.calls("sendMessage")] == [chat]
    assert "Ольга" in api.messages(chat)[0]["text"], "in the name of who has the place"


@pytest.mark.parametrize(("chat", "blocked"), [(VERA, ["vera", "olga"]), (OLGA, ["vera"])])
def test_a_chat_that_is_gone_is_gone_for_every_lead_that_had_it(
    house: House, api: BotApi, chat: int, blocked: list[str]
) -> None:
    house.a_webinar()
    vera, olga = house.a_lead("Вера", chat=VERA), house.a_lead("Ольга", chat=chat)
    names = {vera: "vera", olga: "olga"}
    merge(house, olga, vera)
    api.misbehave("forbidden")
    house.start()
    house.await_final(house.plan(olga))
    house.await_fact("telegram_blocked")
    assert sorted((names[str(fact.lead_id)] for fact in house.facts("telegram_blocked")), reverse=True) == blocked


def test_a_merged_lead_that_can_be_written_to_nowhere_is_told_of_to_staff(house: House) -> None:
    house.a_webinar()
    hold(house, is_held=True)
    vera, olga = house.a_lead("Вера", chat=None), house.a_lead("Ольга", chat=OLGA)
    merge(house, olga, vera)
    key = house.plan(vera)
    house.start()
    assert rests(house, 1)
    part(house, olga)
    final = house.await_final(key)
    assert (final.name, final.properties["code"]) == ("message_failed", "no_chat")
    assert dtm.datetime.fromisoformat(house.facts("message_planned")[0].properties["due_at"]) <= now()
