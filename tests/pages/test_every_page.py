"""Pages of Reflex, room and replay, by day and night, on phone and laptop: no grave finding, no width, all by Tab.

The pages come from the matrix: a new one is looked at without a line here, if `demo.py` knows its parameters.
"""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.access.matrix import PAGES, PARTNERS
from tests.journeys.accessible import findings
from tests.pages.demo import PLAIN_PAGES, Demo, running
from tests.screen.keyboard import missed_by_keyboard
from tests.screen.room import PATIENCE_MS

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
COLOURS = {"runOnly": ["color-contrast"]}
WIDTH = "document.documentElement.scrollWidth"
WEAR = "(theme) => { document.activeElement?.blur(); document.documentElement.dataset.theme = theme; }"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = os.environ.get("EFIR_HOME")
    with running(tmp_path_factory.mktemp("demo") / "home") as house:
        yield house
    os.environ.pop("EFIR_HOME") if home is None else os.environ.update(EFIR_HOME=home)


@pytest.fixture(scope="module")
def readers(demo: Demo, browser: Browser) -> Iterator[dict[bool, BrowserContext]]:
    """A browser of the staff, and one of a partner."""
    opened = {
        is_partner: demo.context(browser, path, viewport=NARROW, color_scheme="light")
        for is_partner, path in ((False, "/studio"), (True, "/partner"))
    }
    yield opened
    for context in opened.values():
        context.close()


def opened(demo: Demo, readers: dict[bool, BrowserContext], path: str) -> Page:
    """The page as somebody sees it who may."""
    page = readers[PAGES.get(path) == PARTNERS].new_page()
    page.goto(demo.address + demo.paths()[path])
    expect(page).to_have_title(re.compile("."), timeout=PATIENCE_MS)
    expect(page.locator("main > p[role=status]")).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("path", [*PAGES, *PLAIN_PAGES])
def test_a_page_can_be_seen_heard_and_used_without_a_mouse(
    demo: Demo, readers: dict[bool, BrowserContext], path: str
) -> None:
    page = opened(demo, readers, path)
    try:
        assert page.evaluate(WIDTH) <= NARROW["width"]
        assert findings(page) == []
        assert missed_by_keyboard(page) == []
        page.evaluate(WEAR, "dark")
        assert findings(page, COLOURS) == []
        page.set_viewport_size(WIDE)  # type: ignore[arg-type] # a dict will do
        assert page.evaluate(WIDTH) <= WIDE["width"]
        assert findings(page) == []
        page.evaluate(WEAR, "light")
        assert findings(page, COLOURS) == []
    finally:
        page.close()


def test_a_card_of_the_board_is_moved_on_with_the_keyboard_alone(
    demo: Demo, readers: dict[bool, BrowserContext]
) -> None:
    page = opened(demo, readers, "/studio/board")
    card = page.locator("[data-testid=column][data-stage=new] [data-testid=board-card]").first
    lead_id = card.get_attribute("data-lead", timeout=PATIENCE_MS)
    menu = page.locator(f"[data-lead='{lead_id}'] select")
    menu.focus()
    for stage in ("contacted", "interested"):
        page.keyboard.press("ArrowDown")
        moved = page.locator(f"[data-stage={stage}] [data-lead='{lead_id}']")
        expect(moved).to_be_visible(timeout=PATIENCE_MS)
        expect(moved.locator("select")).to_be_focused()
    page.close()
