"""How costs look: what one lead, attendee or form cost, and the table of costs before and after it is taken."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import PlainForm, cell, empty, field, sheet
from app.studio.measures import column, entry, named

State = Any
t = Desk.t
PRICED = (("lead", "cost_per_lead"), ("attended", "cost_per_attendee"), ("submitted", "cost_per_form"))
"""Stages that have a price, and the metric of the price."""
EXAMPLE = (
    "source,campaign,amount,currency,since,until\n"
    "yandex,spring,15000.00,RUB,2026-03-01,2026-03-31\n"
    "vk,,9000.00,RUB,2026-03-01,2026-03-31"
)


def wide(*children: Any, label: Any) -> rx.Component:
    """A table with many columns, in a frame that scrolls if it must."""
    return rx.el.div(
        rx.el.table(*children, class_name="grid-table close"),
        class_name="scroll-x",
        tab_index=0,
        role="region",
        aria_label=label,
    )


def prices(page: State) -> rx.Component:
    """What the sources and campaigns cost; not there while nothing was imported."""
    heads = (head for stage, slug in PRICED for head in (column(stage), column(slug)))
    return rx.cond(
        page.cost_rows.length() > 0,
        rx.el.section(
            rx.el.h2(t["studio.sources.prices"]),
            rx.el.p(t["studio.sources.prices_is"], class_name="faint"),
            _overlaps(page.overlap, "prices-overlap"),
            wide(
                rx.el.thead(rx.el.tr(rx.el.th(t["studio.leads.source"], scope="col"), column("spend"), *heads)),
                rx.el.tbody(rx.foreach(page.prices, _price)),
                label=t["studio.sources.prices"],
            ),
            class_name="panel",
        ),
    )


def _overlaps(said: State, name: str) -> rx.Component:
    """That days are counted more than once; nothing where none is."""
    return rx.cond(
        said != "",
        rx.el.p(said, class_name="banner", role="note", custom_attrs={"data-kind": "warn", "data-testid": name}),
    )


def _price(row: State) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.cond(row.name == "", t["studio.sources.total"], row.name),
            scope="row",
            class_name=rx.cond(row.is_part, "part", ""),
        ),
        rx.el.td(row.spend, class_name="digits", custom_attrs={"data-metric": "spend"}),
        *(td for place, (stage, slug) in enumerate(PRICED) for td in _stage(row, place, stage, slug)),
        custom_attrs={"data-testid": "price"},
    )


def _stage(row: State, place: int, stage: str, slug: str) -> tuple[rx.Component, rx.Component]:
    one = row.prices.to(list[dict[str, Any]])[place]
    people = one["people"].to(dict[str, Any])
    href = people["href"].to(str)
    return (
        rx.el.td(
            rx.cond(href != "", rx.el.a(people["count"], href=href), people["count"]),
            class_name="digits",
            custom_attrs={"data-metric": stage},
        ),
        rx.el.td(one["each"], class_name="digits", custom_attrs={"data-metric": slug}),
    )


def costs(page: State) -> rx.Component:
    """A file or a pasted table, what it would change, and what was taken before."""
    return rx.el.section(
        rx.el.h2(t["studio.sources.costs"]),
        rx.el.p(t["studio.sources.costs_is"], " ", rx.el.b(page.currency), ".", class_name="faint"),
        PlainForm.create(
            field(
                "file",
                t["studio.sources.file"],
                rx.el.input(id="file", name="file", type="file", accept=".csv,.txt,text/csv", required=True),
            ),
            rx.el.button(t["studio.sources.look"], type="submit", class_name="button", id="upload-costs"),
            action="/staff/costs",
            method="post",
            enc_type="multipart/form-data",
            class_name="costs-form",
        ),
        rx.el.form(
            field(
                "csv",
                t["studio.sources.csv"],
                rx.el.textarea(
                    id="csv", name="csv", default_value=page.typed, placeholder=EXAMPLE, required=True, rows=6,
                    spell_check=False,
                ),
                hint=t["studio.sources.csv_hint"],
            ),
            rx.el.button(t["studio.sources.look"], type="submit", class_name="button", id="look-at-costs"),
            on_submit=page.look_at_costs,
            key=page.form_key,
            class_name="costs-form",
        ),
        rx.cond(page.is_uploaded, rx.fragment(), foreseen(page)),
        rx.cond(
            page.cost_rows.length() > 0,
            sheet(
                [
                    t["studio.leads.source"], t["studio.sources.campaign"], named("spend"),
                    t["studio.sources.period"], "",
                ],
                rx.foreach(page.cost_rows, lambda row: _cost(page, row)),
                name="costs",
            ),
            empty(t["studio.sources.no_costs.title"], t["studio.sources.no_costs.text"], name="no-costs"),
        ),
        class_name="panel",
        id="costs",
    )  # fmt: skip


def foreseen(page: State) -> rx.Component:
    """The dry run: every line and what would become of it."""
    return rx.cond(
        page.foreseen.length() > 0,
        rx.el.div(
            rx.el.h3(t["studio.sources.dry_run"], " ", rx.el.span(page.lines, class_name="count digits")),
            sheet(
                [
                    t["studio.sources.line"], t["studio.leads.source"], t["studio.sources.campaign"], named("spend"),
                    t["studio.sources.period"], t["studio.sources.what_becomes"],
                ],
                rx.foreach(page.foreseen, _line),
                name="foreseen",
            ),
            _overlaps(page.overlap_foreseen, "foreseen-overlap"),
            rx.cond(
                page.bad == 0,
                rx.el.button(
                    t["studio.sources.import"], type="button", on_click=page.take_costs, class_name="button",
                    id="import-costs", custom_attrs={"data-kind": "primary"},
                ),
            ),
            aria_live="polite",
            class_name=rx.cond(page.is_uploaded, "panel", ""),
        ),
    )  # fmt: skip


def _line(line: State) -> rx.Component:
    return rx.el.tr(
        cell(line.number, label=t["studio.sources.line"], class_name="cell digits"),
        cell(line.source, class_name="cell strong"),
        cell(line.campaign, label=t["studio.sources.campaign"]),
        entry(line.amount, "spend"),
        cell(line.period, label=t["studio.sources.period"], class_name="cell digits"),
        cell(
            rx.cond(line.is_bad, rx.el.span(line.fate, class_name="error"), line.fate),
            _beside(line.overlap),
            label=t["studio.sources.what_becomes"],
        ),
        custom_attrs={"data-testid": rx.cond(line.is_bad, "bad-row", "good-row")},
    )


def _beside(overlap: State) -> rx.Component:
    return rx.cond(overlap != "", rx.el.div(overlap, class_name="faint", custom_attrs={"data-testid": "overlap"}))


def _cost(page: State, row: State) -> rx.Component:
    return rx.el.tr(
        cell(row.source, class_name="cell strong"),
        cell(row.campaign, label=t["studio.sources.campaign"]),
        entry(row.amount, "spend"),
        cell(row.period, _beside(row.overlap), label=t["studio.sources.period"], class_name="cell digits"),
        cell(
            rx.el.button(
                t["studio.sources.drop"], type="button", on_click=page.drop_cost(row.key), class_name="link-button"
            )
        ),
        custom_attrs={"data-testid": "cost"},
    )
