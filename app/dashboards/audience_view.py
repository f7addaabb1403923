"""How the audience looks: single numbers with their definitions, the curve with its table, outcomes, offers, people."""

from typing import Any

import reflex as rx

from app.dashboards import compared_view
from app.dashboards.audience_rows import MARKED
from app.dashboards.people_view import people_heading, people_link
from app.shared.numbers import counted
from app.shared.pulse import FRESH_SECONDS, pulse
from app.studio.desk import Desk
from app.studio.frame import cell, chip, desk, empty, field, moment, pager, session_options, sheet
from app.studio.measures import as_of, column, entry, measure, named, number
from warehouse.reads.audience import PARTS

State = Any
t = Desk.t
LIVE = (
    "registered", "entered", "attended", "attendance_rate", "completed", "watched_average", "watched_median",
)  # fmt: skip
MINUTES = ("peak", "best_minute", "steepest_drop", "at_offer", "replay_watched", "replay_only")
PART_OF = {name: name for name in (*LIVE[:3], "completed", "replay_watched", "replay_only")} | {
    "attendance_rate": "attended_registered", "peak": "present", "best_minute": "acting", "steepest_drop": "dropped",
    "at_offer": "present",
}  # fmt: skip
"""Whose people a single number leads to; averages lead to nobody."""
COLUMNS = (
    "minute_present", "minute_entered", "minute_dropped", "minute_chat", "minute_shown", "minute_clicked",
    "minute_submitted", "minute_replaying",
)  # fmt: skip
"""What a row of the curve's table says after its minute."""
OFFER = (
    ("shown", "offer_shown"), ("clicked", "offer_clicked"), ("click_rate", "offer_click_rate"),
    ("submitted", "offer_submitted"), ("form_rate", "conversion_rate"),
)  # fmt: skip
"""What is said of an offer, and the metric it is."""
ATTENDEE = (("watched", "watched_seconds"), ("joined", "joined_at"), ("left", "left_at"))
"""What is said of somebody behind a number, and the metric it is."""


def view(page: State) -> rx.Component:
    """The chosen session, or what to do before there is one."""
    return desk(
        pulse(seconds=FRESH_SECONDS, on_beat=page.beat),
        rx.cond(
            page.sessions.length() > 0,
            rx.fragment(
                _choice(page),
                rx.cond(
                    page.session != "",
                    rx.fragment(
                        _people(page), _figures(page, LIVE), _curve(page), _figures(page, MINUTES), _results(page)
                    ),
                    empty(t["studio.audience.missing.title"], t["studio.audience.missing.text"], name="no-session"),
                ),
            ),
            empty(
                t["studio.audience.none.title"],
                t["studio.audience.none.text"],
                rx.el.a(t["studio.nav.webinars"], href="/studio/webinars", class_name="button"),
                name="empty-audience",
            ),
        ),
        name="audience",
        title=t["studio.nav.audience"],
        lead=rx.el.p(t["studio.audience.lead"], class_name="soft"),
    )


def _choice(page: State) -> rx.Component:
    return rx.el.form(
        field(
            "session",
            t["studio.audience.session"],
            rx.el.select(session_options(page.sessions), id="session", name="session", default_value=page.session),
        ),
        rx.el.button(t["studio.show"], type="submit", class_name="button", id="show-session"),
        on_submit=page.choose,
        key=page.form_key,
        class_name="filters many",
        role="search",
    )


def _figures(page: State, names: tuple[str, ...]) -> rx.Component:
    figures = (measure(_figure(page, name), name, name=name) for name in names)
    return rx.el.section(rx.el.dl(*figures, class_name="figures bare"), class_name="panel")


def _figure(page: State, name: str) -> Any:
    value = getattr(page.summary, name)
    if name not in PART_OF:
        return value
    minute = page.minute_of[name] if name in MARKED else ""
    return rx.cond(value == "—", value, people_link(page, value, PART_OF[name], minute=minute))


def _curve(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(page.title),
            rx.el.span(chip(page.mode.upper()), moment(page.starts_at, shape="full"), class_name="line-meta"),
            class_name="curve-head",
        ),
        rx.cond(
            page.minutes.length() > 0,
            rx.fragment(_plot(page), _table(page)),
            empty(t["studio.audience.nobody.title"], t["studio.audience.nobody.text"], name="nobody-yet"),
        ),
        as_of(page.as_of),
        class_name="panel",
    )


def _plot(page: State) -> rx.Component:
    chart = page.chart
    return rx.el.figure(
        rx.el.div(
            rx.foreach(
                chart.levels,
                lambda one: rx.el.span(
                    counted(one.label.to(int), Desk.lang), class_name="curve-level digits", style={"bottom": one.at}
                ),
            ),
            rx.el.svg(
                rx.el.svg.title(t["studio.audience.curve"]),
                rx.el.svg.path(d=chart.area, class_name="curve-area"),
                rx.el.svg.path(d=chart.chat, class_name="curve-chat"),
                rx.el.svg.path(d=chart.line, class_name="curve-line"),
                rx.cond(chart.replay != "", rx.el.svg.path(d=chart.replay, class_name="curve-replay")),
                view_box="0 0 1000 300",
                class_name="curve-svg",
                role="img",
                custom_attrs={"preserveAspectRatio": "none", "data-testid": "curve"},
            ),
            rx.foreach(
                chart.offers,
                lambda one: rx.el.span(
                    rx.el.span(t["studio.audience.offer_mark"], " ", one.label),
                    class_name="curve-offer",
                    style={"left": one.at},
                ),
            ),
            rx.foreach(
                chart.polls,
                lambda one: rx.el.span(
                    rx.el.span(t["studio.audience.poll_mark"], " ", one.label),
                    class_name="curve-offer",
                    style={"left": one.at},
                    custom_attrs={"data-kind": "poll"},
                ),
            ),
            class_name="curve-plot",
        ),
        rx.el.div(
            rx.foreach(
                chart.ticks, lambda one: rx.el.span(one.label, class_name="curve-tick digits", style={"left": one.at})
            ),
            rx.el.span(t["common.minute_short"], class_name="curve-unit"),
            class_name="curve-ticks",
            aria_hidden="true",
        ),
        rx.el.figcaption(
            _key("line", t["studio.audience.key_present"]),
            _key("chat", t["studio.audience.key_chat"]),
            rx.cond(page.has_replay, _key("replay", t["studio.audience.key_replay"])),
            rx.cond(chart.offers.length() > 0, _key("offer", t["studio.audience.key_offer"])),
            rx.cond(chart.polls.length() > 0, _key("poll", t["studio.audience.key_poll"])),
            class_name="curve-keys",
        ),
        class_name="curve",
    )


def _key(kind: str, label: Any) -> rx.Component:
    mark = rx.el.span(class_name="curve-key", custom_attrs={"data-kind": kind}, aria_hidden="true")
    return rx.el.span(mark, label)


def _table(page: State) -> rx.Component:
    return rx.el.details(
        rx.el.summary(t["studio.audience.as_table"]),
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(t["studio.audience.col_minute"], scope="col"), *(column(slug) for slug in COLUMNS)
                    )
                ),
                rx.el.tbody(
                    rx.foreach(
                        page.minutes,
                        lambda row: rx.el.tr(
                            rx.el.th(row[0], scope="row", class_name="digits"),
                            *(
                                rx.el.td(
                                    _in_minute(page, row, place, slug),
                                    class_name="digits",
                                    custom_attrs={"data-metric": slug},
                                )
                                for place, slug in enumerate(COLUMNS, start=1)
                            ),
                            custom_attrs={"data-testid": "minute"},
                        ),
                    )
                ),
                class_name="grid-table",
            ),
            class_name="scroll-x tall",
            tab_index=0,
            role="region",
            aria_label=t["studio.audience.as_table"],
        ),
    )


def _in_minute(page: State, row: State, place: int, slug: str) -> Any:
    """A number of one minute; that of people there and of people gone leads to them."""
    part = {"minute_present": "present", "minute_dropped": "dropped"}.get(slug)
    if part is None:
        return row[place]
    return rx.cond(row[place] > 0, people_link(page, row[place], part, minute=row[0].to_string()), row[place])


def _results(page: State) -> rx.Component:
    return rx.el.div(
        compared_view.tenths(page), _outcomes(page), _offers(page), compared_view.kinds(page),
        class_name="desk-column",
    )  # fmt: skip


def _outcomes(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.audience.outcomes"]),
        rx.el.p(t["studio.audience.outcomes_is"], class_name="faint"),
        rx.el.p(named("outcome_leads"), named("outcome_share"), class_name="legend"),
        rx.cond(
            page.outcomes.length() > 0,
            rx.el.ol(rx.foreach(page.outcomes, lambda bar: _outcome(page, bar)), class_name="bars"),
            empty(t["studio.audience.no_outcomes.title"], t["studio.audience.no_outcomes.text"], name="no-outcomes"),
        ),
        class_name="panel",
    )


def _outcome(page: State, bar: State) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(bar.label, class_name="bar-label"),
            rx.el.span(
                rx.el.span(class_name="bar-fill", style={"width": bar.width}), class_name="bar-track",
                aria_hidden="true",
            ),
            number(bar.leads, "outcome_leads", class_name="bar-count digits", name="outcome-leads"),
            number(bar.share, "outcome_share", class_name="bar-overall digits soft"),
            type="button",
            class_name="bar",
            aria_expanded=rx.cond(
                (page.chosen["part"] == "outcome") & (page.chosen["value"] == bar.outcome), "true", "false"
            ),
            on_click=page.look("outcome", bar.outcome, ""),
        ),
        custom_attrs={"data-testid": "outcome", "data-outcome": bar.outcome},
    )  # fmt: skip


def _offers(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.audience.offers"]),
        rx.el.p(t["studio.audience.offers_is"], class_name="faint"),
        rx.cond(
            page.offers.length() > 0,
            sheet(
                [t["studio.audience.offer"], *(named(slug) for _, slug in OFFER)],
                rx.foreach(
                    page.offers,
                    lambda row: rx.el.tr(
                        cell(row.title, class_name="cell strong"),
                        *(entry(_of_offer(page, row, name, slug), slug) for name, slug in OFFER),
                        custom_attrs={"data-testid": "offer"},
                    ),
                ),
                name="offers",
            ),
            empty(t["studio.audience.no_offers.title"], t["studio.audience.no_offers.text"], name="no-offers"),
        ),
        class_name="panel",
    )


def _of_offer(page: State, row: State, name: str, slug: str) -> Any:
    value = getattr(row, name)
    return people_link(page, value, slug, value=row.offer_id) if slug in PARTS else value


def _people(page: State) -> rx.Component:
    return rx.cond(
        page.people_title != "",
        rx.el.section(
            people_heading(page, "audience"),
            sheet(
                [t["studio.audience.name"], t["studio.audience.outcomes"], *(named(slug) for _, slug in ATTENDEE)],
                rx.foreach(
                    page.people,
                    lambda one: rx.el.tr(
                        cell(
                            rx.el.a(one.name, href="/studio/leads/" + one.lead_id, class_name="strong"),
                            rx.cond(one.session_at != "", moment(one.session_at)),
                            class_name="cell stack",
                        ),
                        cell(one.outcome, label=t["studio.audience.outcomes"]),
                        *(entry(getattr(one, name), slug) for name, slug in ATTENDEE),
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
    )
