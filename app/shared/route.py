"""What a page of the app is: a path, a component, what runs when it opens. The list of all pages is `app.app.PAGES`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx


@dataclass(frozen=True, slots=True)
class Route:
    """One Reflex page. `on_load` are State handlers; any of them may be called by anybody, so each checks by itself."""

    path: str
    page: Callable[[], rx.Component]
    title: Any = "title.home"
    """Key of the catalogue's `title` table, or a var of a state; the page's language decides."""
    description: str = ""
    on_load: Any = None
