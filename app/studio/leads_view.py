"""How the list of leads looks."""

from typing import Any

import reflex as rx

from app.shared.menu import fold
from app.studio import bulk_view
from app.studio.desk import Desk
from app.studio.frame import cell, chip, count, desk, empty, field, moment, options, pager, sheet

State = Any
t = Desk.t


def view(page: State, bulk: State, views: State) -> rx.Component:
    """Search, filters, the list, what can be done with it."""
    return desk(
        _filters(page),
        bulk_view.kept(views),
        rx.cond(page.is_away, rx.el.p(t["studio.away"], class_name="banner", custom_attrs={"data-kind": "bad"})),
        rx.cond(
            page.lines.length() > 0,
            rx.fragment(
                bulk_view.bar(page, bulk),
                sheet(
                    [
                        t["studio.leads.name"],
                        t["studio.leads.source"] + " · " + t["studio.leads.partner"],
                        t["studio.leads.webinar"] + " · " + t["studio.leads.verdict"],
                        t["studio.leads.telegram"],
                        t["studio.crm.stage"],
                        t["studio.leads.created"],
                    ],
                    rx.foreach(page.lines, lambda line: _row(bulk, line)),
                    name="leads",
                ),
                pager(page.page_no, page.pages, page.turn(-1), page.turn(1)),
            ),
            rx.cond(
                page.narrowed > 0,
                empty(t["studio.leads.none.title"], t["studio.leads.none.text"], name="no-leads"),
                empty(
                    t["studio.leads.empty.title"],
                    t["studio.leads.empty.text"],
                    rx.el.a(t["studio.nav.partners"], href="/studio/partners", class_name="button"),
                    name="empty-leads",
                ),
            ),
        ),
        bulk_view.pipeline(bulk),
        name="leads",
        title=rx.fragment(t["studio.nav.leads"], " ", count(page.total, name="leads-total")),
    )


def _filters(page: State) -> rx.Component:
    verdicts = [
        rx.el.option(t[f"studio.verdict.{value}"], value=value) for value in ("attended", "not_attended", "none")
    ]
    channels = [rx.el.option(t[f"studio.telegram.{value}"], value=value) for value in ("linked", "none", "blocked")]
    every = rx.el.option(t["studio.all"], value="")
    return rx.el.form(
        field(
            "search",
            t["studio.leads.search"],
            rx.el.input(
                id="search",
                name="search",
                type="search",
                default_value=page.chosen["search"],
                max_length=200,
                placeholder=t["studio.leads.search_hint"],
            ),
        ),
        fold(
            _select(page, "source", options(page.sources, t["studio.all"])),
            _select(page, "partner_id", options(page.partners, t["studio.all"])),
            _select(page, "webinar_id", options(page.webinars, t["studio.all"])),
            _select(page, "verdict", [every, *verdicts]),
            _select(page, "telegram", [every, *channels]),
            _select(page, "stage", options(page.stages, t["studio.all"])),
            _select(page, "owner", options(page.owners, t["studio.all"])),
            _select(page, "tag", options(page.tags, t["studio.all"])),
            name=t["studio.filter.more"],
            count=page.narrowed,
        ),
        rx.el.button(t["studio.show"], type="submit", class_name="button", id="show-leads"),
        on_submit=page.narrow,
        key=page.form_key,
        class_name="filters",
        role="search",
    )


def _select(page: State, name: str, choices: list[rx.Component]) -> rx.Component:
    control = rx.el.select(*choices, id=name, name=name, default_value=page.chosen[name])
    return field(name, t[f"studio.filter.{name}"], control)


def _row(bulk: State, line: State) -> rx.Component:
    return rx.el.tr(
        cell(
            rx.el.span(
                bulk_view.tick(bulk, line),
                rx.el.a(line.name, href="/studio/leads/" + line.lead_id, class_name="strong"),
                class_name="ticked",
            ),
            rx.el.span(line.contact, class_name="digits faint"),
            class_name="stack",
        ),
        cell(
            rx.el.span(line.source),
            rx.cond(line.partner != "—", rx.el.span(line.partner, class_name="faint")),
            label=t["studio.leads.source"],
            class_name="stack",
        ),
        cell(
            rx.el.span(line.webinar),
            rx.cond(
                line.verdict != "",
                rx.el.span(chip(line.verdict_text, rx.cond(line.verdict == "attended", "good", "quiet"))),
            ),
            label=t["studio.leads.webinar"],
            class_name="stack",
        ),
        cell(
            chip(line.telegram_text, rx.match(line.telegram, ("linked", "good"), ("blocked", "bad"), "quiet")),
            label=t["studio.leads.telegram"],
        ),
        cell(
            rx.el.span(line.stage),
            rx.foreach(line.tags, lambda tag: rx.el.span(tag, class_name="tag")),
            rx.cond(line.owner != "", rx.el.span(line.owner, class_name="faint wrap")),
            label=t["studio.crm.stage"],
            class_name="stack",
        ),
        cell(moment(line.created_at, shape="date"), label=t["studio.leads.created"]),
        custom_attrs={"data-testid": "lead-row", "data-lead": line.lead_id},
    )
