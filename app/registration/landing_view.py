"""How the landing page looks. What it shows and does is in `landing`; no rule lives here."""

from typing import Any

import reflex as rx

from app.registration.consents import PURPOSES, REQUIRED
from app.registration.form import HONEYPOT
from app.shared import clock
from app.shared.layout import anchor, notice, page
from app.shared.visitor import Visitor

State = Any
"""The Landing state class; handed in so that the look does not import the rules."""

t = Visitor.t


def view(landing: State) -> rx.Component:
    """The page in each of its states."""
    return page(
        rx.match(
            landing.status,
            ("missing", notice(t["landing.missing.title"], t["landing.missing.text"], name="landing-missing")),
            ("loading", rx.el.p(t["common.loading"], class_name="soft", role="status")),
            _billing(landing),
        ),
        name="landing",
    )


def _billing(landing: State) -> rx.Component:
    return rx.el.div(
        rx.el.section(
            rx.el.p(
                t["landing.eyebrow"],
                rx.el.span(landing.minutes, " ", t["common.minute_short"], class_name="mono"),
                class_name="overline",
            ),
            rx.el.h1(landing.title, class_name="billing-title"),
            rx.cond(landing.summary != "", rx.el.p(landing.summary, class_name="billing-summary")),
            rx.cond(
                landing.host != "",
                rx.el.p(
                    rx.el.span(t["landing.host"], class_name="faint"), rx.el.strong(landing.host), class_name="host"
                ),
            ),
            rx.cond((landing.sessions.length() > 0) & ~landing.sessions[0].is_on_demand, _next_on(landing)),
            class_name="billing",
        ),
        _form(landing),
        class_name="landing-grid",
    )


def _next_on(landing: State) -> rx.Component:
    first = landing.sessions[0]
    return rx.el.div(
        rx.el.hr(class_name="ruler", aria_hidden="true"),
        rx.el.p(rx.cond(first.is_on_air, t["landing.on_air_now"], t["landing.next"]), class_name="faint"),
        clock.local_time(at=first.starts_at, language=Visitor.lang, class_name="next-time"),
        clock.countdown(
            to=first.starts_at,
            language=Visitor.lang,
            before=t["landing.starts_in"],
            after=t["landing.join_now"],
            class_name="countdown",
        ),
        class_name="next-on",
    )


def _form(landing: State) -> rx.Component:
    return rx.el.form(
        rx.el.h2(rx.cond(landing.status == "empty", t["landing.form.title_empty"], t["landing.form.title"])),
        rx.cond(
            landing.status == "empty",
            rx.el.p(t["landing.form.empty"], class_name="soft", custom_attrs={"data-testid": "no-sessions"}),
        ),
        rx.cond(landing.sessions.length() > 0, _sessions(landing)),
        _field(landing, "name", "text", auto_complete="name", max_length=80),
        rx.el.div(
            _field(landing, "phone", "tel", auto_complete="tel", placeholder="+7 900 000-00-00"),
            _field(landing, "email", "email", auto_complete="email", placeholder="name@example.org"),
            rx.el.p(t["landing.form.either"], class_name="faint"),
            class_name="either",
        ),
        rx.el.div(
            rx.el.label(t["landing.form.fax"], html_for=HONEYPOT),
            rx.el.input(name=HONEYPOT, id=HONEYPOT, tab_index=-1, auto_complete="off"),
            class_name="visually-hidden",
            aria_hidden="true",
        ),
        clock.zone_field(name="time_zone"),
        rx.el.fieldset(
            rx.el.legend(t["landing.form.consents"], class_name="visually-hidden"),
            *(_consent(purpose) for purpose in PURPOSES),
            _error(landing, "processing"),
            class_name="consents",
        ),
        rx.el.button(
            t["landing.form.submit"],
            type="submit",
            id="submit",
            class_name="button",
            custom_attrs={"data-kind": "primary", "data-wide": ""},
        ),
        _error(landing, "form"),
        on_submit=landing.submit,
        no_validate=True,
        class_name="panel sign-up",
        id="sign-up",
    )


def _sessions(landing: State) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t["landing.form.session"], class_name="label"),
        rx.foreach(landing.sessions, _session),
        clock.zone_note(language=Visitor.lang, prefix=t["landing.form.zone"], class_name="faint"),
        _error(landing, "session"),
        class_name="sessions",
        custom_attrs={"data-bad": landing.errors["session"] != ""},
    )


def _session(showing: Any, index: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            showing.is_on_demand,
            rx.fragment(),
            clock.day_heading(
                at=showing.starts_at, before=showing.before, language=Visitor.lang, class_name="showing-day"
            ),
        ),
        _choice(showing, index),
    )


def _choice(showing: Any, index: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="session",
            value=showing.session_id,
            id=f"session-{showing.session_id}",
            default_checked=index == 0,
        ),
        rx.el.span(
            rx.cond(
                showing.is_on_demand,
                rx.el.span(t["landing.form.on_demand"]),
                clock.local_time(at=showing.starts_at, language=Visitor.lang, with_zone=False, shape="clock"),
            ),
            rx.cond(
                showing.is_on_air,
                rx.el.span(t["landing.form.on_air"], class_name="tag", custom_attrs={"data-kind": "live"}),
            ),
            class_name="showing-time",
        ),
        class_name="showing",
    )


def _field(landing: State, name: str, kind: str, **attributes: Any) -> rx.Component:
    is_bad = landing.errors[name] != "" if name in {"name", "phone"} else landing.errors["email"] != ""
    return rx.el.div(
        rx.el.label(t[f"landing.form.{name}"], html_for=name),
        rx.el.input(
            type=kind,
            name=name,
            id=name,
            aria_invalid=rx.cond(is_bad, "true", "false"),
            aria_describedby=f"{name}-error",
            **attributes,
        ),
        _error(landing, name),
        class_name="field",
        custom_attrs={"data-bad": is_bad},
    )


def _error(landing: State, name: str) -> rx.Component:
    return rx.el.div(
        rx.cond(landing.errors[name] != "", rx.el.p(t[landing.errors[name]], class_name="error")),
        id=f"{name}-error",
        role="alert",
        custom_attrs={"data-testid": f"error-{name}"},
    )


def _consent(purpose: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=purpose, id=f"consent-{purpose}"),
        rx.el.span(
            t[f"landing.consent.{purpose}"],
            " ",
            anchor(t["landing.consent.text"], href=f"/legal/{purpose}", target="_blank"),
            rx.el.span(
                " · ", t["landing.consent.required" if purpose == REQUIRED else "landing.consent.optional"],
                class_name="faint",
            ),
        ),
        class_name="tick",
    )  # fmt: skip
