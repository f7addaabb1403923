"""How the attendance policy's page looks: the four numbers, what they would change, and whom."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import cell, chip, desk, empty, field, figure, for_who_may, moment, sheet

State = Any
t = Desk.t
FIELDS = ("attended_minutes", "attended_percent", "completed_percent", "grace_minutes")


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
            rx.fragment(_form(page), _past(page), _progress(page), _effect(page)),
        ),
        name="policy",
        title=t["studio.policy.title"],
        lead=rx.el.p(
            rx.el.a(page.title, href="/studio/webinars/" + page.current_id),
            " · ",
            chip("v" + page.version.to_string()),
            " ",
            rx.el.span(page.words, class_name="soft"),
            custom_attrs={"data-testid": "policy-in-force"},
        ),
    )


def _form(page: State) -> rx.Component:
    return rx.el.form(
        rx.el.p(t["studio.policy.text"], class_name="soft"),
        rx.el.div(*(_input(page, name) for name in FIELDS), class_name="field-grid small"),
        rx.el.div(
            rx.el.button(
                t["studio.policy.look"],
                type="submit",
                class_name="button",
                id="look-policy",
                disabled=page.is_looking,
                custom_attrs={"data-kind": "primary"},
            ),
            class_name="form-foot",
        ),
        on_submit=page.preview,
        key=page.form_key,
        class_name="panel policy-panel",
        id="policy-form",
        no_validate=True,
    )


def _input(page: State, name: str) -> rx.Component:
    control = rx.el.input(
        id=name,
        name=name,
        default_value=page.values[name],
        input_mode="decimal",
        aria_invalid=rx.cond(page.wrong[name] != "", "true", "false"),
    )
    return field(name, t[f"studio.form.{name}"], control, error=page.wrong[name])


def _past(page: State) -> rx.Component:
    """Sessions that are over and under an earlier policy."""
    return rx.cond(
        page.stale > 0,
        rx.el.section(
            rx.el.p(
                t["studio.policy.stale"], " ", rx.el.strong(page.stale, class_name="digits"),
                custom_attrs={"data-testid": "stale-sessions"},
            ),
            rx.cond(
                page.asking == "apply",
                rx.el.div(
                    rx.el.p(t["studio.policy.apply_sure"], role="alert"),
                    rx.el.div(
                        _button(t["studio.yes"], page.apply, "confirm-apply", "primary"),
                        _button(t["studio.no"], page.ask(""), "confirm-no", "quiet"),
                        class_name="actions",
                    ),
                    class_name="confirm",
                ),
                for_who_may(
                    "PolicyPage.ask", _button(t["studio.policy.apply"], page.ask("apply"), "apply-policy", "")
                ),
            ),
            class_name="panel policy-panel",
        ),
        rx.el.p(t["studio.policy.up_to_date"], class_name="faint", custom_attrs={"data-testid": "up-to-date"}),
    )  # fmt: skip


def _button(text: Any, action: Any, name: str, kind: str) -> rx.Component:
    attributes = {"data-testid": name, "data-kind": kind}
    return rx.el.button(text, type="button", on_click=action, class_name="button small", custom_attrs=attributes)


def _progress(page: State) -> rx.Component:
    return rx.cond(
        page.is_looking,
        rx.el.div(
            rx.el.p(
                t["studio.policy.looking"], ": ",
                rx.el.span(page.done, " ", t["studio.policy.of"], " ", page.total, class_name="digits"),
            ),
            rx.el.progress(value=page.done, max=page.total),
            class_name="panel policy-panel",
            role="status",
            custom_attrs={"data-testid": "policy-progress"},
        ),
    )  # fmt: skip


def _effect(page: State) -> rx.Component:
    return rx.cond(
        page.has_looked,
        rx.el.section(
            rx.el.h2(
                t["studio.policy.under"], " v", page.looked_version,
                custom_attrs={"data-testid": "looked-version"},
            ),
            rx.el.p(page.looked_words, class_name="soft"),
            rx.cond(page.rows.length() > 0, _numbers(page), rx.el.p(t["studio.policy.none_over"])),
            rx.cond(
                page.is_other,
                for_who_may("PolicyPage.keep", rx.el.div(
                    rx.el.button(
                        t["studio.policy.save"], " v", page.looked_version,
                        type="button", on_click=page.keep, class_name="button", id="save-policy",
                        custom_attrs={"data-kind": "primary"},
                    ),
                    class_name="form-foot",
                )),
                rx.el.p(t["studio.policy.same"], class_name="faint"),
            ),
            _people(page),
            class_name="panel policy-panel",
            custom_attrs={"data-testid": "policy-effect"},
        ),
    )  # fmt: skip


def _numbers(page: State) -> rx.Component:
    headers = ("session", "judged_by", "gained_column", "lost_column", "unchanged_column")
    return rx.fragment(
        rx.el.dl(
            *(
                figure(getattr(page, name), t[f"studio.policy.{name}"], t[f"studio.policy.{name}_is"], name=name)
                for name in ("gained", "lost", "unchanged")
            ),
            class_name="figures",
        ),
        sheet([t[f"studio.policy.{name}"] for name in headers], rx.foreach(page.rows, _row), name="policy-sessions"),
    )


def _row(row: State) -> rx.Component:
    return rx.el.tr(
        cell(moment(row.starts_at), label=t["studio.policy.session"]),
        cell("v", row.version, label=t["studio.policy.judged_by"], class_name="digits"),
        cell(row.gained, label=t["studio.policy.gained_column"], class_name="digits"),
        cell(row.lost, label=t["studio.policy.lost_column"], class_name="digits"),
        cell(row.unchanged, label=t["studio.policy.unchanged_column"], class_name="digits"),
        custom_attrs={"data-testid": "policy-session", "data-session": row.session_id},
    )


def _people(page: State) -> rx.Component:
    headers = ("person", "session", "watched", "before", "after")
    return rx.cond(
        page.people.length() > 0,
        rx.el.div(
            rx.el.h3(t["studio.policy.people"]),
            sheet([t[f"studio.policy.{name}"] for name in headers], rx.foreach(page.people, _person), name="turned"),
            rx.cond(
                page.people.length() < page.gained + page.lost,
                rx.el.p(page.people.length(), " / ", page.gained + page.lost, class_name="faint digits"),
            ),
            class_name="policy-people",
        ),
    )


def _person(one: State) -> rx.Component:
    return rx.el.tr(
        cell(
            rx.el.a(one.name, href="/studio/leads/" + one.lead_id, class_name="strong"), label=t["studio.policy.person"]
        ),
        cell(moment(one.starts_at), label=t["studio.policy.session"]),
        cell(one.watched, label=t["studio.policy.watched"], class_name="digits"),
        cell(
            one.before,
            " ",
            rx.el.span(t["studio.policy.needed"], " ", one.before_needed, class_name="faint"),
            label=t["studio.policy.before"],
        ),
        cell(
            chip(one.after, rx.cond(one.becomes == "attended", "good", "warn")),
            " ",
            rx.el.span(t["studio.policy.needed"], " ", one.after_needed, class_name="faint"),
            label=t["studio.policy.after"],
        ),
        custom_attrs={"data-testid": "turned", "data-becomes": one.becomes},
    )
