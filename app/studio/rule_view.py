"""How the page of a schedule rule looks: its kind, when, when not, and the slots that would come of it."""

from typing import Any

import reflex as rx

from app.shared.clock import local_time
from app.studio.desk import Desk
from app.studio.frame import desk, empty, field, for_who_may
from app.studio.rule_form import DAYS, KINDS

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """The page, or a word that there is no such webinar."""
    return desk(
        rx.cond(
            page.is_missing,
            empty(
                t["studio.webinar.missing.title"],
                t["studio.webinar.missing.text"],
                rx.el.a(t["studio.nav.webinars"], href="/studio/webinars", class_name="button"),
                name="webinar-missing",
            ),
            rx.el.div(_form(page), _slots(page), class_name="rule-grid"),
        ),
        name="rule",
        title=t["studio.rule.title"],
        lead=rx.el.p(
            rx.el.a(page.title, href="/studio/webinars/" + page.current_id),
            " · ",
            rx.el.span(page.zone, class_name="digits soft"),
        ),
    )


def _form(page: State) -> rx.Component:
    return rx.el.form(
        rx.el.p(t["studio.rule.text"], class_name="soft"),
        field(
            "kind",
            t["studio.rule.kind"],
            rx.el.select(
                *(rx.el.option(t[f"studio.rule.kinds.{kind}"], value=kind) for kind in KINDS),
                id="kind",
                name="kind",
                default_value=page.values["kind"],
            ),
            error=page.wrong["kind"],
        ),
        _part(
            "recurring",
            _days(page),
            rx.el.div(
                _input(page, "times", placeholder="12:00, 19:00"),
                _input(page, "first_day", kind="date"),
                _input(page, "weeks", input_mode="numeric"),
                class_name="field-grid small",
            ),
            _input(page, "rrule", placeholder="FREQ=MONTHLY;BYDAY=1TU"),
        ),
        _part(
            "just_in_time",
            rx.el.div(
                field(
                    "every_minutes",
                    t["studio.rule.every_minutes"],
                    rx.el.select(
                        *(rx.el.option(minutes, value=minutes) for minutes in ("15", "30", "60")),
                        id="every_minutes",
                        name="every_minutes",
                        default_value=page.values["every_minutes"],
                    ),
                    error=page.wrong["every_minutes"],
                ),
                _input(page, "lead_minutes", input_mode="numeric"),
                class_name="field-grid small",
            ),
        ),
        _part("off", _area(page, "blackouts", "22:00-09:00"), _area(page, "days_off", "2027-01-01")),
        rx.el.div(
            rx.el.button(
                t["studio.rule.look"],
                type="submit",
                class_name="button",
                id="look-rule",
                custom_attrs={"data-kind": "primary"},
            ),
            class_name="form-foot",
        ),
        on_submit=page.preview,
        key=page.form_key,
        class_name="panel rule-form",
        id="rule-form",
        no_validate=True,
    )


def _part(name: str, *children: rx.Component) -> rx.Component:
    return rx.el.fieldset(rx.el.legend(t[f"studio.rule.parts.{name}"], class_name="label"), *children)


def _days(page: State) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            *(
                rx.el.label(
                    rx.el.input(type="checkbox", name=day, id=f"day-{day}", default_checked=page.values[day] != ""),
                    t[f"studio.rule.days.{day}"],
                    class_name="day-tick",
                )
                for day in DAYS
            ),
            class_name="day-ticks",
            role="group",
            aria_label=t["studio.rule.days_label"],
        ),
        rx.cond(page.wrong["days"] != "", rx.el.p(page.wrong["days"], class_name="error", role="alert")),
    )


def _input(page: State, name: str, *, kind: str = "text", **attributes: Any) -> rx.Component:
    control = rx.el.input(
        id=name,
        name=name,
        type=kind,
        default_value=page.values[name],
        aria_invalid=rx.cond(page.wrong[name] != "", "true", "false"),
        **attributes,
    )
    return field(name, t[f"studio.rule.{name}"], control, hint=t[f"studio.rule.hints.{name}"], error=page.wrong[name])


def _area(page: State, name: str, placeholder: str) -> rx.Component:
    control = rx.el.textarea(
        id=name, name=name, default_value=page.values[name], placeholder=placeholder, rows=3, class_name="mono"
    )
    return field(name, t[f"studio.rule.{name}"], control, hint=t[f"studio.rule.hints.{name}"], error=page.wrong[name])


def _slots(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.rule.next"]),
        rx.cond(
            page.slots.length() > 0,
            rx.fragment(
                rx.el.ol(rx.foreach(page.slots, lambda slot: _slot(page, slot)), class_name="slot-list"),
                rx.el.p(t["studio.rule.zones"], class_name="faint"),
            ),
            rx.el.p(
                rx.cond(page.has_looked, t["studio.rule.no_slots"], t["studio.rule.mend"]),
                class_name="soft",
                custom_attrs={"data-testid": "no-slots"},
            ),
        ),
        rx.cond(
            page.is_other,
            rx.fragment(
                rx.cond(
                    page.given_up > 0,
                    rx.el.p(t["studio.rule.given_up"], " ", rx.el.strong(page.given_up)),
                    rx.fragment(),
                ),
                rx.cond(
                    page.kept_places > 0,
                    rx.el.p(t["studio.rule.kept_places"], " ", rx.el.strong(page.kept_places)),
                    rx.fragment(),
                ),
                for_who_may(
                    "RulePage.keep",
                    rx.el.button(
                        t["studio.rule.keep"],
                        type="button",
                        on_click=page.keep,
                        id="keep-rule",
                        class_name="button",
                        custom_attrs={"data-kind": "primary"},
                    ),
                ),
            ),
        ),
        class_name="panel rule-slots",
    )


def _slot(page: State, slot: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(slot.local, class_name="digits"),
        " ",
        rx.el.span(page.zone, class_name="faint"),
        rx.el.br(),
        local_time(at=slot.at, language=Desk.lang, class_name="soft"),
        custom_attrs={"data-testid": "slot"},
    )
