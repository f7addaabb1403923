"""How the funnel looks: bars with their rates and definitions, the people behind one, a table a slice."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import cell, desk, empty, field, moment, options, pager, sheet

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """Filters, the funnel, the people of a bar, the breakdown."""
    return desk(
        _filters(page),
        rx.cond(
            page.bars.length() > 0,
            rx.fragment(_bars(page), _people(page), _breakdown(page)),
            empty(t["studio.funnel.empty.title"], t["studio.funnel.empty.text"], name="empty-funnel"),
        ),
        name="funnel",
        title=t["studio.nav.funnel"],
        lead=rx.el.p(t["studio.funnel.rule"], class_name="soft"),
    )


def _filters(page: State) -> rx.Component:
    periods = [rx.el.option(t[f"studio.funnel.days_{days}"], value=days) for days in ("7", "30", "90")]
    kinds = [rx.el.option(t[f"studio.funnel.by_{kind}"], value=kind) for kind in ("source", "partner", "webinar")]
    return rx.el.form(
        _select(page, "source", options(page.sources, t["studio.all"])),
        _select(page, "partner_id", options(page.partners, t["studio.all"])),
        _select(page, "webinar_id", options(page.webinars, t["studio.all"])),
        _select(page, "days", [rx.el.option(t["studio.funnel.always"], value=""), *periods]),
        field(
            "breakdown",
            t["studio.funnel.breakdown"],
            rx.el.select(
                rx.el.option(t["studio.funnel.by_nothing"], value=""),
                *kinds,
                id="breakdown",
                name="breakdown",
                default_value=page.breakdown,
            ),
        ),
        rx.el.button(t["studio.show"], type="submit", class_name="button", id="show-funnel"),
        on_submit=page.narrow,
        key=page.form_key,
        class_name="filters",
        role="search",
    )


def _select(page: State, name: str, choices: list[rx.Component]) -> rx.Component:
    control = rx.el.select(*choices, id=name, name=name, default_value=page.chosen[name])
    return field(name, t[f"studio.filter.{name}"], control)


def _bars(page: State) -> rx.Component:
    return rx.el.ol(
        rx.foreach(page.bars, lambda bar: _bar(page, bar)),
        class_name="panel bars",
        custom_attrs={"data-testid": "funnel"},
    )


def _bar(page: State, bar: State) -> rx.Component:
    is_open = page.stage == bar.slug
    return rx.el.li(
        rx.el.div(
            rx.cond(
                bar.step != "", rx.el.span("↓ ", bar.step, class_name="mono", custom_attrs={"data-testid": "step"})
            ),
            rx.cond(
                bar.lost > 0,
                rx.el.button(
                    "−",
                    bar.lost,
                    type="button",
                    class_name="link-button mono",
                    title=t["studio.funnel.lost"],
                    aria_label=t["studio.funnel.lost"],
                    on_click=page.look(bar.slug, True),  # noqa: FBT003 - the handler's second argument
                    custom_attrs={"data-testid": "lost"},
                ),
            ),
            rx.cond(bar.time != "", rx.el.span("~ ", bar.time, class_name="faint", title=t["studio.funnel.time_is"])),
            class_name="bar-step",
        ),
        rx.el.button(
            rx.el.span(bar.label, class_name="bar-label"),
            rx.el.span(
                rx.el.span(class_name="bar-fill", style={"width": bar.width}),
                class_name="bar-track",
                aria_hidden="true",
            ),
            rx.el.span(bar.count, class_name="bar-count mono", custom_attrs={"data-testid": "count"}),
            rx.el.span(bar.overall, class_name="bar-overall mono soft", custom_attrs={"data-testid": "overall"}),
            type="button",
            class_name="bar",
            aria_expanded=rx.cond(is_open & ~page.is_lost, "true", "false"),
            on_click=page.look(bar.slug, False),  # noqa: FBT003 - the handler's second argument
        ),
        rx.el.p(bar.definition, class_name="bar-definition"),
        custom_attrs={"data-testid": "stage", "data-stage": bar.slug},
    )


def _people(page: State) -> rx.Component:
    return rx.cond(
        page.stage != "",
        rx.el.section(
            rx.el.h2(
                rx.cond(page.is_lost, rx.fragment(t["studio.funnel.stopped_before"], " "), ""),
                page.stage_label,
                " ",
                rx.el.span(page.people_total, class_name="count mono", custom_attrs={"data-testid": "people-total"}),
            ),
            sheet(
                [
                    t["studio.leads.name"],
                    t["studio.leads.source"],
                    t["studio.leads.partner"],
                    t["studio.leads.webinar"],
                    t["studio.funnel.at"],
                ],
                rx.foreach(page.people, _person),
                name="people",
            ),
            pager(page.page_no, page.pages, page.turn(-1), page.turn(1)),
            class_name="funnel-people",
            aria_live="polite",
        ),
    )


def _person(person: State) -> rx.Component:
    return rx.el.tr(
        cell(
            rx.cond(
                person.lead_id != "",
                rx.el.a(person.name, href="/studio/leads/" + person.lead_id, class_name="strong"),
                rx.el.span(person.name, class_name="soft"),
            ),
        ),
        cell(person.source, label=t["studio.leads.source"]),
        cell(person.partner, label=t["studio.leads.partner"]),
        cell(person.webinar, label=t["studio.leads.webinar"]),
        cell(moment(person.at), label=t["studio.funnel.at"]),
        custom_attrs={"data-testid": "person"},
    )


def _breakdown(page: State) -> rx.Component:
    return rx.cond(
        page.rows.length() > 0,
        rx.el.section(
            rx.el.h2(t["studio.funnel.breakdown"]),
            rx.el.div(
                rx.el.table(
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th("", scope="col"),
                            rx.foreach(page.stages, lambda name: rx.el.th(name, scope="col")),
                            rx.el.th(t["studio.funnel.whole_way"], scope="col"),
                        )
                    ),
                    rx.el.tbody(
                        rx.foreach(
                            page.rows,
                            lambda row: rx.el.tr(
                                rx.el.th(row.label, scope="row"),
                                rx.foreach(row.counts, lambda count: rx.el.td(count, class_name="mono")),
                                rx.el.td(row.overall, class_name="mono"),
                                custom_attrs={"data-testid": "slice"},
                            ),
                        )
                    ),
                    class_name="grid-table",
                ),
                class_name="scroll-x",
                tab_index=0,
                role="region",
                aria_label=t["studio.funnel.breakdown"],
            ),
        ),
    )
