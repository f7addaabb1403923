"""How offers and polls look in the webinar form: a panel of each kind, a block a row, buttons to add and take away."""

from typing import Any

import reflex as rx

from app.studio.beside import OFFER, OFFER_FIELDS, POLL
from app.studio.desk import Desk
from app.studio.frame import field

State = Any
t = Desk.t


def offers(page: State) -> rx.Component:
    """The offers of the webinar."""
    return _panel(page, OFFER, rx.foreach(page.offers, lambda row: _block(page, OFFER, row, _offer(row))))


def polls(page: State) -> rx.Component:
    """Its prepared polls."""
    return _panel(page, POLL, rx.foreach(page.polls, lambda row: _block(page, POLL, row, _poll(row))))


def _panel(page: State, kind: str, rows: rx.Component) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t[f"studio.form.{kind}s"]),
        rx.el.p(t[f"studio.form.{kind}s_hint"], class_name="soft group-hint"),
        rows,
        rx.el.button(
            t[f"studio.form.{kind}_add"],
            type="button",
            class_name="button small",
            id=f"add-{kind}",
            on_click=page.add_row(kind),
        ),
        class_name="panel",
    )


def _block(page: State, kind: str, row: State, fields: list[rx.Component]) -> rx.Component:
    return rx.el.div(
        rx.el.div(*fields, class_name="field-grid"),
        rx.el.button(
            t[f"studio.form.{kind}_remove"],
            type="button",
            class_name="link-button",
            on_click=page.remove_row(kind, row["id"]),
        ),
        key=row["id"],
        class_name="form-row",
        custom_attrs={"data-testid": f"{kind}-row"},
    )


def _offer(row: State) -> list[rx.Component]:
    return [
        _input(OFFER, row, "title_ru", max_length=200),
        _input(OFFER, row, "title_en", max_length=200),
        _area(OFFER, row, "text_ru"),
        _area(OFFER, row, "text_en"),
        _input(OFFER, row, "button_ru", max_length=60),
        _input(OFFER, row, "button_en", max_length=60),
        _input(OFFER, row, "show_at", placeholder="12:30"),
        _input(OFFER, row, "hide_at", placeholder="25:00"),
        _input(OFFER, row, "stands", placeholder="10:00"),
        _input(OFFER, row, "url", type="url", placeholder="https://"),
        _tick(OFFER, row, "has_form"),
        rx.el.fieldset(
            rx.el.legend(t["studio.form.offer.asks"]),
            *(_tick(OFFER, row, f"asks_{name}") for name in OFFER_FIELDS),
            class_name="ticks",
        ),
    ]


def _poll(row: State) -> list[rx.Component]:
    return [
        _input(POLL, row, "question_ru", max_length=200),
        _input(POLL, row, "question_en", max_length=200),
        _area(POLL, row, "options_ru"),
        _area(POLL, row, "options_en"),
        _input(POLL, row, "show_at", placeholder="12:30"),
        _input(POLL, row, "close_at", placeholder="15:00"),
    ]


def _name(kind: str, row: State, name: str) -> State:
    return f"{kind}." + row["id"] + f".{name}"


def _input(kind: str, row: State, name: str, **props: Any) -> rx.Component:
    full = _name(kind, row, name)
    control = rx.el.input(
        id=full,
        name=full,
        default_value=row[name],
        aria_invalid=rx.cond(row[f"wrong.{name}"] != "", "true", "false"),
        **props,
    )
    return field(full, t[f"studio.form.{kind}.{name}"], control, error=row[f"wrong.{name}"])


def _area(kind: str, row: State, name: str) -> rx.Component:
    full = _name(kind, row, name)
    control = rx.el.textarea(id=full, name=full, default_value=row[name], rows=3)
    return field(full, t[f"studio.form.{kind}.{name}"], control, error=row[f"wrong.{name}"])


def _tick(kind: str, row: State, name: str) -> rx.Component:
    full = _name(kind, row, name)
    return rx.el.div(
        rx.el.label(
            rx.el.input(type="checkbox", id=full, name=full, default_checked=row[name] == "on"),
            rx.el.span(t[f"studio.form.{kind}.{name}"]),
            class_name="tick",
        ),
        rx.cond(row[f"wrong.{name}"] != "", rx.el.p(row[f"wrong.{name}"], class_name="error", role="alert")),
    )
