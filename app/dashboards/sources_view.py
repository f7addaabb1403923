"""How sources look: the stages a source, what it cost, the models side by side with their total, the people behind."""

from typing import Any

import reflex as rx

from app.dashboards import costs_view
from app.dashboards.funnel_address import PERIODS
from app.dashboards.people_view import people_heading
from app.shared.clock import zone_field, zone_note
from app.shared.layout import anchor
from app.shared.numbers import counted
from app.shared.pulse import FRESH_SECONDS, pulse
from app.studio.desk import Desk
from app.studio.frame import cell, desk, empty, field, for_who_may, moment, pager, sheet
from app.studio.measures import as_of, column, entry, named, number, sign
from domain.attribution import MODELS
from domain.funnel import STAGES
from warehouse.reads.sources import CONVERSIONS

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """Filters, sources, prices, attribution, costs."""
    return desk(
        pulse(seconds=FRESH_SECONDS, on_beat=page.beat),
        _filters(page),
        rx.cond(page.is_uploaded, costs_view.foreseen(page)),
        _people(page),
        rx.cond(
            page.rows.length() > 0,
            rx.fragment(_sources(page), costs_view.prices(page), _attribution(page)),
            rx.cond(
                page.is_of_a_period,
                empty(
                    t["studio.sources.nothing.title"],
                    t["studio.sources.nothing.text"],
                    anchor(t["studio.funnel.all"], href="/studio/sources", class_name="button"),
                    name="nothing-in-the-period",
                ),
                empty(
                    t["studio.sources.empty.title"],
                    t["studio.sources.empty.text"],
                    rx.el.a(t["studio.nav.partners"], href="/studio/partners", class_name="button"),
                    name="empty-sources",
                ),
            ),
        ),
        for_who_may("/staff/costs", costs_view.costs(page)),
        name="sources",
        title=t["studio.nav.sources"],
        lead=rx.el.p(t["studio.sources.lead"], class_name="soft"),
    )


def _filters(page: State) -> rx.Component:
    periods = [rx.el.option(t[f"studio.funnel.days_{days}"], value=days) for days in PERIODS]
    kinds = [rx.el.option(t[f"studio.sources.of_{kind}"], value=kind) for kind in CONVERSIONS]
    always = rx.el.option(t["studio.funnel.always"], value="")
    return rx.el.form(
        field(
            "days",
            t["studio.filter.days"],
            rx.el.select(always, *periods, id="days", name="days", default_value=page.chosen["days"]),
        ),
        _date(page, "since"),
        _date(page, "until"),
        field(
            "conversion",
            t["studio.sources.conversion"],
            rx.el.select(*kinds, id="conversion", name="conversion", default_value=page.chosen["conversion"]),
        ),
        rx.el.button(t["studio.show"], type="submit", class_name="button", id="show-sources"),
        zone_field(name="zone", zone=page.chosen["zone"]),
        rx.el.p(
            zone_note(language=Desk.lang, prefix=t["studio.funnel.days_are"], zone=page.chosen["zone"]),
            class_name="faint whole-line",
            id="zone-of-days",
        ),
        on_submit=page.narrow,
        key=page.form_key,
        class_name="filters many",
        role="search",
    )


def _date(page: State, name: str) -> rx.Component:
    control = rx.el.input(
        type="date", id=name, name=name, default_value=page.chosen[name], aria_describedby="zone-of-days"
    )
    return field(name, t[f"studio.sources.{name}"], control)


def _sources(page: State) -> rx.Component:
    head = rx.el.tr(
        rx.el.th(t["studio.leads.source"], scope="col"),
        *(column(stage.slug) for stage in STAGES),
        column("whole_way"),
    )
    return rx.el.section(
        rx.el.h2(t["studio.sources.stages"]),
        rx.el.p(t["studio.sources.stages_is"], class_name="faint"),
        costs_view.wide(
            rx.el.thead(head),
            rx.el.tbody(
                rx.foreach(
                    page.rows,
                    lambda row: rx.el.tr(
                        rx.el.th(rx.el.a(row.source, href=row.href), scope="row"),
                        _cells(row),
                        rx.el.td(row.whole, class_name="digits", custom_attrs={"data-metric": "whole_way"}),
                        custom_attrs={"data-testid": "source"},
                    ),
                )
            ),
            rx.el.tfoot(
                rx.el.tr(
                    rx.el.th(t["studio.sources.total"], scope="row"),
                    _cells(page.whole),
                    rx.el.td(page.whole.whole, class_name="digits", custom_attrs={"data-metric": "whole_way"}),
                    custom_attrs={"data-testid": "source-total"},
                )
            ),
            label=t["studio.sources.stages"],
        ),
        as_of(page.as_of),
        class_name="panel",
    )


def _count(one: Any) -> Any:
    return counted(one["count"].to(int), Desk.lang)


def _cells(row: State) -> rx.Component:
    return rx.foreach(
        row.cells.to(list[dict[str, Any]]),
        lambda one: rx.el.td(
            rx.cond(one["href"] != "", rx.el.a(_count(one), href=one["href"].to(str)), _count(one)),
            class_name="digits",
            custom_attrs={"data-metric": one["stage"]},
        ),
    )


def _attribution(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(
            t["studio.sources.attribution"],
            " ",
            number(page.converted, "conversions", class_name="count digits", name="converted"),
            " ",
            sign("conversions"),
        ),
        rx.el.p(t["studio.sources.attribution_is"], class_name="faint"),
        rx.cond(
            page.credit_rows.length() > 0,
            costs_view.wide(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(t["studio.leads.source"], scope="col"),
                        *(column(f"credit_{model}") for model in MODELS),
                    )
                ),
                rx.el.tbody(rx.foreach(page.credit_rows, lambda row: _credit(page, row))),
                rx.el.tfoot(
                    rx.el.tr(
                        rx.el.th(t["studio.sources.total"], scope="row"),
                        *(_hundredths(page.totals[place], model) for place, model in enumerate(MODELS)),
                        custom_attrs={"data-testid": "credit-total"},
                    )
                ),
                label=t["studio.sources.attribution"],
            ),
            empty(t["studio.sources.no_credit.title"], t["studio.sources.no_credit.text"], name="no-conversions"),
        ),
        class_name="panel",
    )


def _credit(page: State, row: State) -> rx.Component:
    cells = (
        _hundredths(
            rx.cond(
                row.has_people[place],
                rx.el.button(
                    row.credits[place],
                    type="button",
                    class_name="link-button digits",
                    on_click=page.look_into(model, row.key),
                ),
                row.credits[place],
            ),
            model,
        )
        for place, model in enumerate(MODELS)
    )
    return rx.el.tr(
        rx.el.th(row.source, scope="row", class_name=rx.cond(row.is_unattributed, "soft", "")),
        *cells,
        custom_attrs={"data-testid": "credit"},
    )


def _hundredths(value: Any, model: str) -> rx.Component:
    return rx.el.td(value, class_name="digits", custom_attrs={"data-metric": f"credit_{model}"})


def _people(page: State) -> rx.Component:
    return rx.cond(
        page.people_title != "",
        rx.el.section(
            people_heading(page, "sources"),
            rx.el.p(named("credit_part"), " = ", number(page.people_credit, "credit_part"), class_name="soft"),
            sheet(
                [
                    t["studio.leads.name"], t["studio.sources.touches"], t["studio.funnel.at"], named("credit_part"),
                ],
                rx.foreach(
                    page.people,
                    lambda one: rx.el.tr(
                        cell(rx.el.a(one.name, href="/studio/leads/" + one.lead_id, class_name="strong")),
                        cell(one.touches, label=t["studio.sources.touches"]),
                        cell(moment(one.at), label=t["studio.funnel.at"]),
                        entry(one.credit, "credit_part"),
                        custom_attrs={"data-testid": "person"},
                    ),
                ),
                name="people",
            ),
            pager(page.page_no, page.pages, page.turn(-1), page.turn(1)),
            aria_live="polite",
            class_name="panel",
            id="people",
        ),
    )  # fmt: skip
