"""A partner chooses which signals to get; the choice is a fact, and the buttons show it at once."""

import json
from typing import Any

from tests.botapi.server import BotApi
from tests.notifier.house import House
from warehouse.reads import programme as read_programme


def ticks(markup: str) -> dict[str, str]:
    buttons = [button for row in json.loads(markup)["inline_keyboard"] for button in row]
    return {button["callback_data"].split(":")[1]: button["text"][0] for button in buttons}


def muted(house: House, partner_id: str) -> frozenset[Any]:
    return read_programme.schedule(house.warehouse).partners[partner_id].muted


def test_a_partner_switches_kinds_off_and_on_and_presses_in_haste_all_count(house: House, api: BotApi) -> None:
    house.a_webinar()
    partner = house.a_partner()
    house.start()
    api.user_sends("/alerts", chat_id=2001)
    shown = api.wait_for_messages(1, 2001)[0]
    assert set(ticks(shown["reply_markup"]).values()) == {"☑"}
    api.user_presses("alerts:entered:off", chat_id=2001)
    api.user_presses("alerts:not_attended:off", chat_id=2001)
    edited = api.wait_for_calls(2, "editMessageReplyMarkup")[1].params["reply_markup"]
    assert {kind for kind, tick in ticks(edited).items() if tick == "☐"} == {"entered", "not_attended"}
    assert muted(house, partner) == {"entered", "not_attended"}
    api.user_presses("alerts:entered:on", chat_id=2001)
    api.wait_for_calls(3, "editMessageReplyMarkup")
    assert muted(house, partner) == {"not_attended"}


def test_nobody_else_can_switch_anything(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.a_partner()
    house.a_lead()
    house.start()
    api.user_presses("alerts:entered:off", chat_id=1001)
    api.user_sends("/alerts", chat_id=1001)
    assert "для партнёров" in api.wait_for_messages(1, 1001)[0]["text"]
    assert house.facts("partner_alerts_changed") == []
