"""The texts people agree to, one page per purpose. The version beside a text is what a consent names."""

import reflex as rx

from app.registration.consents import PURPOSES, TEXT_VERSION
from app.shared.layout import anchor, page
from app.shared.route import Route
from app.shared.visitor import Visitor
from domain.events import Purpose


class Legal(Visitor):
    """Greets the reader; the texts are the same for everybody."""

    @rx.event
    def opened(self) -> None:
        """The page opened."""
        self._greet()


def _page_of(purpose: Purpose) -> rx.Component:
    others = (other for other in PURPOSES if other != purpose)
    return page(
        rx.el.article(
            rx.el.p(Visitor.t["legal.version"], " ", TEXT_VERSION, class_name="faint digits"),
            rx.el.h1(Visitor.t[f"legal.{purpose}.title"]),
            *(rx.el.p(Visitor.t[f"legal.{purpose}.p{number}"]) for number in (1, 2, 3)),
            rx.el.nav(
                *(anchor(Visitor.t[f"legal.{other}.title"], href=f"/legal/{other}") for other in others),
                class_name="legal-more",
            ),
            class_name="prose",
        ),
        name="legal",
    )


PAGES = [
    Route(f"/legal/{purpose}", lambda purpose=purpose: _page_of(purpose), title="title.legal", on_load=Legal.opened)  # type: ignore[misc]
    for purpose in PURPOSES
]
