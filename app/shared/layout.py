"""The frame of the public pages: masthead, column, footer, and small pieces they share. Content is in the pages."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors
from reflex_components_core.el.elements.inline import A

from app.shared import texts, theme_components
from app.shared.visitor import Visitor

anchor = A.create
"""A plain link that loads its page. (`rx.el.a` is a router link: it would never reach our own HTTP routes.)"""


def wordmark(name: rx.Var[str] | str, href: str | None = None) -> rx.Component:
    """The name of the house beside its tally lamp."""
    parts = (rx.el.span(class_name="lamp", aria_hidden="true"), rx.el.span(name, class_name="wordmark-name"))
    return anchor(*parts, href=href, class_name="wordmark") if href else rx.el.span(*parts, class_name="wordmark")


def language_switch() -> rx.Component:
    """Two buttons: Russian and English."""
    return rx.el.div(
        *(
            rx.el.button(
                name,
                type="button",
                id=f"lang-{code}",
                class_name="lang",
                aria_pressed=rx.cond(Visitor.lang == code, "true", "false"),
                on_click=Visitor.speak(code),  # type: ignore[operator] # an event handler with its argument
            )
            for code, name in (("ru", "Рус"), ("en", "Eng"))
        ),
        class_name="lang-switch",
        role="group",
        aria_label="Язык · Language",
    )


def language_links(lang: Any, kept: Any) -> rx.Component:
    """The same as two links, for pages whose State reads the language from the address.

    `lang` is the var of it, `kept` the var of what else the address says (`&source=vk`).
    """
    return rx.el.nav(
        *(
            anchor(
                label,
                href=f"?lang={code}{kept}",
                class_name="lang",
                aria_current=rx.cond(lang == code, "true", "false"),
            )
            for code, label in (("ru", "Рус"), ("en", "Eng"))
        ),
        class_name="lang-switch",
        aria_label="Язык · Language",
    )


def page(*children: rx.Component | rx.Var[str], name: str) -> rx.Component:
    """A public page: masthead with the language switch, the main column, the footer. `name` becomes its CSS class."""
    return rx.el.div(
        rx.el.header(
            wordmark(Visitor.t["common.name"]),
            rx.el.div(language_switch(), theme_components.switch(Visitor.t), class_name="frame-tools"),
            class_name="masthead",
        ),
        rx.el.main(*children, class_name=f"column {name}", id="main"),
        rx.el.footer(
            anchor(Visitor.t["common.legal"], href="/legal/processing"),
            rx.el.span(Visitor.t["common.footer"]),
            class_name="footer",
        ),
        class_name="page",
        lang=Visitor.lang,
    )


def notice(
    title: rx.Var[str] | str, text: rx.Var[str] | str, *more: rx.Component, name: str = "notice"
) -> rx.Component:
    """A quiet panel for empty and failed states: what is so, and what to do next."""
    return rx.el.section(
        rx.el.h1(title), rx.el.p(text), *more, class_name="notice", role="status", custom_attrs={"data-testid": name}
    )


def what_is_on() -> rx.Component:
    """The way on from a page that has nothing to show."""
    return anchor(Visitor.t["programme.title"], href="/", class_name="button")


def connection_bar() -> rx.Component:
    """A thin line while the page has lost its server; it goes away by itself."""
    return rx.cond(
        has_connection_errors,
        rx.el.div(
            " · ".join(texts.translate(language, "common.reconnecting") for language in texts.LANGUAGES),
            class_name="connection-bar",
            role="status",
        ),
        rx.fragment(),
    )
