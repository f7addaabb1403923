"""How the list of accounts looks."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.studio.desk import Desk
from app.studio.frame import cell, chip, desk, field, moment, sheet

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """An invitation form and everybody who has an account."""
    return desk(
        _form(page),
        sheet(
            [
                t["studio.accounts.person"],
                t["studio.accounts.role"],
                t["studio.accounts.second"],
                t["studio.accounts.places"],
                t["studio.accounts.since"],
                t["studio.accounts.state"],
            ],
            rx.foreach(page.colleagues, lambda one: _row(page, one)),
            name="accounts",
        ),
        name="accounts",
        title=t["studio.accounts.title"],
        lead=rx.el.p(t["studio.accounts.lead"], class_name="soft"),
        actions=anchor(t["studio.audit.title"], href="/studio/audit", class_name="button small", id="to-audit"),
    )


def _form(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.form(
            field(
                "email",
                t["studio.accounts.email"],
                rx.el.input(id="email", name="email", type="email", required=True, max_length=200, auto_complete="off"),
            ),
            field(
                "role",
                t["studio.accounts.role"],
                rx.el.select(
                    rx.foreach(page.roles, lambda role: rx.el.option(role.label, value=role.value)),
                    id="role",
                    name="role",
                    default_value="host",
                ),
            ),
            rx.el.button(t["studio.accounts.invite"], type="submit", class_name="button", id="invite"),
            on_submit=page.invite,
            reset_on_submit=True,
            class_name="filters many",
        ),
        rx.cond(
            page.link != "",
            rx.el.div(
                rx.el.code(page.link, class_name="mono", custom_attrs={"data-testid": "invitation"}),
                rx.el.p(t["studio.accounts.link"], class_name="faint"),
                class_name="banner invitation",
                custom_attrs={"data-kind": "good"},
            ),
        ),
    )


def _row(page: State, one: State) -> rx.Component:
    return rx.el.tr(
        cell(
            rx.el.span(one.email, class_name="strong wrap"),
            rx.cond(one.is_me, rx.el.span(t["studio.accounts.you"], class_name="faint")),
            class_name="stack",
        ),
        cell(
            rx.cond(
                one.is_me,
                one.role_text,
                rx.el.select(
                    rx.foreach(page.roles, lambda role: rx.el.option(role.label, value=role.value)),
                    value=one.role,
                    on_change=lambda role: page.change_role(one.email, role),
                    aria_label=t["studio.accounts.role"],
                    class_name="input",
                    custom_attrs={"data-testid": "role-of"},
                ),
            ),
            label=t["studio.accounts.role"],
        ),
        cell(
            rx.cond(
                one.has_second_factor,
                rx.fragment(
                    chip(t["studio.accounts.second_on"], "good"),
                    rx.cond(
                        one.is_me,
                        rx.fragment(),
                        _button(t["studio.accounts.second_drop"], page.drop_second_factor(one.email), "drop"),
                    ),
                ),
                chip(t["studio.accounts.second_off"], "quiet"),
            ),
            label=t["studio.accounts.second"],
        ),
        cell(rx.el.span(one.places, class_name="digits"), label=t["studio.accounts.places"]),
        cell(rx.cond(one.since != "", moment(one.since, shape="date"), "—"), label=t["studio.accounts.since"]),
        cell(
            rx.cond(
                one.is_active,
                chip(t["studio.accounts.open"], "good"),
                chip(t["studio.accounts.closed"], "bad"),
            ),
            rx.cond(
                one.is_me,
                rx.fragment(),
                rx.cond(
                    one.is_active,
                    _button(t["studio.accounts.close"], page.close(one.email), "close"),
                    _button(t["studio.accounts.reopen"], page.reopen(one.email), "reopen"),
                ),
            ),
            label=t["studio.accounts.state"],
        ),
        custom_attrs={"data-testid": "account", "data-email": one.email},
    )


def _button(text: Any, action: Any, name: str) -> rx.Component:
    return rx.el.button(
        text, type="button", on_click=action, class_name="button small", custom_attrs={"data-testid": f"{name}-account"}
    )
