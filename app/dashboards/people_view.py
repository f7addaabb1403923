"""What leads to the people behind a number, and their list to take away: the same on every dashboard."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.studio.desk import Desk
from app.studio.frame import for_who_may
from app.studio.measures import number, sign

State = Any
t = Desk.t


def people_link(page: State, shown: Any, part: str, *, value: Any = "", minute: Any = "") -> rx.Component:
    """A number of a session as a button that shows its people."""
    return rx.el.button(shown, type="button", class_name="link-button digits", on_click=page.look(part, value, minute))


def people_heading(page: State, name: str) -> rx.Component:
    """Whose list it is, how many they are, and their files: `/staff/<name>.csv` with the page's own query."""
    return rx.el.div(
        rx.el.h2(
            page.people_title,
            " ",
            number(page.people_total, "people_behind", class_name="count digits", name="people-total"),
            " ",
            sign("people_behind"),
        ),
        for_who_may(f"/staff/{name}.csv", _files(name, page.files)),
        class_name="desk-head",
    )


def _files(name: str, query: Any) -> rx.Component:
    return rx.el.nav(
        *(
            anchor(
                kind.upper(),
                href=f"/staff/{name}.{kind}" + query,
                class_name="button small",
                custom_attrs={"download": "", "data-testid": f"{name}-{kind}"},
            )
            for kind in ("csv", "xlsx")
        ),
        class_name="row",
        aria_label=t["studio.funnel.export"],
    )
