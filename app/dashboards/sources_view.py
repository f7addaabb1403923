"""How sources look: the stages a source, the models side by side with their total, costs and their import."""

from typing import Any

import reflex as rx

from app.shared.pulse import FRESH_SECONDS, pulse
from app.studio.desk import Desk
from app.studio.frame import cell, desk, empty, field, sheet
from app.studio.measures import as_of, column, entry, named, number, sign
from domain.attribution import MODELS
from domain.funnel import STAGES

State = Any
t = Desk.t
COSTS = (
    ("whole", "whole_way"), ("cost", "spend"), ("per_lead", "cost_per_lead"), ("per_attendee", "cost_per_attendee"),
    ("per_form", "cost_per_form"),
)  # fmt: skip
"""What is said of a source after its stages, and the metric it is."""
EXAMPLE = "source,amount,since,until\nyandex,15000.00,2026-03-01,2026-03-31"


def view(page: State) -> rx.Component:
    """Filters, sources, attribution, costs."""
    return desk(
        pulse(seconds=FRESH_SECONDS, on_beat=page.beat),
        _filters(page),
        rx.cond(
            page.rows.length() > 0,
            rx.fragment(_sources(page), _attribution(page)),
            empty(t["studio.sources.empty.title"], t["studio.sources.empty.text"], name="empty-sources"),
        ),
        _costs(page),
        name="sources",
        title=t["studio.nav.sources"],
        lead=rx.el.p(t["studio.sources.lead"], class_name="soft"),
    )


def _filters(page: State) -> rx.Component:
    periods = [rx.el.option(t[f"studio.funnel.days_{days}"], value=days) for days in ("7", "30", "90")]
    kinds = [
        rx.el.option(t[f"studio.sources.of_{kind}"], value=kind)
        for kind in ("lead", "registered", "attended", "submitted")
    ]
    always = rx.el.option(t["studio.funnel.always"], value="")
    return rx.el.form(
        field(
            "days",
            t["studio.filter.days"],
            rx.el.select(always, *periods, id="days", name="days", default_value=page.days),
        ),
        field(
            "conversion",
            t["studio.sources.conversion"],
            rx.el.select(*kinds, id="conversion", name="conversion", default_value=page.conversion),
        ),
        rx.el.button(t["studio.show"], type="submit", class_name="button", id="show-sources"),
        on_submit=page.narrow,
        key=page.form_key,
        class_name="filters",
        role="search",
    )


def _wide(*children: Any, label: Any) -> rx.Component:
    return rx.el.div(
        rx.el.table(*children, class_name="grid-table"), class_name="scroll-x", tab_index=0, role="region",
        aria_label=label,
    )  # fmt: skip


def _numbers(values: Any) -> list[rx.Component]:
    """Credits in the order of the models."""
    return [
        rx.el.td(values[place], class_name="mono", custom_attrs={"data-metric": f"credit_{model}"})
        for place, model in enumerate(MODELS)
    ]


def _cells(row: State) -> rx.Component:
    return rx.foreach(
        row.cells.to(list[dict[str, Any]]),
        lambda one: rx.el.td(
            rx.el.a(one["count"], href=one["href"].to(str)),
            class_name="mono",
            custom_attrs={"data-metric": one["stage"]},
        ),
    )


def _sources(page: State) -> rx.Component:
    head = rx.el.tr(
        rx.el.th(t["studio.leads.source"], scope="col"),
        *(column(stage.slug) for stage in STAGES),
        *(column(slug) for _, slug in COSTS),
    )
    return rx.el.section(
        rx.el.h2(t["studio.sources.stages"]),
        rx.el.p(t["studio.sources.stages_is"], class_name="faint"),
        _wide(
            rx.el.thead(head),
            rx.el.tbody(
                rx.foreach(
                    page.rows,
                    lambda row: rx.el.tr(
                        rx.el.th(rx.el.a(row.source, href=row.href), scope="row"),
                        _cells(row),
                        *(
                            rx.el.td(getattr(row, name), class_name="mono", custom_attrs={"data-metric": slug})
                            for name, slug in COSTS
                        ),
                        custom_attrs={"data-testid": "source"},
                    ),
                )
            ),
            label=t["studio.sources.stages"],
        ),
        as_of(page.as_of),
        class_name="panel",
    )


def _attribution(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(
            t["studio.sources.attribution"],
            " ",
            number(page.converted, "conversions", class_name="count mono", name="converted"),
            " ",
            sign("conversions"),
        ),
        rx.el.p(t["studio.sources.attribution_is"], class_name="faint"),
        rx.cond(
            page.credit_rows.length() > 0,
            _wide(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(t["studio.leads.source"], scope="col"),
                        *(column(f"credit_{model}") for model in MODELS),
                    )
                ),
                rx.el.tbody(
                    rx.foreach(
                        page.credit_rows,
                        lambda row: rx.el.tr(
                            rx.el.th(row.source, scope="row", class_name=rx.cond(row.is_unattributed, "soft", "")),
                            *_numbers(row.credits),
                            custom_attrs={"data-testid": "credit"},
                        ),
                    )
                ),
                rx.el.tfoot(
                    rx.el.tr(
                        rx.el.th(t["studio.sources.total"], scope="row"),
                        *_numbers(page.totals),
                        custom_attrs={"data-testid": "credit-total"},
                    )
                ),
                label=t["studio.sources.attribution"],
            ),
            empty(t["studio.sources.no_credit.title"], t["studio.sources.no_credit.text"], name="no-conversions"),
        ),
        class_name="panel",
    )


def _costs(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.sources.costs"]),
        rx.el.p(t["studio.sources.costs_is"], class_name="faint"),
        rx.el.form(
            field(
                "csv",
                t["studio.sources.csv"],
                rx.el.textarea(
                    id="csv",
                    name="csv",
                    default_value=page.typed,
                    placeholder=EXAMPLE,
                    required=True,
                    rows=6,
                    spell_check=False,
                ),
                hint=t["studio.sources.csv_hint"],
            ),
            rx.cond(
                page.wrong.length() > 0,
                rx.el.ul(
                    rx.foreach(page.wrong, lambda one: rx.el.li(one, custom_attrs={"data-testid": "bad-row"})),
                    class_name="error",
                    role="alert",
                ),
            ),
            rx.el.button(t["studio.sources.import"], type="submit", class_name="button", id="import-costs"),
            on_submit=page.take_costs,
            key=page.form_key,
            class_name="costs-form stack",
        ),
        rx.cond(
            page.cost_rows.length() > 0,
            sheet(
                [t["studio.leads.source"], named("spend"), t["studio.sources.period"], ""],
                rx.foreach(page.cost_rows, lambda row: _cost(page, row)),
                name="costs",
            ),
            empty(t["studio.sources.no_costs.title"], t["studio.sources.no_costs.text"], name="no-costs"),
        ),
        class_name="panel",
    )


def _cost(page: State, row: State) -> rx.Component:
    return rx.el.tr(
        cell(row.source, class_name="cell strong"),
        entry(row.amount, "spend"),
        cell(row.period, label=t["studio.sources.period"], class_name="cell mono"),
        cell(
            rx.el.button(
                t["studio.sources.drop"], type="button", on_click=page.drop_cost(row.key), class_name="link-button"
            )
        ),
        custom_attrs={"data-testid": "cost"},
    )
