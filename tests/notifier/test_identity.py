"""The bot's name comes from Telegram and is told to the app; a token of another bot is not used by mistake."""

import pytest

from notifier import identity
from tests.botapi.server import TOKEN, BotApi
from tests.botapi.telegram_state import BOT
from tests.notifier.house import House, now


def entry(house: House) -> dict[str, object]:
    found = house.warehouse.get(identity.COLLECTION, identity.KEY)
    assert found
    return {key: value for key, value in found.body.items() if key != "since"}


def test_the_name_telegram_tells_is_in_the_registry_as_soon_as_the_notifier_runs(house: House) -> None:
    house.start()
    assert entry(house) == {
        "transport": "telegram",
        "username": BOT["username"],
        "bot_id": BOT["id"],
        "linked": BOT["username"],
    }


def test_a_dry_run_says_so_and_has_no_name(dry_house: House) -> None:
    dry_house.start()
    assert entry(dry_house) == {"transport": "dry_run", "username": "", "bot_id": None, "linked": ""}


def test_a_rotated_token_is_the_same_bot_and_its_name_is_known_at_once(house: House) -> None:
    house.start()
    house.stop()
    rotated = house.settings(telegram_bot_token=f"{BOT['id']}:another-secret")
    identity.claim(house.warehouse, rotated, now=now())
    assert entry(house)["username"] == BOT["username"]


def test_a_token_rotated_under_it_costs_nothing(house: House, api: BotApi) -> None:
    house.a_webinar()
    lead = house.a_lead()
    house.start()
    api.token = f"{BOT['id']}:a-rotated-secret"
    key = house.plan(lead)
    assert house.await_fact("message_failed").properties["code"] == "token_rejected"
    api.user_sends("/help", chat_id=1900)
    house.stop()
    house.start(telegram_bot_token=api.token)
    assert house.await_final(key).name == "message_sent"
    assert "/webinar" in api.wait_for_messages(1, 1900)[0]["text"]
    assert len(api.messages(1001)) == 1


def test_another_bots_token_is_refused_in_a_sentence_until_it_is_adopted(house: House, api: BotApi) -> None:
    house.start()
    house.stop()
    dry = house.settings(telegram_bot_token="")
    identity.claim(house.warehouse, dry, now=now())  # a dry run in between does not make anybody forget
    other = house.settings(telegram_bot_token="4200000002:" + TOKEN.partition(":")[2])
    with pytest.raises(identity.OtherBotError, match=f"people have linked @{BOT['username']}"):
        identity.claim(house.warehouse, other, now=now())
    assert entry(house)["bot_id"] == BOT["id"]
    identity.claim(house.warehouse, other, now=now(), adopt=True)
    assert entry(house) == {"transport": "telegram", "username": "", "bot_id": 4200000002, "linked": ""}
