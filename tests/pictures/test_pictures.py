"""Takes the pictures of the studio and the cabinet that the documentation shows, of the whole demo, at both widths."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from efir.demo.story import PEOPLE
from tests.pages.demo import Demo, running
from tests.screen.room import PATIENCE_MS

FOLDER = Path(__file__).parent.parent.parent / "docs" / "images"
WIDTHS = {1280: 900, 360: 740}
"""Width of the window, and as much of its height as a reader takes in."""
MOST_BYTES = 200_000
SHOWN = {
    "home": "/studio",
    "audience": "/studio/audience?session={past_session_id}",
    "audience-people": "/studio/audience?session={past_session_id}&part=attended",
    "funnel": "/studio/funnel",
    "sources": "/studio/sources",
    "leads": "/studio/leads",
    "lead": "/studio/leads/{lead_id}",
    "board": "/studio/board",
    "scenarios": "/studio/scenarios",
    "outbox": "/studio/outbox",
    "partner": "/partner",
}
"""The picture's name and the page it is of."""
QUIET = """() => {
  const said = document.body.innerText.replace(/\\d/g, "") + document.querySelectorAll("option").length;
  if (said !== window.said) [window.said, window.since] = [said, performance.now()];
  return performance.now() - window.since > 1000;
}"""
"""Nothing but clocks has changed for a second: parts of a page have States of their own, which no request tells of."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = os.environ.get("EFIR_HOME")
    with running(tmp_path_factory.mktemp("demo") / "home", people=PEOPLE) as house:
        yield house
    os.environ.pop("EFIR_HOME") if home is None else os.environ.update(EFIR_HOME=home)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_taken(demo: Demo, browser: Browser, name: str, width: int) -> None:
    address = SHOWN[name].format(**demo.values)
    look = {"viewport": {"width": width, "height": WIDTHS[width]}, "color_scheme": "light"}
    with demo.context(browser, address, **look) as context:
        page = context.new_page()
        page.goto(demo.address + address)
        settled(page)
        picture = page.screenshot(animations="disabled")
    assert len(picture) <= MOST_BYTES
    (FOLDER / f"{name}-{width}.png").write_bytes(picture)


def settled(page: Page) -> None:
    """Wait until what the page has to say is there."""
    expect(page).to_have_title(re.compile("."), timeout=PATIENCE_MS)
    expect(page.locator("main > p[role=status]")).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(QUIET, polling=100, timeout=PATIENCE_MS)
