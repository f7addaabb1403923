"""What leads to the people behind a number, and their list to take away: the same on every dashboard."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk

State = Any
t = Desk.t


def people_link(page: State, shown: Any, part: str, *, value: Any = "", minute: Any = "") -> rx.Component:
    """A number of a session as a button that shows its people."""
    return rx.el.button(shown, type="button", class_name="link-button mono", on_click=page.look(part, value, minute))


def files(name: str, query: Any) -> rx.Component:
    """The people shown, as CSV and XLSX: `/staff/<name>.csv` with the page's own query."""
    return rx.el.nav(
        *(
            rx.el.a(
                kind.upper(),
                href=f"/staff/{name}.{kind}" + query,
                class_name="button small",
                download="",
                custom_attrs={"data-testid": f"{name}-{kind}"},
            )
            for kind in ("csv", "xlsx")
        ),
        class_name="row",
        aria_label=t["studio.funnel.export"],
    )
