"""The look of the house: which stylesheets, what stands in every page's head, the button for light and dark.

The tokens are in assets/efir.css; what the button does is in assets/theme.js; Reflex's pages take `theme_components`.
"""

import html
from collections.abc import Mapping
from pathlib import Path

from app.shared import texts

ASSETS = Path(__file__).parent.parent.parent / "assets"

SHEETS = (
    "efir", "pages", "room/room", "studio", "scenarios", "dashboards", "people", "partners", "air/air", "script/script",
    "webhooks", "paper", "forced",
)  # fmt: skip
STYLESHEETS = tuple(f"/{name}.css" for name in SHEETS)
"""In the order they apply: tokens and controls first, then the parts' own sheets."""

FRAME_COLOURS = {"light": "#edefec", "dark": "#0d1012"}
"""Of the browser's own frame: the ground of efir.css by day and by night."""
CHOICES = ("auto", "light", "dark")
COOKIE = "efir_theme"
ICON, SCRIPT = "/favicon.svg", "/theme.js"
FONTS = tuple(f"/assets/golos-text-{letters}-wght-normal.woff2" for letters in ("latin", "cyrillic"))
"""Pages that Reflex makes ask for them in their head and have them for their first words. Plain pages are quicker."""
LANGUAGE_SCRIPT = "/language.js"
"""Only for pages that Reflex makes: the others come in the visitor's language."""
FOCUS_SCRIPT = "/focus.js"
"""Only for pages that change while somebody is on them."""

HEAD = "".join(
    [
        f'<link rel="icon" href="{ICON}" type="image/svg+xml">',
        *(
            f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">'
            for scheme, colour in FRAME_COLOURS.items()
        ),
        f'<script defer src="{SCRIPT}"></script>',
    ]
)
"""The head of the pages that are plain HTML. Their server writes `attribute` itself, so the script may come later."""


def stylesheets() -> list[str]:
    """The sheets that exist."""
    return [sheet for sheet in STYLESHEETS if (ASSETS / sheet.lstrip("/")).exists()]


def attribute(cookies: Mapping[str, str]) -> str:
    """What <html> of a plain page carries for the visitor's choice; "" while there is none: the system decides."""
    chosen = cookies.get(COOKIE, "")
    return f' data-theme="{chosen}"' if chosen in FRAME_COLOURS else ""


def switch_html(language: str) -> str:
    """The button on the pages that are plain HTML."""
    names = (
        f'<span class="theme-name" data-name="{one}">{html.escape(texts.translate(language, f"theme.{one}"))}</span>'
        for one in CHOICES
    )
    button = '<button type="button" class="theme-switch" id="theme" data-theme-switch>'
    return f'{button}<span aria-live="polite">{"".join(names)}</span></button>'
