"""How the board looks: a column a stage, a card a lead."""

from typing import Any, ClassVar

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import count, desk, empty

State = Any
t = Desk.t


def moved(stage: rx.Var[str], is_by_key: rx.Var[bool]) -> tuple[rx.Var[str], rx.Var[bool]]:
    """What a menu says: the stage, and whether a key chose it."""
    return (stage, is_by_key)


class StageMenu(rx.Component):
    """The menu of a card; with `is_held` it takes the focus when it comes (`assets/board/board.jsx`)."""

    library = rx.asset("board/board.jsx").importable_path
    tag = "StageMenu"

    value: rx.Var[str]
    name: rx.Var[str]
    is_held: rx.Var[bool]
    on_move: rx.EventHandler[moved]  # type: ignore[type-arg, valid-type] # Reflex reads the spec from here


class Draggable(rx.Component):
    """A box one can drag, or drop such a box on. Reflex's own elements know no such events."""

    tag = "div"
    _is_tag_in_global_scope: ClassVar[bool] = True

    draggable: rx.Var[bool]
    on_drag_start: rx.EventHandler[rx.event.no_args_event_spec]  # type: ignore[type-arg, valid-type]  # as Reflex documents it
    on_drag_over: rx.EventHandler[rx.event.no_args_event_spec]  # type: ignore[type-arg, valid-type]  # as Reflex documents it
    on_drop: rx.EventHandler[rx.event.no_args_event_spec]  # type: ignore[type-arg, valid-type]  # as Reflex documents it


def view(page: State) -> rx.Component:
    """Whose leads, then the columns."""
    return desk(
        rx.el.div(
            _tab(page, "all", ~page.only_mine),
            _tab(page, "mine", page.only_mine),
            class_name="tabs",
            role="group",
            aria_label=t["studio.tasks.whose"],
        ),
        rx.cond(
            page.is_empty,
            empty(
                t["studio.leads.empty.title"],
                t["studio.leads.empty.text"],
                rx.el.a(t["studio.nav.partners"], href="/studio/partners", class_name="button"),
                name="empty-board",
            ),
        ),
        rx.el.div(
            rx.foreach(page.columns, lambda column: _stage(page, column)),
            class_name="tabs board-stages",
            role="group",
            aria_label=t["studio.board.stage"],
            custom_attrs={"data-testid": "stages"},
        ),
        rx.el.div(
            rx.foreach(page.columns, lambda column: _column(page, column)),
            class_name="board-columns",
            custom_attrs={"data-testid": "board"},
            role="group",
            aria_label=t["studio.board.title"],
        ),
        name="board",
        title=t["studio.board.title"],
        lead=rx.el.p(t["studio.board.lead"], class_name="soft"),
    )


def _tab(page: State, name: str, is_on: Any) -> rx.Component:
    return rx.el.button(
        t[f"studio.tasks.{name}"],
        type="button",
        on_click=page.choose(name),
        class_name="tab",
        aria_pressed=rx.cond(is_on, "true", "false"),
        id=f"board-{name}",
    )


def _stage(page: State, column: State) -> rx.Component:
    return rx.el.button(
        column.name,
        " ",
        count(column.total),
        type="button",
        on_click=page.show(column.slug),
        class_name="tab",
        aria_pressed=rx.cond(page.shown == column.slug, "true", "false"),
    )


def _column(page: State, column: State) -> rx.Component:
    return Draggable.create(
        rx.el.h2(column.name, " ", count(column.total)),
        rx.foreach(column.cards, lambda card: _card(page, column, card)),
        rx.cond(
            column.rest > 0,
            rx.el.a(
                t["studio.board.rest"], " ", column.rest, href="/studio/leads?stage=" + column.slug, class_name="soft"
            ),
        ),
        rx.cond(column.total == 0, rx.el.p(t["studio.board.empty"], class_name="faint")),
        draggable=False,
        on_drag_over=rx.prevent_default,
        on_drop=[rx.prevent_default, page.drop(column.slug)],
        class_name="board-column",
        custom_attrs={"data-testid": "column", "data-stage": column.slug, "data-shown": page.shown == column.slug},
    )


def _card(page: State, column: State, card: State) -> rx.Component:
    return Draggable.create(
        rx.el.a(card.name, href="/studio/leads/" + card.lead_id, class_name="strong wrap", draggable=False),
        rx.el.span(card.contact, class_name="digits faint wrap"),
        rx.cond(card.owner != "", rx.el.span(card.owner, class_name="faint wrap")),
        rx.el.span(rx.foreach(card.tags, lambda tag: rx.el.span(tag, class_name="tag"))),
        rx.cond(
            page.may_work,
            StageMenu.create(
                rx.foreach(page.stages, lambda one: rx.el.option(one.label, value=one.value)),
                value=column.slug,
                on_move=lambda stage, is_by_key: page.move(card.lead_id, stage, is_by_key),
                name=t["studio.bulk.move"] + ": " + card.name,
                is_held=page.moved == card.lead_id,
                class_name="input",
            ),
        ),
        draggable=page.may_work,
        on_drag_start=page.hold(card.lead_id),
        key=card.lead_id,
        class_name="board-card",
        custom_attrs={"data-testid": "board-card", "data-lead": card.lead_id},
    )
