"""`theme` for the pages that Reflex makes: their head, and the button for light and dark."""

from typing import Any

import reflex as rx

from app.shared import theme


def head() -> list[rx.Component]:
    """Icon, frame colour, typeface, what settles theme and language before the first paint, what keeps the focus."""
    return [
        rx.el.link(rel="icon", href=theme.ICON, type="image/svg+xml"),
        *(
            rx.el.meta(name="theme-color", content=colour, custom_attrs={"media": f"(prefers-color-scheme: {scheme})"})
            for scheme, colour in theme.FRAME_COLOURS.items()
        ),
        *(
            rx.el.link(
                rel="preload", href=font, type="font/woff2", cross_origin="anonymous", custom_attrs={"as": "font"}
            )
            for font in theme.FONTS
        ),
        rx.el.script(src=theme.SCRIPT),
        rx.el.script(src=theme.LANGUAGE_SCRIPT),
        rx.el.script(src=theme.FOCUS_SCRIPT, defer=True),
    ]


def switch(t: Any) -> rx.Component:
    """The button that goes from "as the system" to light to dark; `t` is the var of the texts."""
    names = (
        rx.el.span(t[f"theme.{choice}"], class_name="theme-name", custom_attrs={"data-name": choice})
        for choice in theme.CHOICES
    )
    return rx.el.button(
        rx.el.span(*names, aria_live="polite"),
        type="button",
        id="theme",
        class_name="theme-switch",
        custom_attrs={"data-theme-switch": ""},
    )
