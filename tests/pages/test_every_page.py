"""Pages of Reflex, room and replay, by day and night, on phone and laptop: no grave finding, no width, all by Tab
and, on the phone, by a finger.

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
from tests.screen.finger import too_small_for_a_finger
from tests.screen.keyboard import missed_by_keyboard
from tests.screen.room import PATIENCE_MS

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
COLOURS = {"runOnly": ["color-contrast"]}
WIDTH = "document.documentElement.scrollWidth"
LETTERS_TWICE_AS_BIG = "document.documentElement.style.fontSize = '200%'"
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
        assert too_small_for_a_finger(page) == []
        page.evaluate(WEAR, "dark")
        assert findings(page, COLOURS) == []
        page.set_viewport_size(WIDE)  # type: ignore[arg-type] # a dict will do
        assert page.evaluate(WIDTH) <= WIDE["width"]
        assert findings(page) == []
        page.evaluate(WEAR, "light")
        assert findings(page, COLOURS) == []
        page.evaluate(LETTERS_TWICE_AS_BIG)
        assert page.evaluate(WIDTH) <= WIDE["width"]
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


def test_on_a_phone_a_stage_is_chosen_above_and_stays_after_a_tap_on_a_cards_menu(
    demo: Demo, readers: dict[bool, BrowserContext]
) -> None:
    page = opened(demo, readers, "/studio/board")
    shown = page.locator("[data-testid=column]:visible")
    stages = page.get_by_test_id("stages").get_by_role("button")
    counts = [int(text) for text in stages.locator(".count").all_inner_texts()]
    expect(shown).to_have_count(1)
    expect(shown.get_by_test_id("board-card")).to_have_count(min(30, counts[0]))
    menu = shown.get_by_test_id("board-card").first.locator("select")
    menu.click()
    menu.select_option("contacted")
    expect(page.get_by_test_id("notice")).to_be_visible(timeout=PATIENCE_MS)
    expect(shown).to_have_attribute("data-stage", "new")
    expect(stages.nth(1).locator(".count")).to_have_text(str(counts[1] + 1))
    stages.nth(1).click()
    expect(shown).to_have_attribute("data-stage", "contacted", timeout=PATIENCE_MS)
    expect(stages.nth(1)).to_have_attribute("aria-pressed", "true")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type] # a dict will do
    expect(shown).to_have_count(len(counts))
    page.close()


def test_the_menu_folds_on_a_phone_says_where_one_is_and_obeys_the_keyboard(
    demo: Demo, readers: dict[bool, BrowserContext]
) -> None:
    page = opened(demo, readers, "/studio/leads")
    button, ways = page.locator("#menu"), page.locator(".rail-nav")
    head = "document.getElementById('page-title').getBoundingClientRect().top"
    expect(button).to_have_accessible_name("Меню: Лиды")
    expect(ways).to_be_hidden()
    before = page.evaluate(head)
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(ways.locator("[aria-current=page]")).to_have_text("Лиды")
    assert page.evaluate(head) == before
    assert findings(page) == []
    assert missed_by_keyboard(page) == []
    button.press("Escape")
    expect(ways).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    ways.get_by_test_id("nav-board").focus()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    button.click()
    ways.get_by_test_id("nav-board").click()
    expect(page.get_by_test_id("board")).to_be_visible(timeout=PATIENCE_MS)
    expect(ways).to_be_hidden()
    page.set_viewport_size(WIDE)  # type: ignore[arg-type] # a dict will do
    expect(button).to_be_hidden()
    expect(ways).to_be_visible()
    page.close()
