"""Updates by webhook: Telegram shows the secret, the app stores before it answers, the notifier handles."""

import json
from typing import Any

import pytest
from starlette.applications import Starlette

from app.api import telegram
from tests.app.calling import Caller
from tests.botapi.server import BotApi
from tests.notifier.house import SITE, House
from warehouse import secrets
from warehouse.interface import Warehouse, WarehouseError
from warehouse.spool import COLLECTION, SYNTHETIC_FROM, WEBHOOK_PATH, webhook_secret


@pytest.fixture
def door(house: House) -> Caller:
    return Caller(Starlette(routes=telegram.routes(lambda: house.warehouse, house.settings())))


@pytest.fixture
def webhook(house: House, api: BotApi) -> dict[str, str]:
    """What Telegram was told when the notifier started in webhook mode."""
    house.start(telegram_mode="webhook")
    return api.wait_for_calls(1, "setWebhook")[0].params


def post(door: Caller, update: Any, secret: str) -> int:
    return door.post(WEBHOOK_PATH, json=update, headers={telegram.HEADER: secret}).status_code


def help_from(chat: int, update_id: int = 5) -> dict[str, Any]:
    person = {"id": chat, "first_name": "Guest", "is_bot": False}
    entity = {"type": "bot_command", "offset": 0, "length": 5}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "from": person, "text": "/help"}
    return {"update_id": update_id, "message": {**message, "entities": [entity]}}


def test_telegram_is_told_where_to_send_and_what_to_show(webhook: dict[str, str], api: BotApi) -> None:
    assert webhook["url"] == f"{SITE}{WEBHOOK_PATH}"
    assert len(webhook["secret_token"]) == 64
    assert json.loads(webhook["allowed_updates"]) == ["message", "callback_query", "my_chat_member"]
    assert webhook.get("drop_pending_updates", "false") == "false"
    assert api.calls("getUpdates") == []


def test_an_update_that_comes_by_webhook_is_answered(webhook: dict[str, str], api: BotApi, door: Caller) -> None:
    assert post(door, help_from(1500), webhook["secret_token"]) == 200
    assert "/webinar" in api.wait_for_messages(1, 1500)[0]["text"]


def test_it_is_stored_before_it_is_acknowledged_and_once_however_often_it_comes(house: House, door: Caller) -> None:
    secret = _secret(house)
    assert [post(door, help_from(1500), secret) for _ in range(2)] == [200, 200]
    assert [(entry.key, entry.version) for entry in house.warehouse.entries(COLLECTION)] == [("5", 1)]


def test_without_the_secret_nothing_is_stored(house: House, door: Caller) -> None:
    secret = _secret(house)
    assert [post(door, help_from(1500), shown) for shown in ("", "guess", secret[:-1], secret + "0")] == [401] * 4
    assert house.warehouse.entries(COLLECTION) == []


@pytest.mark.parametrize(
    ("update", "status"),
    [
        ([], 422),
        ({"message": {}}, 422),
        ({"update_id": "7"}, 422),
        ({"update_id": True}, 422),
        ({"update_id": SYNTHETIC_FROM}, 422),
        ({"update_id": 7, "message": "x" * telegram.MAX_UPDATE_BYTES}, 413),
    ],
)
def test_what_is_no_update_of_telegrams_is_refused(house: House, door: Caller, update: Any, status: int) -> None:
    assert post(door, update, _secret(house)) == status
    assert house.warehouse.entries(COLLECTION) == []


def test_while_the_warehouse_is_away_telegram_is_asked_to_come_again(house: House) -> None:
    def gone() -> Warehouse:
        raise WarehouseError("away")

    door = Caller(Starlette(routes=telegram.routes(gone, house.settings())))
    assert post(door, help_from(1500), _secret(house)) == 503


def test_going_back_to_polling_removes_the_webhook_and_fetches_what_waits(house: House, api: BotApi) -> None:
    api.user_sends("/help", chat_id=1500)
    house.start(telegram_mode="polling")
    assert api.wait_for_messages(1, 1500)
    assert api.calls("deleteWebhook")


def test_without_https_it_polls_and_says_so(house: House, api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    house.start(telegram_mode="webhook", public_url="http://localhost:3000")
    api.user_sends("/help", chat_id=1500)
    assert api.wait_for_messages(1, 1500)
    assert api.calls("setWebhook") == []
    assert "needs an EFIR_PUBLIC_URL with https" in caplog.text


def _secret(house: House) -> str:
    return webhook_secret(secrets.ensure(house.home).signing_key)
