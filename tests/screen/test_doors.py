"""The pages without Reflex, by day and by night, on a phone and a laptop: no grave finding, no width, all by Tab."""

import datetime as dtm
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.access import accounts, own, sessions
from app.access import routes as access
from app.access.roles import Role
from app.api import application as collect_api
from app.partners import entrance, membership
from app.registration import landing, landing_view
from app.room import entry
from app.shared import theme
from app.shared.bundle import MANIFEST
from tests.app.rooms import Rooms, running
from tests.journeys.accessible import findings
from tests.screen.finger import too_small_for_a_finger
from tests.screen.keyboard import missed_by_keyboard
from warehouse import tokens
from warehouse.local import LocalWarehouse

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
WIDTH = "document.documentElement.scrollWidth"
COLOURS = {"runOnly": ["color-contrast"]}
PAGES = ("/login", "/account", "/invite/{invite}", "/partner/enter/{enter}", "/partner/join/{join}", "/api/docs",
         "/w/funnel", "/w/nowhere")  # fmt: skip


@dataclass
class Doors:
    """The server, and what stands for the tokens of its addresses."""

    rooms: Rooms
    tokens: dict[str, str]
    context: BrowserContext

    def open(self, path: str) -> Page:
        """The page in a browser of somebody who is logged in."""
        page = self.context.new_page()
        page.goto(self.rooms.origin + path.format(**self.tokens))
        return page


@pytest.fixture
def doors(
    warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> Iterator[Doors]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    (tmp_path / MANIFEST).write_text(json.dumps({landing_view.ENTRY: {"file": "landing.js"}}))
    plain = entry.routes
    monkeypatch.setattr(
        entry,
        "routes",
        lambda settings: [
            *plain(settings), *access.routes(lambda: warehouse), *own.routes(lambda: warehouse),
            *entrance.routes(lambda: warehouse), *landing.routes(tmp_path / "client", settings),
            *collect_api.routes(lambda: warehouse), Mount("/", StaticFiles(directory=theme.ASSETS)),
        ],
    )  # fmt: skip
    now = dtm.datetime.now(dtm.UTC)
    account = accounts.Account("vera@example.org", Role.ADMIN)
    warehouse.put(accounts.COLLECTION, account.email, {"role": "admin", "is_active": True})
    known = {
        "invite": accounts.create_invite(warehouse, "gleb@example.org", Role.HOST, now, "").rpartition("/")[2],
        "enter": tokens.mint(warehouse, tokens.PARTNER_LOGIN, {"partner_id": "p"}, now=now, ttl=dtm.timedelta(hours=1)),
        "join": membership.invitation(warehouse, "p", "", now=now).rpartition("/")[2],
    }
    with running(warehouse) as rooms:
        rooms.schedule("S1", starts_in=86_400, seconds=120)
        context = browser.new_context(viewport=NARROW, locale="ru-RU", color_scheme="light")  # type: ignore[arg-type]
        told = {"name": sessions.COOKIE, "value": sessions.start(warehouse, account, now), "url": rooms.origin}
        context.add_cookies([told])  # type: ignore[list-item] # a dict will do
        yield Doors(rooms, known, context)
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_seen_heard_and_used_without_a_mouse(doors: Doors, path: str) -> None:
    if path == "/login":  # who is logged in is led on
        doors.context.clear_cookies()
    page = doors.open(path)
    assert page.evaluate(WIDTH) <= NARROW["width"]
    assert findings(page) == []
    assert missed_by_keyboard(page) == []
    assert too_small_for_a_finger(page) == []
    page.locator("#theme").click()
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert findings(page, COLOURS) == []
    page.set_viewport_size(WIDE)  # type: ignore[arg-type] # a dict will do
    assert page.evaluate(WIDTH) <= WIDE["width"]
    assert findings(page) == []


def test_an_accounts_times_are_those_of_who_reads_them(doors: Doors, browser: Browser) -> None:
    began = doors.open("/account").locator("[data-testid=session] time")
    moment = dtm.datetime.fromisoformat(began.get_attribute("datetime") or "")
    for zone, name in (("Asia/Vladivostok", "Владивосток, GMT+10"), ("UTC", "GMT+0")):
        context = browser.new_context(locale="ru-RU", timezone_id=zone)
        context.add_cookies(doors.context.cookies())  # type: ignore[arg-type] # what a browser gave
        page = context.new_page()
        page.goto(doors.rooms.origin + "/account")
        shown = page.locator("[data-testid=session] time")
        expect(shown.locator(".zone")).to_have_text(f" {name}")
        expect(shown).to_contain_text(f"{moment.astimezone(ZoneInfo(zone)):%H:%M}")
        context.close()


def test_a_focus_nobody_sees_and_a_trap_are_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<button style='outline: none'>unseen</button><button>seen</button>")
    assert [fault.partition(":")[0] for fault in missed_by_keyboard(page)] == ["unseen"]
    page.set_content("<button onkeydown='event.preventDefault()'>trap</button><button>beyond</button>")
    assert [fault.partition(":")[0] for fault in missed_by_keyboard(page)] == ["unreached"]
    page.close()


def test_what_a_finger_misses_is_found_and_what_has_room_around_it_is_not(browser: Browser) -> None:
    page = browser.new_page()
    roomy = "position: absolute; top: 50%; left: 50%; width: 44px; height: 44px; transform: translate(-50%, -50%)"
    page.set_content(
        f"<style>p {{ margin: 60px }} button {{ position: relative }} .roomy::after {{ content: ''; {roomy} }}</style>"
        "<p><button id=small>x</button></p><p><button class=roomy>x</button></p><p>See <a href=#>this</a> too.</p>"
        "<p><label><input type=checkbox> small too</label></p>"
    )
    found = too_small_for_a_finger(page)
    assert ["small" in found[0], "checkbox" in found[1], len(found)] == [True, True, 2]
    page.close()
