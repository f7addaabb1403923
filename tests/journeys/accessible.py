"""What a page must not do to people who hear it or use a keyboard: no serious or critical finding of axe-core."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = frozenset({"serious", "critical"})
MOST_TABS = 60


def findings(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Each grave finding on the page as it stands: rule, element, what to do. `options` are axe's own.

    Animations are ended first: half-faded text has the wrong contrast.
    """
    page.evaluate("document.getAnimations().forEach((one) => { try { one.finish(); } catch { one.cancel(); } })")
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{found['id']}: {node['html'][:160]} {node['failureSummary']}"
        for found in violations
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """No grave finding."""
    found = findings(page)
    assert found == [], f"{page.url}:\n" + "\n".join(found)


def tab_to(page: Page, selector: str) -> None:
    """Reach an element as a keyboard does."""
    for _ in range(MOST_TABS):
        if page.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached with Tab")
