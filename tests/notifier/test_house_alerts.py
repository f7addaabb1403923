"""Those who run the house read of its failures in Telegram: linked by a token, told once, told when it is over."""

import datetime as dtm

from domain.events import Emitter, StaffAlertsChanged, StaffAlertsEnded
from domain.failures import Seen
from pipelines.telling import tell
from tests.botapi.server import BotApi
from tests.notifier.house import SITE, House, now
from warehouse.interface import Personal
from warehouse.reads import failures

STAFF, CHAT = "staff:anna", 3001
JOB = Seen("run", "export_days", dtm.datetime(2030, 5, 1, 1, 27, tzinfo=dtm.UTC), "run-1")


def linked(house: House, api: BotApi, staff_id: str = STAFF, chat: int = CHAT, language: str = "ru") -> None:
    token = house.token(staff_id=staff_id, language=language)
    api.user_sends(f"/start {token}", chat_id=chat, name="Анна")
    house.await_fact("telegram_linked", staff_id=staff_id)
    api.wait_for_messages(1, chat)


def fail(house: House, *failing: Seen, well: Seen | None = None) -> None:
    tell(house.warehouse, failing, {(well.kind, well.subject)} if well else (), now())


def test_a_failure_and_its_end_reach_whoever_linked_the_account(house: House, api: BotApi) -> None:
    house.start()
    linked(house, api)
    assert "оповещения о сбоях" in api.messages(CHAT)[0]["text"]
    api.user_sends("/help", chat_id=CHAT)
    assert "/alerts" in api.wait_for_messages(2, CHAT)[1]["text"]
    fail(house, JOB)
    fail(house, JOB)
    warned = api.wait_for_messages(3, CHAT)[2]
    assert "«export_days»" in warned["text"]
    assert "1 мая, 01:27 (UTC)" in warned["text"], "the moment names its zone"
    assert "Что делать" in warned["text"]
    assert f"{SITE}/studio/failures" in warned["reply_markup"]
    fail(house, well=JOB)
    assert "Прошло" in api.wait_for_messages(4, CHAT)[3]["text"]
    house.await_fact("message_sent", message_key=planned_keys(house)[1])
    assert len(api.messages(CHAT)) == 4, "told once"
    assert set(house.texts_of(STAFF)) == set(planned_keys(house)), "kept under them, to go with the link"
    assert house.facts("consent_withdrawn", "lead_erased") == []


def planned_keys(house: House) -> list[str]:
    return [fact.properties["message_key"] for fact in house.facts("message_planned")]


def test_whoever_blocks_the_bot_is_told_nothing_more_until_they_come_back(house: House, api: BotApi) -> None:
    house.start()
    linked(house, api)
    api.misbehave("forbidden", chat_id=CHAT)
    fail(house, JOB)
    blocked = house.await_fact("telegram_blocked", staff_id=STAFF)
    assert blocked.lead_id is None
    assert failures.staff(house.warehouse)[STAFF].channel == "blocked"
    other = Seen("disk", "data", now(), "1.0")
    fail(house, JOB, other)
    assert len(house.facts("message_planned")) == 1
    api.user_sends("/start", chat_id=CHAT)
    house.await_fact("telegram_unblocked", staff_id=STAFF)
    fail(house, JOB, other)
    house.await_final(planned_keys(house)[1])
    assert "диск" in api.messages(CHAT)[-1]["text"]


def test_a_failure_that_is_over_when_its_message_has_its_turn_is_not_warned_of(house: House, api: BotApi) -> None:
    house.start()
    linked(house, api)
    house.stop()
    fail(house, JOB)
    fail(house, well=JOB)
    house.start()
    warning, ending = planned_keys(house)
    withheld = house.await_final(warning)
    assert (withheld.name, withheld.properties["saw"]) == ("message_withheld", ["failure_over"])
    assert house.await_final(ending).name == "message_sent"


def test_muted_and_unlinked_count_at_the_last_moment(house: House, api: BotApi) -> None:
    house.start()
    linked(house, api)
    linked(house, api, "staff:boris", 3002, "en")
    house.stop()
    fail(house, JOB)
    muted = StaffAlertsChanged(staff_id=STAFF, kind="run", is_on=False, action_id="a")
    house.state(muted, Emitter.CORE)
    house.state(StaffAlertsEnded(staff_id="staff:boris"), Emitter.CORE)
    house.warehouse.erase("staff:boris")
    house.start()
    reasons = {house.await_final(key).properties["reason"] for key in planned_keys(house)}
    assert reasons == {"muted", "exited"}
    assert house.warehouse.people(["staff:boris"], {Personal.TELEGRAM_CHAT_ID, Personal.MESSAGE_TEXT}) == []


def test_a_link_of_an_account_that_was_unlinked_meanwhile_links_nobody(house: House, api: BotApi) -> None:
    token = house.token(staff_id=STAFF, language="ru")
    house.state(StaffAlertsEnded(staff_id=STAFF), Emitter.CORE)
    house.start()
    api.user_sends(f"/start {token}", chat_id=CHAT)
    api.wait_for_messages(1, CHAT)
    assert house.facts("telegram_linked") == []


def test_they_are_no_lead_and_no_partner_and_read_in_their_language(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    linked(house, api, language="en")
    api.user_sends("/stop", chat_id=CHAT)
    assert "under “My account”" in api.wait_for_messages(2, CHAT)[1]["text"]
    api.user_sends("/leads", chat_id=CHAT)
    assert "for partners" in api.wait_for_messages(3, CHAT)[2]["text"]
    api.user_sends("/alerts", chat_id=CHAT)
    assert f"{SITE}/account#alerts" in api.wait_for_messages(4, CHAT)[3]["reply_markup"]
    assert house.facts("consent_withdrawn") == []
    api.user_presses("language:ru", chat_id=CHAT)
    api.wait_for_messages(5, CHAT)
    fail(house, JOB)
    warned = api.wait_for_messages(6, CHAT)[5]["text"]
    assert "Что делать" in warned
    assert "(Москва, UTC+3)" in warned, "told in the zone of the webinars"


def test_a_kill_between_the_call_and_its_record_sends_no_second_warning(house: House, api: BotApi) -> None:
    house.start()
    linked(house, api)
    api.misbehave("error_after_delivery", chat_id=CHAT)
    fail(house, JOB)
    api.wait_for_messages(2, CHAT)
    house.stop()
    house.start()
    assert house.await_final(planned_keys(house)[0]).name == "message_uncertain"
    assert len(api.messages(CHAT)) == 2
