"""How a partner's leads look."""

from typing import Any

import reflex as rx

from app.partners.cabinet import frame, w
from app.studio.desk import Desk
from app.studio.frame import cell, chip, empty, field, moment, options, pager, sheet
from app.studio.measures import number, sign

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """Two filters, the list, why contacts are hidden."""
    verdicts = [rx.el.option(t[f"studio.verdict.{one}"], value=one) for one in ("attended", "not_attended", "none")]
    every = rx.el.option(t["studio.all"], value="")
    return frame(
        rx.el.form(
            field(
                "webinar_id",
                t["studio.filter.webinar_id"],
                rx.el.select(*options(page.webinars, t["studio.all"]), id="webinar_id", name="webinar_id"),
            ),
            field(
                "verdict",
                t["studio.filter.verdict"],
                rx.el.select(every, *verdicts, id="verdict", name="verdict"),
            ),
            rx.el.button(t["studio.show"], type="submit", class_name="button", id="show-leads"),
            on_submit=page.narrow,
            class_name="filters",
            role="search",
        ),
        rx.cond(
            page.lines.length() > 0,
            rx.fragment(
                sheet(
                    [
                        t["studio.leads.name"], t["studio.leads.webinar"], t["studio.leads.verdict"],
                        t["studio.leads.telegram"], t["studio.leads.created"], w["cabinet.leads.why"],
                    ],
                    rx.foreach(page.lines, lambda line: _row(page, line)),
                    name="own-leads",
                ),
                pager(page.page_no, page.pages, page.turn(-1), page.turn(1)),
            ),
            empty(
                w["cabinet.leads.empty_title"],
                w["cabinet.leads.empty_text"],
                rx.el.a(w["cabinet.nav.links"], href="/partner/links", class_name="button"),
                name="empty-own-leads",
            ),
        ),
        name="leads",
        title=rx.fragment(
            w["cabinet.leads.title"],
            " ",
            number(page.total, "partner_leads", class_name="count digits", name="own-total"),
            " ",
            sign("partner_leads"),
        ),
        lead=rx.el.p(w["cabinet.leads.policy"], class_name="soft"),
    )  # fmt: skip


def _row(page: State, line: State) -> rx.Component:
    return rx.el.tr(
        cell(
            rx.el.span(line.name, class_name="strong"),
            rx.el.span(line.contact, class_name="digits faint wrap"),
            rx.cond(line.is_open, rx.fragment(), rx.el.span(w["cabinet.leads.masked"], class_name="faint")),
            class_name="stack",
        ),
        cell(line.webinar, label=t["studio.leads.webinar"]),
        cell(
            rx.cond(line.outcome == "—", "—", chip(line.outcome, rx.cond(line.is_attended, "good", "quiet"))),
            label=t["studio.leads.verdict"],
        ),
        cell(line.telegram, class_name="cell nowrap", label=t["studio.leads.telegram"]),
        cell(moment(line.created_at, shape="date"), label=t["studio.leads.created"]),
        cell(
            rx.cond(
                page.explained == line.lead_id,
                rx.el.span(page.story, custom_attrs={"data-testid": "story"}),
                rx.el.button(
                    w["cabinet.leads.why_mine"],
                    type="button",
                    on_click=page.explain(line.lead_id),
                    class_name="link-button",
                    custom_attrs={"data-testid": "why-mine"},
                ),
            ),
        ),
        custom_attrs={"data-testid": "own-lead"},
    )
