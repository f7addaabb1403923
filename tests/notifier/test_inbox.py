"""People write to the bot: link, leave, come back, ask; nothing stored is lost, handled twice does no harm."""

import json
import threading
import time

import pytest

from domain.events import Emitter, LeadErased
from notifier.inbox import SPOOL
from tests.botapi.server import BotApi
from tests.notifier.house import SESSION, WEBINAR, House, now
from tests.patience import PATIENCE_SECONDS
from warehouse import tokens
from warehouse.interface import Personal, RegistryEntry
from warehouse.replay import discard, replay
from warehouse.spool import FAILED, FAILED_STAGE


def texts(api: BotApi, chat: int) -> list[str]:
    return [message["text"] for message in api.messages(chat)]


def command(update_id: int, chat: int, text: str) -> dict[str, object]:
    """An update as the Bot API (or the dry run's START page) writes it."""
    person = {"id": chat, "first_name": "Guest"}
    return {
        "update_id": update_id,
        "message": {
            "message_id": 1,
            "date": int(now().timestamp()),
            "chat": {**person, "type": "private"},
            "from": {**person, "is_bot": False},
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}],
        },
    }


def eventually_empty(house: House, collection: str) -> bool:
    """The spool is emptied right after the answer is out; the log's long poll is our clock."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if not house.warehouse.entries(collection):
            return True
        house.warehouse.facts_after(10**9, wait_seconds=0.1)
    return False


def test_start_with_a_token_links_the_chat_to_the_lead_and_the_welcome_is_left_to_the_scenario(
    house: House, api: BotApi
) -> None:
    house.a_webinar()
    lead = house.a_lead(chat=None)
    house.start()
    update_id = api.user_sends(f"/start {house.token(lead_id=lead)}", chat_id=1001, name="Anna")
    linked = house.await_fact("telegram_linked")
    assert linked.lead_id == lead
    assert linked.properties == {"update_id": update_id, "partner_id": None, "staff_id": None, "transport": "telegram"}
    rows = {row.kind: row.value for row in house.warehouse.people([lead])}
    assert rows[Personal.TELEGRAM_CHAT_ID] == "1001"
    assert rows[Personal.TELEGRAM_NAME] == "Anna"
    house.await_final(house.plan(lead, "welcome"))
    assert len(texts(api, 1001)) == 1
    assert eventually_empty(house, SPOOL)


def test_a_token_works_once_and_whoever_comes_second_is_told_kindly(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead(chat=None)
    token = house.token(lead_id=lead)
    house.start()
    api.user_sends(f"/start {token}", chat_id=1001)
    house.await_fact("telegram_linked")
    api.user_sends(f"/start {token}", chat_id=1666)
    assert "уже использована" in api.wait_for_messages(1, 1666)[0]["text"]
    api.user_sends(f"/start {token}", chat_id=1001)
    assert "уже знакомы" in api.wait_for_messages(1, 1001)[0]["text"]
    assert len(house.facts("telegram_linked")) == 1
    assert house.warehouse.find_people(Personal.TELEGRAM_CHAT_ID, "1666") == []


def test_a_cold_start_says_what_the_bot_is(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    api.user_sends("/start", chat_id=1500, language="en")
    message = api.wait_for_messages(1, 1500)[0]
    assert "This bot reminds you of webinars" in message["text"]
    api.user_sends("/start nonsense-token", chat_id=1501)
    assert "уже использована или устарела" in api.wait_for_messages(1, 1501)[0]["text"]


def test_a_forgotten_lead_is_not_linked_again(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead(chat=None)
    token = house.token(lead_id=lead)
    house.state(LeadErased(action_id="e1", by="staff"), Emitter.CRM, lead_id=lead)
    house.start()
    api.user_sends(f"/start {token}", chat_id=1001)
    api.wait_for_messages(1, 1001)
    assert house.warehouse.find_people(Personal.TELEGRAM_CHAT_ID, "1001") == []


@pytest.mark.parametrize("way", ["command", "button"])
def test_stop_withdraws_the_marketing_consent_and_says_so(house: House, api: BotApi, way: str) -> None:
    house.a_webinar()
    lead = house.a_lead()
    house.start()
    update_id = api.user_sends("/stop") if way == "command" else api.user_presses("stop")
    withdrawn = house.await_fact("consent_withdrawn")
    assert withdrawn.lead_id == lead
    assert withdrawn.properties == {"purpose": "marketing", "action_id": f"update:{update_id}"}
    assert "больше не будет" in api.wait_for_messages(1, 1001)[0]["text"]
    assert bool(api.calls("answerCallbackQuery")) == (way == "button")


def test_a_marketing_message_carries_the_stop_button(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead()
    house.start()
    house.await_final(house.plan(lead, "follow_up_not_attended"))
    rows = json.loads(api.messages(1001)[0]["reply_markup"])["inline_keyboard"]
    assert rows[-1][0]["callback_data"] == "stop"


def test_blocking_and_coming_back_are_facts(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead()
    house.start()
    update_id = api.user_blocks(chat_id=1001)
    blocked = house.await_fact("telegram_blocked")
    assert (blocked.lead_id, blocked.properties["cause"]) == (lead, f"update:{update_id}")
    update_id = api.user_unblocks(chat_id=1001)
    assert house.await_fact("telegram_unblocked").properties["cause"] == f"update:{update_id}"


def test_a_blocked_person_who_presses_start_is_back(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.a_lead()
    house.start()
    api.user_blocks(chat_id=1001)
    house.await_fact("telegram_blocked")
    api.telegram.blocked.clear()
    api.user_sends("/start", chat_id=1001)
    house.await_fact("telegram_unblocked")
    assert "уже знакомы" in api.wait_for_messages(1, 1001)[0]["text"]


def test_a_language_chosen_in_the_bot_outweighs_the_forms(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead(language="ru")
    house.start()
    api.user_sends("/language", chat_id=1001)
    asked = api.wait_for_messages(1, 1001)[0]
    assert len(json.loads(asked["reply_markup"])["inline_keyboard"]) == 2
    api.user_presses("language:en", chat_id=1001)
    assert "in English" in api.wait_for_messages(2, 1001)[1]["text"]
    house.await_final(house.plan(lead, "registered"))
    assert "your place is reserved" in texts(api, 1001)[2]


def test_webinar_lists_my_sessions_with_a_personal_button(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead()
    house.start()
    api.user_sends("/webinar", chat_id=1001)
    message = api.wait_for_messages(1, 1001)[0]
    assert "Первый вебинар" in message["text"]
    assert "Москва, UTC+3" in message["text"]
    url = json.loads(message["reply_markup"])["inline_keyboard"][0][0]["url"]
    place = tokens.redeem(house.warehouse, "join", url.rpartition("/")[2], now=now())
    assert place == {"lead_id": lead, "session_id": SESSION, "webinar_id": WEBINAR}
    api.user_sends("/webinar", chat_id=1777)
    assert "никуда не записаны" in api.wait_for_messages(1, 1777)[0]["text"]


def test_partners_get_their_links_leads_and_funnel_and_others_do_not(house: House, api: BotApi) -> None:
    house.a_webinar()
    partner = house.a_partner("olga", chat=None)
    house.start()
    api.user_sends(f"/start {house.token(partner_id=partner)}", chat_id=2001)
    assert house.await_fact("telegram_linked").properties["partner_id"] == partner
    assert "сигналы о ваших лидах" in api.wait_for_messages(1, 2001)[0]["text"]
    house.a_lead("Анна", chat=1001, partner_id=partner)
    house.a_lead("Борис", chat=1002)
    for number, (command, words) in enumerate(
        [
            ("/leads", "Сегодня: 1"),
            ("/stats", "Оставили форму: 1"),
            ("/link", "https://efir.example.org/w/first?ref=olga."),
        ]
    ):
        api.user_sends(command, chat_id=2001)
        assert words in api.wait_for_messages(number + 2, 2001)[-1]["text"].replace("<b>", "").replace("</b>", "")
    picture = api.wait_for_messages(5, 2001)[-1]
    assert picture["photo"].startswith(b"\x89PNG")
    assert "?ref=olga." in picture["text"]
    api.user_sends("/leads", chat_id=1002)
    assert "для партнёров" in api.wait_for_messages(1, 1002)[0]["text"]


def test_what_the_bot_does_not_understand_gets_help(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    for text in ("привет", "/unknown", "/help"):
        api.user_sends(text, chat_id=1900)
    assert all("/webinar" in message["text"] for message in api.wait_for_messages(3, 1900))


def test_updates_are_stored_before_they_are_acknowledged(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.start()
    ids = [api.user_sends("/help", chat_id=1900 + number) for number in range(5)]
    api.wait_for_messages(5)
    acknowledged = {int(call.params.get("offset") or 0) for call in api.calls("getUpdates")}
    state = house.warehouse.entries("notifier_state")[0].body
    assert state == {"offset": ids[-1] + 1}
    assert max(acknowledged) <= ids[-1] + 1
    assert eventually_empty(house, SPOOL)


def test_an_update_that_comes_twice_is_answered_and_stated_once_or_harmlessly(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.a_lead()
    update_id = 700_000_001
    stop = command(update_id, 1001, "/stop")
    for _ in range(2):
        house.warehouse.put(SPOOL, str(update_id), stop)
        house.start()
        house.await_fact("consent_withdrawn")
        assert eventually_empty(house, SPOOL)
        house.stop()
    assert len(house.facts("consent_withdrawn")) == 1
    assert house.warehouse.rejected() == []


def test_an_update_that_is_removed_while_the_spool_is_read_is_not_answered_again(
    house: House, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a look that began before the removal still has it."""
    house.a_webinar()
    entries, delete = house.warehouse.entries, house.warehouse.delete
    is_read, is_gone = threading.Event(), threading.Event()

    def read_and_wait(collection: str) -> list[RegistryEntry]:
        found = entries(collection)
        if collection == SPOOL and found and api.messages(1900) and not is_read.is_set():
            is_read.set()
            assert is_gone.wait(PATIENCE_SECONDS)
            house.warehouse.facts_after(10**9, wait_seconds=0.2)  # the notifier hears of it meanwhile
        return found

    def delete_after_the_read(collection: str, key: str) -> None:
        if collection == SPOOL and key == str(first):
            assert is_read.wait(PATIENCE_SECONDS)
            delete(collection, key)
            is_gone.set()
        else:
            delete(collection, key)

    monkeypatch.setattr(house.warehouse, "entries", read_and_wait)
    monkeypatch.setattr(house.warehouse, "delete", delete_after_the_read)
    house.start()
    first = api.user_sends("/help", chat_id=1900)
    api.wait_for_messages(1, 1900)
    assert is_gone.wait(PATIENCE_SECONDS)
    api.user_sends("/help", chat_id=1901)
    api.wait_for_messages(1, 1901)
    assert eventually_empty(house, SPOOL)
    assert len(api.messages(1900)) == 1


def test_a_poison_update_is_put_aside_and_the_next_one_is_handled(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.warehouse.put(SPOOL, "400000001", {"update_id": 400000001, "message": {"text": "no chat, no date"}})
    house.start()
    api.user_sends("/help", chat_id=1900)
    assert api.wait_for_messages(1, 1900)
    assert [entry.key for entry in house.warehouse.entries(FAILED)] == ["400000001"]
    rejected = house.warehouse.rejected()
    assert [one.payload for one in rejected] == ["400000001"]
    assert "no chat" not in rejected[0].message
    assert eventually_empty(house, SPOOL)


def test_an_update_put_aside_is_handled_again_when_it_is_replayed(house: House, api: BotApi) -> None:
    house.a_webinar()
    update_id = 400_000_001
    house.warehouse.put(FAILED, str(update_id), command(update_id, 1901, "/help"))
    refused = house.warehouse.reject(
        stage=FAILED_STAGE, code="handler_failed", message="?", payload=str(update_id), emitter="telegram_bot"
    )
    house.start()
    assert replay(house.warehouse, refused, now=now()).status == "accepted"
    assert api.wait_for_messages(1, 1901)
    assert eventually_empty(house, SPOOL)
    assert house.warehouse.entries(FAILED) == []
    assert [one.state for one in house.warehouse.rejected()] == ["replayed"]


def test_an_update_that_still_fails_comes_back_to_the_refused(house: House) -> None:
    house.a_webinar()
    house.warehouse.put(SPOOL, "400000001", {"update_id": 400000001, "message": {"text": "no chat, no date"}})
    house.start()
    assert eventually_empty(house, SPOOL)
    [refused] = house.warehouse.rejected(state="open")
    replay(house.warehouse, refused.rejected_id, now=now())
    assert eventually_empty(house, SPOOL)
    [again] = house.warehouse.rejected(rejected_id=refused.rejected_id)
    assert (again.state, again.count) == ("open", 2)
    discard(house.warehouse, refused.rejected_id)
    assert house.warehouse.entries(FAILED) == []


def test_an_update_whose_author_was_forgotten_cannot_be_replayed(house: House) -> None:
    refused = house.warehouse.reject(
        stage=FAILED_STAGE, code="handler_failed", message="?", payload="400000002", emitter="telegram_bot"
    )
    assert replay(house.warehouse, refused, now=now()).code == "not_kept"


# --- the dry run -----------------------------------------------------------------------------------------------


def test_a_dry_run_takes_the_same_way_and_leaves_the_text_where_staff_see_it(dry_house: House) -> None:
    dry_house.a_webinar()
    lead = dry_house.a_lead(chat=10**12 + 5)
    dry_house.start()
    key = dry_house.plan(lead)
    final = dry_house.await_final(key)
    assert final.name == "message_sent"
    assert final.properties["transport"] == "dry_run"
    assert "Первый вебинар" in json.loads(dry_house.texts_of(lead)[key])["text"]


def test_pressing_start_on_the_dry_run_page_links_and_answers_are_kept(dry_house: House) -> None:
    dry_house.a_webinar()
    lead = dry_house.a_lead(chat=None)
    update = command(10**12 + 77, 10**12 + 5, f"/start {dry_house.token(lead_id=lead)}")
    dry_house.start()
    dry_house.warehouse.put(SPOOL, str(update["update_id"]), update)
    assert dry_house.await_fact("telegram_linked").properties["transport"] == "dry_run"
    dry_house.warehouse.put(SPOOL, str(10**12 + 78), command(10**12 + 78, 10**12 + 5, "/help"))
    assert eventually_empty(dry_house, SPOOL)
    assert "/webinar" in json.loads(dry_house.texts_of(lead)[f"reply:{10**12 + 78}"])["text"]


def test_a_chat_linked_in_a_dry_run_is_never_written_to_at_telegram(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead(chat=10**12 + 5)
    house.start()
    final = house.await_final(house.plan(lead))
    assert final.properties["code"] == "chat_not_found"
    assert not api.calls("sendMessage")


def test_help_and_stop_lead_a_person_to_their_own_data_and_nobody_else(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead(chat=1001)
    house.start()
    for number, text in enumerate(("/help", "/stop")):
        api.user_sends(text, chat_id=1001)
        markup = api.wait_for_messages(number + 1, 1001)[-1]["reply_markup"]
        url = json.loads(markup)["inline_keyboard"][0][0]["url"]
        token = url.removeprefix("https://efir.example.org/me/")
        assert tokens.peek(house.warehouse, "me", token, now=now()) == {"lead_id": lead}
    api.user_sends("/help", chat_id=1999)
    assert "/me/" not in json.dumps(api.wait_for_messages(1, 1999)[0])
