"""How tasks look: a list for the house, a panel on a lead's card."""

from typing import Any

import reflex as rx

from app.shared.clock import due_today, moment_field, zone_field, zone_note
from app.shared.numbers import counted
from app.studio.desk import Desk
from app.studio.frame import chip, count, desk, empty, field, moment, pager

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """Whose tasks, then the open ones, overdue first."""
    return desk(
        rx.el.div(
            _tab(page, "mine", page.only_mine),
            _tab(page, "all", ~page.only_mine),
            class_name="tabs",
            role="group",
            aria_label=t["studio.tasks.whose"],
        ),
        rx.cond(
            page.lines.length() > 0,
            rx.fragment(
                rx.el.ul(
                    rx.foreach(page.lines, lambda one: _line(page, one, page.may_work, is_list=True)),
                    class_name="panel agreements",
                    custom_attrs={"data-testid": "tasks"},
                ),
                pager(page.page_no, page.pages, page.turn(-1), page.turn(1)),
            ),
            empty(
                t["studio.tasks.empty_title"],
                t["studio.tasks.empty_text"],
                rx.el.a(t["studio.nav.leads"], href="/studio/leads", class_name="button"),
                name="no-tasks",
            ),
        ),
        name="tasks",
        title=rx.fragment(t["studio.tasks.title"], " ", count(page.total, name="tasks-total")),
        lead=rx.fragment(
            rx.el.p(t["studio.tasks.lead"], class_name="soft"),
            rx.cond(
                page.overdue > 0,
                rx.el.p(
                    chip(rx.fragment(t["studio.tasks.overdue"], ": ", counted(page.overdue, Desk.lang)), "bad"),
                    id="overdue",
                ),
            ),
        ),
    )


def panel(page: State, crm: State) -> rx.Component:
    """The lead's tasks and a form for one more."""
    return rx.el.section(
        rx.el.h2(t["studio.tasks.title"]),
        rx.cond(
            crm.may_work,
            rx.el.form(
                field(
                    "task-title",
                    t["studio.tasks.what"],
                    rx.el.input(id="task-title", name="title", max_length=200, auto_complete="off"),
                    error=page.wrong,
                ),
                field(
                    "task-due",
                    t["studio.tasks.due"],
                    rx.el.input(id="task-due", name="due", type="datetime-local"),
                    hint=zone_note(language=Desk.lang, prefix=t["studio.tasks.zone"]),
                ),
                zone_field(name="zone"),
                field(
                    "task-owner",
                    t["studio.crm.owner"],
                    rx.el.select(
                        rx.el.option(t["studio.tasks.me"], value=""),
                        rx.foreach(page.owners, lambda one: rx.el.option(one, value=one)),
                        id="task-owner",
                        name="owner",
                    ),
                ),
                rx.el.button(t["studio.tasks.add"], type="submit", class_name="button small", id="add-task"),
                on_submit=page.add,
                key=page.form_key,
                class_name="stack-form",
            ),
        ),
        rx.el.ul(
            rx.foreach(page.lines, lambda one: _line(page, one, crm.may_work, is_list=False)), class_name="agreements"
        ),
        class_name="panel",
        custom_attrs={"data-testid": "lead-tasks"},
    )


def _tab(page: State, name: str, is_on: Any) -> rx.Component:
    return rx.el.button(
        t[f"studio.tasks.{name}"],
        type="button",
        on_click=page.choose(name),
        class_name="tab",
        aria_pressed=rx.cond(is_on, "true", "false"),
        id=f"tasks-{name}",
    )


def _line(page: State, one: State, may_work: Any, *, is_list: bool) -> rx.Component:
    who = (
        rx.el.a(one.lead_name, href="/studio/leads/" + one.lead_id, class_name="task-lead")
        if is_list
        else rx.fragment()
    )
    return rx.el.li(
        rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=one.state == "done",
                disabled=~may_work,
                on_change=lambda is_done: page.settle(one.task_id, is_done),
                class_name="tick-box",
                custom_attrs={"data-testid": "settle"},
            ),
            " ",
            rx.el.span(one.title, class_name=rx.cond(one.state == "done", "faint wrap", "strong wrap")),
            class_name="term",
        ),
        rx.el.span(
            rx.match(
                one.state,
                ("overdue", chip(t["studio.tasks.overdue"], "bad")),
                ("open", due_today(at=one.due_at, label=t["studio.tasks.today"], class_name="tag")),
                rx.fragment(),
            ),
            " ",
            moment(one.due_at),
            rx.el.span(one.owner),
            who,
            class_name="faint line-meta",
        ),
        rx.cond(
            may_work & (one.state != "done"),
            rx.cond(
                page.edited == one.task_id,
                _changing(page, one),
                rx.el.button(
                    t["studio.crm.edit"],
                    type="button",
                    on_click=page.begin_edit(one.task_id),
                    class_name="link-button",
                    aria_label=t["studio.crm.edit"] + ": " + one.title,
                    custom_attrs={"data-testid": "change-task"},
                ),
            ),
        ),
        custom_attrs={"data-testid": "task", "data-state": one.state},
    )


def _changing(page: State, one: State) -> rx.Component:
    """Until when and whose the task is to be. An owner who works here no more is still shown."""
    return rx.el.form(
        field(
            "changed-due",
            t["studio.tasks.due"],
            moment_field(at=one.due_at, name="due", id="changed-due"),
            hint=zone_note(language=Desk.lang, prefix=t["studio.tasks.zone"]),
            error=page.edit_wrong,
        ),
        zone_field(name="zone"),
        field(
            "changed-owner",
            t["studio.crm.owner"],
            rx.el.select(
                rx.cond(page.owners.contains(one.owner), rx.fragment(), rx.el.option(one.owner, value=one.owner)),
                rx.foreach(page.owners, lambda owner: rx.el.option(owner, value=owner)),
                id="changed-owner",
                name="owner",
                default_value=one.owner,
            ),
        ),
        rx.el.span(
            rx.el.button(t["studio.tasks.keep"], type="submit", class_name="button small", id="keep-task"),
            rx.el.button(t["studio.crm.cancel"], type="button", on_click=page.begin_edit(""), class_name="link-button"),
            class_name="crm-line",
        ),
        on_submit=page.change,
        class_name="stack-form",
        custom_attrs={"data-testid": "changing"},
    )
