"""The bot opens a partner's own cabinet to them, and every command of partners speaks of nobody else's leads."""

import datetime as dtm
import inspect
import json
import re

from notifier.bot import application_of
from tests.botapi.server import BotApi
from tests.notifier.house import House
from warehouse import tokens

COMMANDS = ("leads", "stats", "alerts", "cabinet", "link")


def test_the_button_carries_a_link_that_opens_this_partner_s_cabinet_once(house: House, api: BotApi) -> None:
    house.a_webinar()
    partner = house.a_partner("olga", chat=2001)
    house.start()
    api.user_sends("/cabinet", chat_id=2001)
    shown = api.wait_for_messages(1, 2001)[0]
    [[button]] = json.loads(shown["reply_markup"])["inline_keyboard"]
    found = re.fullmatch(r"\S+/partner/enter/(\S+)", button["url"])
    assert found
    now = dtm.datetime.now(dtm.UTC)
    assert tokens.redeem(house.warehouse, tokens.PARTNER_LOGIN, found[1], now=now) == {"partner_id": partner}
    assert tokens.redeem(house.warehouse, tokens.PARTNER_LOGIN, found[1], now=now) is None


def test_every_command_of_partners_is_silent_about_another_partner_s_leads(house: House, api: BotApi) -> None:
    house.a_webinar()
    petr = house.a_partner("petr", chat=2002)
    house.a_partner("olga", chat=2001)
    house.a_lead("Анна Тайная", chat=1001, partner_id=petr)
    house.start()
    for number, command in enumerate(COMMANDS, start=1):
        api.user_sends(f"/{command} petr", chat_id=2001)
        said = str(api.wait_for_messages(number, 2001)[-1])
        assert not [word for word in ("petr", petr, "Тайная") if word in said], command
    assert "Всего: 0" in str(api.wait_for_messages(1, 2001)[0])


def test_a_lead_is_told_that_these_commands_are_for_partners(house: House, api: BotApi) -> None:
    house.a_webinar()
    house.a_lead("Анна", chat=1001)
    house.start()
    for number, command in enumerate(COMMANDS, start=1):
        api.user_sends(f"/{command}", chat_id=1001)
        assert "для партнёров" in str(api.wait_for_messages(number, 1001)[-1]), command


def test_no_command_of_partners_is_left_out_above() -> None:
    """A new one must be tried as another partner, too."""
    source = inspect.getsource(application_of)
    assert set(re.findall(r'CommandHandler\("(\w+)", (?:partner|alert)_handlers', source)) == set(COMMANDS)
