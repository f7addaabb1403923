"""How the outbox looks."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.shared.numbers import counted
from app.shared.pulse import pulse
from app.studio import bubble_view
from app.studio.desk import Desk
from app.studio.frame import count, desk, empty, field, options, pager
from app.studio.measures import definition

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """Whom and what to look for, tabs by state, the messages."""
    return desk(
        pulse(seconds=5, on_beat=page.beat),
        _filters(page),
        rx.cond(page.is_away, rx.el.p(t["studio.away"], class_name="banner", custom_attrs={"data-kind": "bad"})),
        rx.cond(page.only != "", _only(page)),
        _tabs(page),
        rx.cond(
            page.bubbles.length() > 0,
            rx.fragment(
                rx.el.ol(
                    rx.foreach(
                        page.bubbles,
                        lambda shown: bubble_view.message(shown, resend=page.resend(shown.message_key)),
                    ),
                    class_name="messages",
                    custom_attrs={"data-testid": "messages"},
                ),
                pager(page.page_no, page.pages, page.turn(-1), page.turn(1)),
            ),
            rx.cond(
                page.address != "",
                empty(t["studio.outbox.none.title"], t["studio.outbox.none.text"], name="no-messages"),
                empty(t["studio.outbox.empty.title"], t["studio.outbox.empty.text"], name="empty-outbox"),
            ),
        ),
        name="outbox",
        title=rx.fragment(t["studio.nav.outbox"], " ", count(page.total, name="messages-total")),
        lead=rx.fragment(
            rx.cond(page.is_dry_run, rx.el.p(t["studio.outbox.dry_run_note"], class_name="soft", id="dry-run")),
            rx.cond(
                page.waiting > 0,
                rx.el.p(
                    t["studio.outbox.waiting"],
                    " ",
                    rx.el.span(page.waiting, class_name="digits"),
                    ". ",
                    t["studio.outbox.eta"],
                    " ",
                    rx.el.span(page.eta, class_name="digits"),
                    class_name="soft",
                    id="queue",
                ),
            ),
            rx.cond(
                page.p95 != "",
                rx.el.p(
                    t["studio.outbox.latency"],
                    " ",
                    rx.el.span(page.p50, " ", t["studio.seconds"], class_name="digits"),
                    t["studio.outbox.latency_most"],
                    " ",
                    rx.el.span(page.p95, " ", t["studio.seconds"], class_name="digits"),
                    ". ",
                    definition("delivery_latency"),
                    class_name="faint",
                    id="latency",
                ),
            ),
            _canary(page),
        ),
    )


def _canary(page: State) -> rx.Component:
    return rx.cond(
        page.is_canary_lost,
        rx.el.p(t["studio.outbox.canary_lost"], class_name="banner", custom_attrs={"data-kind": "bad"}),
        rx.cond(
            page.canary != "",
            rx.el.p(
                t["studio.outbox.canary"],
                " ",
                rx.el.span(page.canary, class_name="digits"),
                " ",
                t["studio.seconds"],
                ". ",
                t["studio.outbox.canary_is"],
                class_name="faint",
                id="canary",
            ),
        ),
    )


def _filters(page: State) -> rx.Component:
    return rx.el.form(
        field(
            "person",
            t["studio.outbox.person"],
            rx.el.input(id="person", name="person", type="search", default_value=page.asked["person"], max_length=100),
        ),
        field(
            "scenario",
            t["studio.outbox.scenario"],
            rx.el.select(
                *options(page.scenarios, t["studio.all"]),
                id="scenario",
                name="scenario",
                default_value=page.asked["scenario"],
            ),
        ),
        rx.el.button(t["studio.outbox.show"], type="submit", class_name="button", id="show-messages"),
        on_submit=page.narrow,
        key=page.form_key,
        class_name="filters",
        role="search",
    )


def _only(page: State) -> rx.Component:
    return rx.el.p(
        t["studio.scenarios.only"],
        " ",
        rx.el.strong(page.only),
        " · ",
        anchor(t["studio.scenarios.everything"], href="/studio/outbox"),
        class_name="banner",
        custom_attrs={"data-testid": "only"},
    )


def _tabs(page: State) -> rx.Component:
    return rx.el.div(
        _tab(page, "", t["studio.all"], page.total),
        rx.foreach(page.tabs, lambda tab: _tab(page, tab.state, tab.label, tab.messages)),
        class_name="tabs",
        role="group",
        aria_label=t["studio.outbox.states"],
    )


def _tab(page: State, state: Any, label: Any, messages: Any) -> rx.Component:
    return rx.el.button(
        label,
        " ",
        rx.el.span(counted(messages, Desk.lang), class_name="digits"),
        type="button",
        on_click=page.choose(state),
        aria_pressed=rx.cond(page.asked["state"] == state, "true", "false"),
        class_name="tab",
        custom_attrs={"data-testid": "tab", "data-state": state},
    )
