"""What a number means, beside it: shown on hover, on a tap and on keyboard focus, read out by screen readers."""

from typing import Any

import reflex as rx

Child = Any


def meaning(definition: Child) -> rx.Component:
    """A small mark that tells the definition. A button, because only what takes focus can be tapped and tabbed to."""
    return rx.el.span(
        rx.el.button("?", type="button", class_name="meaning-mark", aria_label=definition),
        rx.el.span(definition, class_name="meaning-text", role="tooltip", aria_hidden="true"),
        class_name="meaning",
    )
