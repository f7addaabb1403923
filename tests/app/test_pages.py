"""Every page can be drawn: what the bundler would refuse minutes later is refused here."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.app import PAGES
from app.shared.route import Route

OWN_ROUTES = (
    "/staff/",
    "/api/",
    "/j/",
    "/r/",
    "/room/",
    "/replay/",
    "/book/",
    "/ics/",
    "/media/",
    "/handouts/",
    "/login",
    "/invite/",
)
"""Answered over plain HTTP: the router in the browser knows no such page and would show «there is none»."""


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_a_page_is_drawn_and_its_files_are_no_links_of_the_router(route: Route) -> None:
    drawn = route.page().render()
    assert drawn
    leads_to = [prop for prop in router_links(drawn) if any(own in prop for own in OWN_ROUTES)]
    assert leads_to == []


def router_links(drawn: Any) -> Iterator[str]:
    """Where the router's links lead, anywhere in what is drawn."""
    if isinstance(drawn, dict):
        if drawn.get("name") == "ReactRouterLink":
            yield from (prop for prop in drawn["props"] if prop.startswith("to:"))
        drawn = list(drawn.values())
    if isinstance(drawn, (list, tuple)):
        for part in drawn:
            yield from router_links(part)


LINE_OF_A_LIST = re.compile(r"(?<![\w.])\w+_rx_state_")


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_what_a_form_does_names_no_line_of_the_list_it_stands_in(route: Route) -> None:
    """Reflex hoists a form's submission out of its list, where the browser knows no such line and throws."""
    submissions = [hook for hook in route.page()._get_all_hooks() if "handleSubmit" in hook]  # noqa: SLF001 - what the browser gets
    assert {name for hook in submissions for name in LINE_OF_A_LIST.findall(hook)} == set()
