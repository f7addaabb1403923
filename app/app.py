"""Composition root of the Reflex half: every page of the house. Built by `app.build`, served by `app.asgi`."""

import logging
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.partners import pages as partner_pages
from app.registration import legal, programme, telegram, thanks
from app.rights import me
from app.shared import theme, theme_components
from app.shared.layout import connection_bar
from app.shared.route import Route
from app.shared.visitor import Visitor
from app.studio import pages as studio_pages
from app.studio.desk import Desk
from app.studio.forgetting import ForgetStaffPages
from app.studio.gate import Gate

PAGES: list[Route] = [
    *programme.PAGES,
    *thanks.PAGES,
    *telegram.PAGES,
    *legal.PAGES,
    *me.PAGES,
    *partner_pages.PAGES,
    *studio_pages.PAGES,
]
"""Every page. A part of the house lists its own in `<part>/pages.py` as PAGES and is added here."""

logger = logging.getLogger(__name__)


def failed(exception: Exception) -> EventSpec | None:
    """A handler of ours broke: the log has it. Pages say what they can foresee (a warehouse that is away) themselves.

    Reflex would show a toast by `eval`, which our content security policy does not allow.
    """
    logger.error("A page's handler failed", exc_info=exception)
    return None


def titled(route: Route) -> Any:
    """What the tab says, in the language of the page: the public pages' or the staff's."""
    if not isinstance(route.title, str):
        return route.title
    return (Desk if route.path.startswith(("/studio", "/partner")) else Visitor).t[route.title]


app = rx.App(
    stylesheets=theme.stylesheets(),
    reset_style=False,
    head_components=theme_components.head(),
    html_lang="ru",
    toaster=None,
    backend_exception_handler=failed,
    app_wraps={(5, "Connection"): lambda is_stateful: connection_bar() if is_stateful else None},
)

app.add_middleware(Gate(), index=0)
app.add_middleware(ForgetStaffPages(), index=1)

for route in PAGES:
    app.add_page(
        route.page,
        route=route.path,
        title=titled(route),
        description=route.description,
        image="",
        on_load=route.on_load,
    )
