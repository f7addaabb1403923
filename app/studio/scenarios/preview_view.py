"""How the preview looks: who it is about, then message by message."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import chip, desk, empty, field, session_options
from app.studio.scenarios.forecast import COMING, MOST_HOURS
from app.studio.scenarios.timelines_view import parts

State = Any
t = Desk.t
HERE = "studio.scenarios.preview_page"


def view(page: State) -> rx.Component:
    """The question and the answer."""
    return desk(
        parts("preview"),
        rx.el.div(
            _kind(page, is_imagined=True),
            _kind(page, is_imagined=False),
            class_name="tabs",
            role="group",
            aria_label=t[f"{HERE}.whose"],
        ),
        rx.cond(page.is_imagined, _imagined(page), _known(page)),
        rx.cond(
            page.is_shown,
            _answer(page),
            rx.cond(page.sessions.length() > 0, rx.el.p(t[f"{HERE}.empty"], class_name="soft")),
        ),
        name="scenarios",
        title=t["studio.scenarios.preview"],
        lead=rx.el.p(t[f"{HERE}.lead"], class_name="soft"),
    )


def _kind(page: State, *, is_imagined: bool) -> rx.Component:
    name = "imagined" if is_imagined else "chosen"
    return rx.el.button(
        t[f"{HERE}.{name}"],
        type="button",
        on_click=page.choose_kind(is_imagined),
        aria_pressed=rx.cond(page.is_imagined == is_imagined, "true", "false"),
        class_name="tab",
        id=f"kind-{name}",
    )


def _known(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.form(
            field(
                "search",
                t[f"{HERE}.search"],
                rx.el.input(id="search", name="search", type="search", max_length=200, default_value=page.search),
            ),
            rx.el.button(t[f"{HERE}.find"], type="submit", class_name="button", id="find"),
            on_submit=page.find,
            class_name="inline-form",
            role="search",
        ),
        rx.cond(page.is_nobody, rx.el.p(t[f"{HERE}.nobody"], class_name="soft", role="status")),
        rx.el.div(
            rx.foreach(
                page.found,
                lambda person: rx.el.button(
                    person.label,
                    type="button",
                    on_click=page.show_lead(person.value),
                    class_name="button small",
                    custom_attrs={"data-testid": "found"},
                ),
            ),
            class_name="actions",
        ),
        class_name="panel",
    )


def _imagined(page: State) -> rx.Component:
    return rx.cond(
        page.sessions.length() > 0,
        rx.el.form(
            rx.el.div(
                field(
                    "session",
                    t[f"{HERE}.session"],
                    rx.el.select(
                        session_options(page.sessions),
                        id="session",
                        name="session",
                    ),
                    is_wide=True,
                ),
                field(
                    "hours_before",
                    t[f"{HERE}.hours_before"],
                    rx.el.input(
                        id="hours_before", name="hours_before", default_value="72", input_mode="decimal",
                        placeholder=f"0–{MOST_HOURS}",
                    ),
                    error=page.wrong,
                ),
                field(
                    "coming",
                    t[f"{HERE}.coming"],
                    rx.el.select(
                        *(rx.el.option(t[f"{HERE}.coming_choice.{one}"], value=one) for one in COMING),
                        id="coming",
                        name="coming",
                    ),
                ),
                field(
                    "zone",
                    t[f"{HERE}.zone"],
                    rx.el.select(
                        rx.el.option(t[f"{HERE}.zone_of_webinar"], value=""),
                        rx.foreach(page.zones, lambda zone: rx.el.option(zone, value=zone)),
                        id="zone",
                        name="zone",
                    ),
                ),
                class_name="field-grid",
            ),
            rx.el.div(
                _tick("linked", t[f"{HERE}.linked"]),
                _tick("partner", t[f"{HERE}.partner"]),
                *(_tick(p, t[f"studio.purpose.{p}"]) for p in ("processing", "marketing", "partner_transfer")),
                class_name="ticks",
            ),
            rx.el.button(
                t[f"{HERE}.show"], type="submit", class_name="button", id="show", custom_attrs={"data-kind": "primary"}
            ),
            on_submit=page.show_imagined,
            class_name="panel desk-form",
            no_validate=True,
        ),
        empty(
            t[f"{HERE}.no_sessions"],
            t[f"{HERE}.no_sessions_text"],
            rx.el.a(t["studio.nav.webinars"], href="/studio/webinars", class_name="button"),
            name="no-sessions",
        ),
    )  # fmt: skip


def _tick(name: str, label: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, id=name, default_checked=True), rx.el.span(label), class_name="tick"
    )


def _answer(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(page.whose),
        rx.el.p(t[f"{HERE}.zone_is"], " ", rx.el.span(page.zone, class_name="digits"), class_name="faint"),
        rx.el.p(page.limits, class_name="faint", id="limits"),
        rx.cond(
            page.steps.length() > 0,
            rx.el.ol(
                rx.foreach(page.steps, _foreseen), class_name="foreseen", custom_attrs={"data-testid": "foreseen"}
            ),
            rx.el.p(t[f"{HERE}.no_steps"], class_name="soft"),
        ),
        class_name="panel",
    )


def _foreseen(step: State) -> rx.Component:
    return rx.el.li(
        rx.el.span(rx.cond(step.at != "", step.at, "—"), class_name="digits foreseen-when"),
        rx.el.div(
            rx.el.strong(step.label),
            rx.el.span(step.scenario, " · ", step.recipient, class_name="soft"),
            rx.cond(step.why != "", rx.el.span(step.why, class_name="why")),
            class_name="stack",
        ),
        chip(step.state_text, rx.match(step.state, ("planned", "good"), ("waiting", "warn"), "quiet")),
        class_name="foreseen-step",
        custom_attrs={"data-testid": "foreseen-step", "data-step": step.key, "data-state": step.state},
    )
