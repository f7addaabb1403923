"""How the tree of invited partners looks."""

from typing import Any

import reflex as rx

from app.partners.cabinet import frame, w
from app.studio.frame import empty
from app.studio.measures import as_of, named, number

State = Any


def view(page: State) -> rx.Component:
    """Who invited me, whom I invited, a link for the next one."""
    return frame(
        rx.cond(page.invited_by != "", rx.el.p(w["cabinet.team.invited_by"], " ", rx.el.b(page.invited_by))),
        rx.el.section(
            rx.el.h2(w["cabinet.team.invite_title"]),
            rx.el.p(w["cabinet.team.invite_text"], class_name="soft"),
            rx.cond(
                page.link != "",
                rx.el.span(
                    rx.el.span(page.link, class_name="mono wrap", custom_attrs={"data-testid": "invitation"}),
                    rx.el.button(
                        w["cabinet.links.copy"], type="button", on_click=rx.set_clipboard(page.link),
                        class_name="button small",
                    ),
                    class_name="link-line",
                ),
                rx.el.button(
                    w["cabinet.team.invite"],
                    type="button",
                    on_click=page.invite,
                    class_name="button",
                    id="invite-partner",
                    custom_attrs={"data-kind": "primary"},
                ),
            ),
            class_name="panel",
        ),
        rx.cond(
            page.members.length() > 0,
            rx.fragment(
                rx.el.ul(
                    rx.foreach(page.members, _member), class_name="panel tree", custom_attrs={"data-testid": "tree"}
                ),
                as_of(page.as_of),
            ),
            empty(w["cabinet.team.empty_title"], w["cabinet.team.empty_text"], name="empty-team"),
        ),
        name="team",
        title=w["cabinet.team.title"],
        lead=rx.el.p(w["cabinet.team.lead"], class_name="soft"),
    )  # fmt: skip


def _member(one: State) -> rx.Component:
    return rx.el.li(
        rx.el.span(one.name, class_name="strong wrap"),
        rx.el.span(
            named("partner_leads"), " ", number(one.leads, "partner_leads"), " · ",
            named("partner_attended"), " ", number(one.attended, "partner_attended"), class_name="soft",
        ),
        style={"paddingInlineStart": one.indent},
        custom_attrs={"data-testid": "member"},
    )  # fmt: skip
