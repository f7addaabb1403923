"""How the list of refused facts looks."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import chip, desk, empty, moment

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """Tabs by state, a card a refusal."""
    return desk(
        rx.el.div(
            *(
                rx.el.button(
                    t[f"studio.rejected.{state}"],
                    type="button",
                    on_click=page.choose(state),
                    aria_pressed=rx.cond(page.state == state, "true", "false"),
                    class_name="tab",
                )
                for state in ("open", "replayed", "discarded")
            ),
            class_name="tabs",
            role="group",
        ),
        rx.cond(
            page.refusals.length() > 0,
            rx.el.ol(rx.foreach(page.refusals, lambda refused: _card(page, refused)), class_name="cards"),
            empty(t["studio.rejected.empty.title"], t["studio.rejected.empty.text"], name="empty-rejected"),
        ),
        name="rejected",
        title=t["studio.nav.rejected"],
        lead=rx.el.p(t["studio.rejected.text"], class_name="soft"),
    )


def _card(page: State, refused: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            chip(refused.code, "bad"),
            rx.el.span(refused.emitter, " → ", refused.stage, class_name="mono soft"),
            moment(refused.last_at),
            rx.cond(refused.count > 1, rx.el.span("× ", refused.count, class_name="digits")),
            class_name="line-meta",
        ),
        rx.el.p(refused.message, class_name="wrap"),
        rx.el.details(
            rx.el.summary(t["studio.rejected.payload"]),
            rx.el.pre(refused.payload, tab_index=0),
        ),
        rx.cond(
            refused.state == "open",
            rx.el.div(
                rx.el.button(
                    t["studio.rejected.replay"],
                    type="button",
                    on_click=page.replay(refused.rejected_id),
                    class_name="button small",
                    custom_attrs={"data-testid": "replay", "data-kind": "primary"},
                ),
                rx.el.button(
                    t["studio.rejected.discard"],
                    type="button",
                    on_click=page.discard(refused.rejected_id),
                    class_name="button small",
                    custom_attrs={"data-testid": "discard", "data-kind": "quiet"},
                ),
                class_name="actions",
            ),
        ),
        class_name="panel refusal",
        custom_attrs={"data-testid": "refusal", "data-code": refused.code},
    )
