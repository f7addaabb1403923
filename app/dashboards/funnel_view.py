"""How the funnel looks: bars with their rates and definitions, how long it took, a table a slice, the people behind."""

from typing import Any

import reflex as rx

from app.dashboards.funnel_address import BREAKDOWNS, PERIODS
from app.dashboards.people_view import people_heading
from app.shared.clock import zone_field, zone_note
from app.shared.layout import anchor
from app.shared.meaning import meaning
from app.shared.menu import fold
from app.shared.numbers import counted
from app.shared.pulse import FRESH_SECONDS, pulse
from app.studio.desk import Desk
from app.studio.frame import cell, desk, empty, field, moment, options, pager, sheet
from app.studio.measures import as_of, asked, column, named, number, quoted, sign
from domain.funnel import MODES, STAGES, WINDOWS_DAYS

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """Filters, the funnel, the people of a number, how long it took, the breakdown."""
    return desk(
        pulse(seconds=FRESH_SECONDS, on_beat=page.beat),
        _filters(page),
        rx.cond(
            page.bars.length() > 0,
            rx.fragment(_open(page), _bars(page), _people(page), _histogram(page), _breakdown(page)),
            rx.cond(
                page.is_filtered,
                empty(
                    t["studio.funnel.nothing.title"],
                    t["studio.funnel.nothing.text"],
                    anchor(t["studio.funnel.all"], href="/studio/funnel", class_name="button"),
                    name="nothing-in-the-funnel",
                ),
                empty(
                    t["studio.funnel.empty.title"],
                    t["studio.funnel.empty.text"],
                    rx.el.a(t["studio.nav.webinars"], href="/studio/webinars", class_name="button"),
                    name="empty-funnel",
                ),
            ),
        ),
        name="funnel",
        title=t["studio.nav.funnel"],
        lead=rx.el.p(t["studio.funnel.rule"], class_name="soft"),
    )


def _filters(page: State) -> rx.Component:
    periods = [rx.el.option(t[f"studio.funnel.days_{days}"], value=days) for days in PERIODS]
    windows = [_option(f"window_{days}", f"{days}") for days in WINDOWS_DAYS]
    stages = [
        rx.el.option(rx.cond(Desk.lang == "en", stage.label["en"], stage.label["ru"]), value=stage.slug)
        for stage in STAGES
    ]
    return rx.el.form(
        _select(page, "days", _first("always"), *periods, label=t["studio.filter.days"]),
        fold(
            _date(page, "since"),
            _date(page, "until"),
            _select(page, "compare", _first("no_comparison"), _option("previous", "previous")),
            _select(page, "source", *options(page.sources, t["studio.all"]), label=t["studio.filter.source"]),
            _select(page, "partner_id", *options(page.partners, t["studio.all"]), label=t["studio.filter.partner_id"]),
            _select(page, "webinar_id", *options(page.webinars, t["studio.all"]), label=t["studio.filter.webinar_id"]),
            _select(page, "mode", *(_option(f"mode_{mode}", mode) for mode in MODES)),
            _select(page, "window", _first("no_window"), *windows),
            _select(page, "breakdown", _first("by_nothing"), *(_option(f"by_{kind}", kind) for kind in BREAKDOWNS)),
            _select(page, "attribution", _first("value_first"), _option("value_last", "last"), *stages),
            name=t["studio.filter.more"],
            count=page.narrowed,
        ),
        rx.el.button(t["studio.show"], type="submit", class_name="button", id="show-funnel"),
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


def _first(word: str) -> rx.Component:
    return _option(word, "")


def _option(word: str, value: str) -> rx.Component:
    return rx.el.option(t[f"studio.funnel.{word}"], value=value)


def _select(page: State, name: str, *choices: rx.Component, label: Any = None) -> rx.Component:
    control = rx.el.select(*choices, id=name, name=name, default_value=page.chosen[name])
    return field(name, label if label is not None else t[f"studio.funnel.{name}"], control)


def _date(page: State, name: str) -> rx.Component:
    control = rx.el.input(
        type="date", id=name, name=name, default_value=page.chosen[name], aria_describedby="zone-of-days"
    )
    return field(name, t[f"studio.funnel.{name}"], control)


def _open(page: State) -> rx.Component:
    return rx.cond(
        page.still_open > 0,
        rx.el.p(
            number(page.still_open, "still_open", class_name="digits strong"),
            " ",
            t["studio.funnel.immature"],
            " ",
            sign("still_open"),
            class_name="banner",
            role="status",
            custom_attrs={"data-kind": "warn", "data-testid": "immature"},
        ),
    )


def _bars(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            _legend(page),
            rx.el.ol(rx.foreach(page.bars, lambda bar: _bar(page, bar)), class_name="bars"),
            class_name="panel",
            custom_attrs={"data-testid": "funnel"},
        ),
        as_of(page.as_of),
    )


def _legend(page: State) -> rx.Component:
    """What the small numbers are, and how stages are counted now."""
    modes = [(mode, t[f"studio.funnel.is_{mode}"]) for mode in MODES[1:]]
    return rx.el.div(
        rx.el.p(rx.match(page.chosen["mode"], *modes, t["studio.funnel.is_ordered"])),
        rx.el.p(
            named("funnel_share"),
            rx.cond(
                page.is_nested,
                rx.fragment(named("stage_conversion"), named("stopped_before"), named("time_to_convert")),
            ),
            rx.cond(page.is_compared, named("period_before")),
            class_name="legend",
        ),
        rx.cond(
            page.is_compared & page.is_uneven,
            rx.el.p(t["studio.funnel.uneven"], class_name="faint", custom_attrs={"data-testid": "uneven"}),
        ),
        class_name="soft",
    )


def _bar(page: State, bar: State) -> rx.Component:
    is_open = (page.chosen["stage"] == bar.slug) & (page.chosen["lost"] == "")
    return rx.el.li(
        rx.el.div(
            rx.cond(bar.step != "", rx.el.span("↓ ", number(bar.step, "stage_conversion", name="step"))),
            rx.cond(
                bar.lost > 0,
                rx.el.button(
                    "−",
                    counted(bar.lost, Desk.lang),
                    type="button",
                    class_name="link-button digits",
                    aria_label=f"{bar.lost} · {t['studio.funnel.lost']}: {bar.label}",
                    on_click=page.look(bar.slug, "1", ""),
                    custom_attrs={"data-testid": "lost", "data-metric": "stopped_before"},
                ),
            ),
            rx.cond(bar.time != "", number(bar.time, "time_to_convert", class_name="")),
            class_name="bar-step",
        ),
        rx.el.div(
            rx.el.button(
                rx.el.span(bar.label, class_name="bar-label"),
                rx.el.span(
                    rx.el.span(class_name="bar-fill", style={"width": bar.width}),
                    rx.cond(bar.before != "", rx.el.span(class_name="bar-before", style={"width": bar.before_width})),
                    class_name="bar-track",
                    aria_hidden="true",
                ),
                number(bar.count, bar.slug, class_name="bar-count digits", name="count"),
                number(bar.overall, "funnel_share", class_name="bar-overall digits soft", name="overall"),
                type="button",
                class_name="bar",
                aria_expanded=rx.cond(is_open, "true", "false"),
                on_click=page.look(bar.slug, "", ""),
            ),
            meaning(name=asked(bar.label), definition=bar.definition, slug=bar.slug),
            class_name="bar-line",
        ),
        rx.cond(
            bar.before != "",
            rx.el.p(t["studio.funnel.was"], " ", number(bar.before, "period_before"), class_name="bar-was faint"),
        ),
        custom_attrs={"data-testid": "stage", "data-stage": bar.slug},
    )


def _people(page: State) -> rx.Component:
    return rx.cond(
        page.people_title != "",
        rx.el.section(
            people_heading(page, "funnel"),
            rx.cond(
                page.people.length() > 0,
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
                rx.el.p(t["studio.funnel.nobody"], class_name="soft"),
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


def _histogram(page: State) -> rx.Component:
    return rx.cond(
        page.buckets.length() > 0,
        rx.el.section(
            rx.el.h2(t["studio.funnel.how_long"], " ", quoted(page.way_stage), " ", sign("way_time")),
            rx.el.p(page.way, class_name="soft", custom_attrs={"data-testid": "way", "data-metric": "way_time"}),
            rx.el.ol(rx.foreach(page.buckets, lambda one: _bucket(page, one)), class_name="histogram"),
            class_name="panel",
        ),
    )


def _bucket(page: State, one: State) -> rx.Component:
    return rx.el.li(
        rx.el.span(one.label, class_name="digits"),
        rx.el.span(rx.el.span(class_name="bar-fill", style={"width": one.width}), class_name="bar-track"),
        rx.el.button(
            one.people,
            type="button",
            class_name="link-button digits",
            aria_label=f"{one.label}: {one.people}",
            on_click=page.look(page.way_slug, "", one.number),
            custom_attrs={"data-metric": "way_time"},
        ),
        custom_attrs={"data-testid": "bucket"},
    )


def _breakdown(page: State) -> rx.Component:
    return rx.cond(
        page.rows.length() > 0,
        rx.el.section(
            rx.el.h2(
                t["studio.funnel.breakdown"],
                " ",
                meaning(name=asked(t["studio.funnel.breakdown"]), definition=t["studio.funnel.breakdown_is"]),
            ),
            rx.el.div(
                rx.el.table(
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th(t["studio.funnel.value"], scope="col"),
                            *(column(stage.slug) for stage in STAGES),
                            column("whole_way"),
                        )
                    ),
                    rx.el.tbody(rx.foreach(page.rows, lambda row: _row(page, row))),
                    class_name="grid-table close",
                ),
                class_name="scroll-x",
                tab_index=0,
                role="region",
                aria_label=t["studio.funnel.breakdown"],
            ),
        ),
    )


def _row(page: State, row: State) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.span(row.label, class_name=rx.cond(page.chosen["breakdown"] == "week", "nowrap", "")),
            rx.cond(row.still_open > 0, rx.el.span(" ", t["studio.funnel.is_immature"], class_name="tag")),
            scope="row",
        ),
        rx.foreach(
            row.cells.to(list[dict[str, Any]]),
            lambda one: rx.el.td(
                rx.el.button(
                    counted(one["count"].to(int), Desk.lang),
                    type="button",
                    class_name="link-button digits",
                    on_click=page.look_into(one["stage"], row.value),
                ),
                custom_attrs={"data-metric": one["stage"]},
            ),
        ),
        rx.el.td(row.overall, class_name="digits", custom_attrs={"data-metric": "whole_way"}),
        custom_attrs={"data-testid": "slice"},
    )
