"""A place taken in the chat: by one tap for a known lead; a stranger agrees, shares a verified number and is linked."""

import datetime as dtm
import json
from typing import Any

import pytest

from domain.events import CoreLeadCreated, Emitter, ScheduleRuleSet
from domain.reaction import react
from domain.recurrence import Kind, ScheduleRule
from domain.referral import start_payload
from notifier.arriving import VISITORS
from notifier.booking import DIALOGUES
from tests.botapi.server import BotApi
from tests.notifier.house import SESSION, WEBINAR, House, now
from warehouse import secrets
from warehouse.interface import Personal
from warehouse.reads import programme as read_programme

PHONE = "79001234567"


def keyboard(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = json.loads(message["reply_markup"])["inline_keyboard"]
    return [button for row in rows for button in row]


def ticks(api: BotApi, count: int) -> list[dict[str, Any]]:
    """The consents' buttons after the newest of `count` ticks."""
    call = api.wait_for_calls(count, "editMessageReplyMarkup")[-1]
    return [button for row in json.loads(call.params["reply_markup"])["inline_keyboard"] for button in row]


def walk(api: BotApi, chat: int, *, flags: str = "pm") -> None:
    """From a cold start to the request for the contact."""
    api.user_sends("/start", chat_id=chat, language="ru")
    listed = api.wait_for_messages(1, chat)[0]
    api.user_presses(keyboard(listed)[0]["callback_data"], chat_id=chat)
    assert "нужно согласие" in api.wait_for_messages(2, chat)[1]["text"]
    api.user_presses(f"agree:{flags}:{SESSION}", chat_id=chat)
    asked = api.wait_for_messages(3, chat)[2]
    (button,) = json.loads(asked["reply_markup"])["keyboard"][0]
    assert button == {"text": "Отправить мой номер", "request_contact": True}


def test_a_cold_start_lists_the_sessions_one_can_come_to(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    api.user_sends("/start", chat_id=1500, language="en")
    (button,) = keyboard(api.wait_for_messages(1, 1500)[0])
    assert button["text"].endswith(" UTC+3 · First webinar")
    assert button["callback_data"] == f"book:{SESSION}"


def test_where_no_session_is_ahead_the_pages_are_shown(house: House, api: BotApi) -> None:
    house.a_webinar(starts_in=-dtm.timedelta(hours=5))
    house.start()
    api.user_sends("/start", chat_id=1500)
    (button,) = keyboard(api.wait_for_messages(1, 1500)[0])
    assert button == {"text": "Первый вебинар", "url": "https://efir.example.org/w/first"}
    api.user_presses(f"book:{SESSION}", chat_id=1500)
    assert "уже нельзя" in api.wait_for_messages(2, 1500)[1]["text"]


def test_a_stranger_agrees_shares_the_number_and_is_a_linked_lead_with_a_place(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    walk(api, 1500)
    update_id = api.user_shares_contact(PHONE, chat_id=1500, name="Вера")
    registered = house.await_fact("client_webinar_registered")
    assert registered.emitter is Emitter.TELEGRAM_BOT
    assert (registered.webinar_id, registered.session_id) == (WEBINAR, SESSION)
    lead = registered.lead_id or ""
    (ingest,) = house.facts("core_ingest_event")
    assert (ingest.emitter, ingest.lead_id) == (Emitter.TELEGRAM_BOT, lead)
    assert ingest.properties["submission_id"] == f"telegram:{update_id}"
    assert [choice["purpose"] for choice in ingest.properties["consents"]] == ["processing", "marketing"]
    assert house.facts("telegram_linked")[0].lead_id == lead
    rows = {row.kind: row.value for row in house.warehouse.people([lead])}
    assert rows[Personal.PHONE] == f"+{PHONE}"
    assert (rows[Personal.NAME], rows[Personal.TELEGRAM_CHAT_ID]) == ("Вера", "1500")
    assert json.loads(rows[Personal.CONSENT_EVIDENCE])["asked_in"] == "telegram_bot"
    done = api.wait_for_messages(4, 1500)[3]
    assert "Записали вас" in done["text"]
    assert json.loads(done["reply_markup"]) == {"remove_keyboard": True}
    assert house.warehouse.entries(DIALOGUES) == []


def test_the_rules_confirm_the_place_and_do_not_greet_twice(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    walk(api, 1500)
    api.user_shares_contact(PHONE, chat_id=1500)
    lead = house.await_fact("client_webinar_registered").lead_id or ""
    schedule = read_programme.schedule(house.warehouse)
    follows = react(house.warehouse.facts_of(lead_ids=[lead]), schedule, now())
    planned = [fact.properties["template"] for fact in follows.facts if fact.name == "message_planned"]
    assert planned == ["registered"]


def test_a_number_that_is_known_from_the_form_is_the_same_lead_and_keeps_its_name(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead("Вера Примерова", chat=None)
    house.warehouse.identify({Personal.PHONE: f"+{PHONE}"}, proposed_lead_id=lead)
    house.start()
    walk(api, 1500)
    api.user_shares_contact(PHONE, chat_id=1500, name="vera_99")
    assert house.await_fact("telegram_linked").lead_id == lead
    assert {row.value for row in house.warehouse.people([lead], {Personal.NAME})} == {"Вера Примерова"}
    assert len(house.facts("client_webinar_registered")) == 1


def link_of(house: House, code: str) -> str:
    """What stands behind `?start=` in a partner's link."""
    return start_payload(code, secrets.ensure(house.home).signing_key)


def partner_of(house: House, lead: str) -> str | None:
    """Whose the lead is by the rules, touches and all."""
    schedule = read_programme.schedule(house.warehouse)
    facts = [*house.warehouse.facts_of(lead_ids=[lead]), *house.facts("touch_recorded")]
    (created,) = (fact for fact in react(facts, schedule, now()).facts if fact.name == "core_lead_created")
    return created.as_event(CoreLeadCreated).partner_id


def test_who_comes_with_a_partners_bot_link_and_registers_is_that_partners_lead(house: House, api: BotApi) -> None:
    house.a_webinar()
    olga, boris = house.a_partner("olga"), house.a_partner("boris", chat=2002)
    house.start()
    api.user_sends(f"/start {link_of(house, 'Olga')}", chat_id=1500, language="ru")
    listed = api.wait_for_messages(1, 1500)[0]
    (touch,) = house.facts("touch_recorded")
    assert (touch.emitter, touch.properties["partner_id"]) == (Emitter.TELEGRAM_BOT, olga)
    assert "1500" not in touch.model_dump_json()
    api.user_sends(f"/start {link_of(house, 'boris')}", chat_id=1500, language="ru")
    api.wait_for_messages(2, 1500)
    api.user_presses(keyboard(listed)[0]["callback_data"], chat_id=1500)
    api.user_presses(f"agree:p:{SESSION}", chat_id=1500)
    api.user_shares_contact(PHONE, chat_id=1500)
    lead = house.await_fact("client_webinar_registered").lead_id or ""
    assert len(house.facts("touch_recorded")) == 2
    assert partner_of(house, lead) == olga != boris, "the first valid link counts"
    house.warehouse.erase(lead)
    assert house.warehouse.entries(VISITORS) == []


def test_a_partners_own_link_and_a_code_of_nobody_are_no_visit(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.a_partner("olga", chat=2001)
    house.start()
    api.user_sends(f"/start {link_of(house, 'olga')}", chat_id=2001)
    for guess in (link_of(house, "nobody"), "olga", "olga-aaaaaa", "-"):
        api.user_sends(f"/start {guess}", chat_id=1500)
    api.wait_for_messages(1, 2001)
    api.wait_for_messages(4, 1500)
    assert house.facts("touch_recorded") == []


def test_somebody_elses_contact_and_a_number_out_of_the_blue_register_nobody(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    walk(api, 1500)
    api.user_shares_contact(PHONE, chat_id=1500, owner=777)
    assert "чужой контакт" in api.wait_for_messages(4, 1500)[3]["text"]
    api.user_shares_contact(PHONE, chat_id=1600)
    assert "уже нельзя" in api.wait_for_messages(1, 1600)[0]["text"]
    assert house.facts("core_ingest_event", "telegram_linked") == []


def test_consents_are_ticked_one_by_one_and_processing_is_needed(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    api.user_presses(f"book:{SESSION}", chat_id=1500)
    first = keyboard(api.wait_for_messages(1, 1500)[0])
    assert [button["text"][0] for button in first[:2]] == ["☐", "☐"]
    assert max(len(button["callback_data"].encode()) for button in first) <= 64
    api.user_presses(first[-1]["callback_data"], chat_id=1500)
    api.user_presses(first[1]["callback_data"], chat_id=1500)
    second = ticks(api, 1)
    assert [button["text"][0] for button in second[:2]] == ["☐", "☑"]
    api.user_presses(second[0]["callback_data"], chat_id=1500)
    third = ticks(api, 2)
    assert third[-1]["callback_data"] == f"agree:pm:{SESSION}"
    told = [call.params.get("text", "") for call in api.calls("answerCallbackQuery")]
    assert any("Без согласия" in text for text in told)
    assert house.warehouse.entries(DIALOGUES) == []


def test_a_known_lead_takes_a_place_with_one_tap_and_a_second_tap_changes_nothing(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead(is_registered=False)
    house.start()
    api.user_sends("/webinar")
    (button,) = keyboard(api.wait_for_messages(1, 1001)[0])
    api.user_presses(button["callback_data"])
    registered = house.await_fact("client_webinar_registered")
    assert (registered.lead_id, registered.emitter) == (lead, Emitter.TELEGRAM_BOT)
    api.user_presses(button["callback_data"])
    assert "уже записаны" in api.wait_for_messages(2, 1001)[1]["text"]
    assert len(house.facts("client_webinar_registered")) == 1


def test_a_language_chosen_before_anything_else_is_remembered(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    api.user_presses("language:en", chat_id=1500)
    api.wait_for_messages(1, 1500)
    api.user_sends("/start", chat_id=1500, language="ru")
    assert "Hello!" in api.wait_for_messages(2, 1500)[1]["text"]


@pytest.mark.parametrize("kind", ["just_in_time", "on_demand"])
def test_a_slot_of_a_rule_is_taken_in_the_chat_and_announced_by_it(house: House, api: BotApi, kind: Kind) -> None:
    house.a_webinar(starts_in=-dtm.timedelta(hours=5))
    house.state(ScheduleRuleSet(action_id="r", rule=ScheduleRule(kind=kind)), Emitter.STUDIO, webinar_id=WEBINAR)
    lead = house.a_lead("Анна", chat=1001, is_registered=False)
    house.start()
    api.user_sends("/start", chat_id=1001)
    buttons = keyboard(api.wait_for_messages(1, 1001)[0])
    assert len(buttons) == (3 if kind == "just_in_time" else 1)
    api.user_presses(buttons[0]["callback_data"], chat_id=1001)
    place = house.await_fact("client_webinar_registered")
    [slot] = [fact for fact in house.facts("webinar_scheduled") if fact.session_id == place.session_id]
    assert (place.lead_id, slot.emitter, slot.properties["action_id"]) == (lead, Emitter.TELEGRAM_BOT, "rule")
    starts_in = dtm.datetime.fromisoformat(slot.properties["starts_at"]) - now()
    assert dtm.timedelta(0) < starts_in < dtm.timedelta(minutes=20)
