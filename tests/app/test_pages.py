"""Every page can be drawn: what the bundler would refuse minutes later is refused here."""

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
