"""How the journal looks."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import cell, desk, empty, moment, pager, sheet

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """A table, newest first."""
    return desk(
        rx.cond(
            page.lines.length() > 0,
            rx.fragment(
                sheet(
                    [
                        t["studio.audit.when"],
                        t["studio.audit.who"],
                        t["studio.audit.what"],
                        t["studio.audit.about"],
                    ],
                    rx.foreach(page.lines, _row),
                    name="audit",
                ),
                pager(page.page_no, page.pages, page.turn(-1), page.turn(1)),
            ),
            empty(t["studio.audit.empty_title"], t["studio.audit.empty_text"], name="audit-empty"),
        ),
        name="audit",
        title=t["studio.audit.title"],
        lead=rx.el.p(t["studio.audit.lead"], class_name="soft"),
    )


def _row(line: State) -> rx.Component:
    return rx.el.tr(
        cell(moment(line.at, shape="date"), moment(line.at, shape="precise"), label=t["studio.audit.when"]),
        cell(rx.el.span(line.who, class_name="wrap"), label=t["studio.audit.who"]),
        cell(line.what, label=t["studio.audit.what"]),
        cell(
            rx.cond(
                line.link != "",
                rx.el.a(line.about, href=line.link, class_name="mono"),
                rx.el.span(line.about, class_name="mono faint wrap"),
            ),
            label=t["studio.audit.about"],
        ),
        custom_attrs={"data-testid": "deed", "data-kind": line.kind},
    )
