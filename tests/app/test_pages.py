"""Every page can be drawn: what the bundler would refuse minutes later is refused here."""

import pytest

from app.app import PAGES
from app.shared.route import Route


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_a_page_is_drawn(route: Route) -> None:
    assert route.page().render()
