"""How the work on a lead looks on its card."""

from typing import Any

import reflex as rx

from app.shared.numbers import counted
from app.studio.desk import Desk
from app.studio.frame import chip, field, moment

State = Any
t = Desk.t


def panel(crm: State) -> rx.Component:
    """Stage, owner, tags, notes, duplicates."""
    return rx.el.section(
        rx.el.h2(t["studio.crm.title"]),
        rx.cond(
            crm.merged_into != "",
            rx.el.p(
                t["studio.crm.went_into"],
                " ",
                rx.el.a(t["studio.crm.survivor"], href="/studio/leads/" + crm.merged_into),
                class_name="banner",
                custom_attrs={"data-kind": "warn"},
            ),
        ),
        rx.el.div(
            field("crm-stage", t["studio.crm.stage"], _select(crm, "crm-stage", crm.stages, crm.stage, crm.move)),
            field(
                "crm-owner",
                t["studio.crm.owner"],
                _select(crm, "crm-owner", crm.owners, crm.owner, crm.assign, t["studio.crm.nobody"]),
            ),
            class_name="crm-pair",
        ),
        _partner(crm),
        _tags(crm),
        _notes(crm),
        _others(crm),
        class_name="panel crm",
        custom_attrs={"data-testid": "crm"},
    )


def _select(crm: State, name: str, choices: Any, value: Any, change: Any, first: Any = None) -> rx.Component:
    blank = [rx.el.option(first, value="")] if first is not None else []
    return rx.el.select(
        *blank,
        rx.foreach(choices, lambda choice: rx.el.option(choice.label, value=choice.value)),
        id=name,
        value=value,
        on_change=change,
        disabled=~crm.may_work,
    )


def _partner(crm: State) -> rx.Component:
    return rx.el.details(
        rx.el.summary(t["studio.crm.reassign"]),
        rx.cond(crm.partner_reason != "", rx.el.p(crm.partner_reason, class_name="soft", id="partner-reason")),
        rx.cond(
            crm.may_work,
            rx.el.form(
                field(
                    "crm-partner",
                    t["studio.crm.partner"],
                    rx.el.select(
                        rx.el.option(t["studio.crm.no_partner"], value=""),
                        rx.foreach(crm.partners, lambda choice: rx.el.option(choice.label, value=choice.value)),
                        id="crm-partner",
                        name="partner",
                        default_value=crm.partner_id,
                    ),
                    hint=t["studio.crm.reassign_hint"],
                ),
                field(
                    "crm-reason",
                    t["studio.crm.reason"],
                    rx.el.input(id="crm-reason", name="reason", max_length=300, auto_complete="off"),
                ),
                rx.el.button(t["studio.crm.reassign_do"], type="submit", class_name="button small", id="reassign"),
                on_submit=crm.reassign,
                key=crm.form_key,
                class_name="stack-form",
            ),
        ),
        custom_attrs={"data-testid": "reassignment"},
    )


def _tags(crm: State) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.foreach(
                crm.tags,
                lambda tag: rx.el.span(
                    tag,
                    rx.cond(
                        crm.may_work,
                        rx.el.button(
                            "×",
                            type="button",
                            on_click=crm.untag(tag),
                            aria_label=t["studio.crm.untag"] + " " + tag,
                            class_name="untag",
                        ),
                    ),
                    class_name="tag",
                    custom_attrs={"data-testid": "tag"},
                ),
            ),
            class_name="crm-tags",
        ),
        rx.cond(
            crm.may_work,
            rx.el.form(
                rx.el.input(
                    name="tag", class_name="input", id="crm-tag", max_length=40, placeholder=t["studio.crm.tag"],
                    aria_label=t["studio.crm.tag"], auto_complete="off",
                ),
                rx.el.button(t["studio.crm.add"], type="submit", class_name="button small", id="add-tag"),
                on_submit=crm.tag,
                reset_on_submit=True,
                class_name="crm-line",
            ),
        ),
    )  # fmt: skip


def _notes(crm: State) -> rx.Component:
    return rx.el.div(
        rx.cond(
            crm.may_work,
            rx.el.form(
                rx.el.textarea(
                    name="note", class_name="input", id="crm-note", rows="2", max_length=4000,
                    placeholder=t["studio.crm.note"],
                    aria_label=t["studio.crm.note"],
                ),
                rx.el.button(t["studio.crm.keep"], type="submit", class_name="button small", id="add-note"),
                on_submit=crm.note,
                key=crm.form_key,
                class_name="crm-note",
            ),
        ),
        rx.el.ul(rx.foreach(crm.notes, lambda note: _note(crm, note)), class_name="agreements"),
    )  # fmt: skip


def _note(crm: State, note: State) -> rx.Component:
    return rx.el.li(
        rx.cond(
            crm.edited == note.note_id,
            rx.el.form(
                rx.el.textarea(
                    name="note", class_name="input", rows="3", max_length=4000, default_value=note.text,
                    id="edited-note", aria_label=t["studio.crm.note"], auto_focus=True,
                ),
                rx.el.button(t["studio.crm.keep"], type="submit", class_name="button small", id="keep-note"),
                rx.el.button(
                    t["studio.crm.cancel"], type="button", on_click=crm.begin_edit(""), class_name="link-button"
                ),
                on_submit=crm.edit_note,
                class_name="crm-note",
            ),
            rx.fragment(
                rx.el.p(note.text, class_name="wrap said"),
                rx.el.span(note.by, " · ", moment(note.at), class_name="faint"),
                rx.cond(
                    crm.may_work,
                    rx.el.span(
                        _small("edit-note", t["studio.crm.edit"], crm.begin_edit(note.note_id)),
                        _small("remove-note", t["studio.crm.remove"], crm.remove_note(note.note_id)),
                        class_name="crm-line",
                    ),
                ),
            ),
        ),
        custom_attrs={"data-testid": "note"},
    )  # fmt: skip


def _small(name: str, text: Any, action: Any) -> rx.Component:
    return rx.el.button(
        text, type="button", on_click=action, class_name="link-button", custom_attrs={"data-testid": name}
    )


def _others(crm: State) -> rx.Component:
    return rx.fragment(
        rx.cond(
            crm.twins.length() > 0,
            rx.el.div(
                rx.el.h3(t["studio.crm.twins"]),
                rx.el.p(t["studio.crm.twins_text"], class_name="soft"),
                rx.foreach(crm.twins, lambda one: _twin(crm, one, "merge", crm.merge(one.lead_id))),
            ),
        ),
        rx.cond(crm.may_work & (crm.merged_into == ""), _search(crm)),
        rx.cond(
            crm.merged.length() > 0,
            rx.el.div(
                rx.el.h3(t["studio.crm.merged"]),
                rx.foreach(crm.merged, lambda one: _twin(crm, one, "part", crm.part(one.lead_id))),
            ),
        ),
    )


def _search(crm: State) -> rx.Component:
    """Merge with somebody whom nothing suggests."""
    return rx.el.details(
        rx.el.summary(t["studio.crm.join"]),
        rx.el.form(
            field(
                "crm-other",
                t["studio.crm.other"],
                rx.el.input(id="crm-other", name="search", type="search", max_length=100, auto_complete="off"),
                hint=t["studio.crm.other_hint"],
            ),
            rx.el.button(t["studio.crm.look"], type="submit", class_name="button small", id="look-for"),
            on_submit=crm.look_for,
            class_name="stack-form",
        ),
        rx.el.div(
            rx.cond(
                crm.looked_for != "",
                rx.cond(
                    crm.found_count == 0,
                    rx.el.p(t["studio.crm.nobody_found"], class_name="soft"),
                    rx.cond(
                        crm.found.length() < crm.found_count,
                        rx.el.p(
                            t["studio.crm.more_found"], " ", counted(crm.found_count, Desk.lang), class_name="soft"
                        ),
                    ),
                ),
            ),
            rx.foreach(crm.found, lambda one: _twin(crm, one, "merge", crm.merge(one.lead_id))),
            role="status",
            class_name="crm-found",
            custom_attrs={"data-testid": "found"},
        ),
        custom_attrs={"data-testid": "join"},
    )


def _twin(crm: State, one: State, name: str, action: Any) -> rx.Component:
    return rx.el.div(
        rx.el.a(one.name, href="/studio/leads/" + one.lead_id, class_name="strong"),
        chip(one.contact, "quiet"),
        rx.cond(
            crm.may_work,
            rx.el.button(
                t[f"studio.crm.{name}"],
                type="button",
                on_click=action,
                class_name="button small",
                custom_attrs={"data-testid": name},
            ),
        ),
        class_name="crm-line",
        custom_attrs={"data-testid": f"{name}-line"},
    )
