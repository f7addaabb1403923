"""The look of the house: which stylesheets, what stands in every page's head. The tokens are in assets/efir.css."""

from pathlib import Path

import reflex as rx

ASSETS = Path(__file__).parent.parent.parent / "assets"

SHEETS = (
    "efir", "pages", "room/room", "studio", "scenarios", "dashboards", "people", "partners", "air/air", "script/script",
)  # fmt: skip
STYLESHEETS = tuple(f"/{name}.css" for name in SHEETS)
"""In the order they apply: tokens and controls first, then the parts' own sheets."""

COLOUR_LIGHT = "#edefec"
COLOUR_DARK = "#0d1012"


def stylesheets() -> list[str]:
    """The sheets that exist."""
    return [sheet for sheet in STYLESHEETS if (ASSETS / sheet.lstrip("/")).exists()]


def head() -> list[rx.Component]:
    """Icon and the colour of the browser's own frame."""
    return [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        _frame_colour(COLOUR_LIGHT, "light"),
        _frame_colour(COLOUR_DARK, "dark"),
    ]


def _frame_colour(colour: str, scheme: str) -> rx.Component:
    media = {"media": f"(prefers-color-scheme: {scheme})"}
    return rx.el.meta(name="theme-color", content=colour, custom_attrs=media)
