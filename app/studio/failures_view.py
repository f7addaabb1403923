"""How the list of failures looks."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.shared.pulse import pulse
from app.studio.desk import Desk
from app.studio.frame import chip, desk, empty, moment
from app.studio.measures import as_of, number, sign

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """What lasts, as cards; what is over, as lines."""
    return desk(
        pulse(seconds=15, on_beat=page.beat),
        rx.cond(page.is_away, rx.el.p(t["studio.away"], class_name="banner", custom_attrs={"data-kind": "bad"})),
        rx.cond(
            page.lasting.length() > 0,
            rx.el.ol(rx.foreach(page.lasting, lambda line: _card(page, line)), class_name="cards"),
            rx.cond(
                page.as_of != "",
                empty(t["studio.failures.empty.title"], t["studio.failures.empty.text"], name="no-failures"),
            ),
        ),
        rx.cond(page.past.length() > 0, _past(page)),
        as_of(page.as_of),
        name="failures",
        title=rx.fragment(
            t["studio.nav.failures"],
            " ",
            number(page.lasting.length(), "house_failures", class_name="count digits"),
            " ",
            sign("house_failures"),
        ),
        lead=rx.fragment(
            rx.el.p(t["studio.failures.text"], class_name="soft"),
            rx.cond(
                ~page.gets_alerts,
                rx.el.p(
                    anchor(
                        t["studio.failures.link"], href="/account#alerts", custom_attrs={"data-testid": "get-alerts"}
                    )
                ),
            ),
        ),
    )


def _card(page: State, line: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            chip(t["studio.failures.open"], "bad"),
            rx.el.span(t["studio.failures.since"], " ", moment(line.since)),
            rx.el.span(t["studio.failures.for"], " ", line.lasted, class_name="soft"),
            class_name="line-meta",
        ),
        rx.el.h2(line.label),
        rx.el.p(line.what, class_name="wrap"),
        rx.el.p(rx.el.strong(t["studio.failures.advice"]), " ", line.advice, class_name="wrap"),
        rx.el.div(
            rx.cond(line.page != "", rx.el.a(t["studio.failures.look"], href=line.page, class_name="button small")),
            rx.cond(
                line.dagster != "",
                anchor(
                    t["studio.failures.dagster"],
                    href=line.dagster,
                    target="_blank",
                    rel="noreferrer",
                    class_name="button small",
                    custom_attrs={"data-testid": "dagster"},
                ),
            ),
            rx.cond(
                page.may_settle & line.can_settle,
                rx.el.button(
                    t["studio.failures.settle"],
                    type="button",
                    on_click=page.settle(line.failure_id),
                    class_name="button small",
                    custom_attrs={"data-kind": "quiet", "data-testid": "settle"},
                ),
            ),
            class_name="actions",
        ),
        class_name="panel refusal",
        custom_attrs={"data-testid": "failure", "data-subject": line.what, "data-failure": line.kind},
    )


def _past(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.failures.past"]),
        rx.el.ol(rx.foreach(page.past, _line), class_name="lines"),
        class_name="panel",
    )


def _line(line: State) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.label, class_name="line-main"),
        rx.el.span(line.what, class_name="line-meta soft wrap"),
        rx.el.span(
            chip(rx.cond(line.by != "", t["studio.failures.by_hand"], t["studio.failures.over"]), "good"),
            moment(line.since),
            " · ",
            line.lasted,
            class_name="line-side",
        ),
        class_name="line",
        custom_attrs={"data-testid": "failure-over"},
    )
