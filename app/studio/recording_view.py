"""How the page looks that makes an automatic webinar of a live session: what there is to take, and a short form."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import desk, empty, field, figure, moment
from app.studio.media_form import MEDIA_KINDS

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """The form, or why there is none."""
    return desk(
        rx.match(
            page.obstacle,
            ("", rx.fragment(_numbers(page), _form(page))),
            *((why, _none(page, why)) for why in ("unknown", "not_live", "not_over")),
            rx.fragment(),
        ),
        name="record",
        title=t["studio.record.title"],
        lead=rx.cond(
            page.title != "",
            rx.el.p(
                rx.el.a(page.title, href="/studio/webinars/" + page.webinar_id),
                " · ",
                moment(page.starts_at, shape="full"),
                " · ",
                rx.el.span(page.length, class_name="digits"),
            ),
        ),
    )


def _none(page: State, why: str) -> rx.Component:
    """Why there is nothing to make, and the way back to where there may be."""
    at = rx.cond(page.webinar_id != "", "/studio/webinars/" + page.webinar_id, "/studio/webinars")
    way = rx.el.a(t["studio.record.back"], href=at, class_name="button small")
    return empty(t[f"studio.record.{why}.title"], t[f"studio.record.{why}.text"], way, name=f"record-{why}")


def _numbers(page: State) -> rx.Component:
    counts = {
        "lines": page.lines,
        "polls": page.polls,
        "offers": page.offers,
        "pins": page.pins,
        "left_out": page.left_out,
    }
    return rx.el.dl(
        *(
            figure(value, t[f"studio.record.{name}"], t[f"studio.record.{name}_is"], name=name)
            for name, value in counts.items()
        ),
        class_name="figures",
    )


def _form(page: State) -> rx.Component:
    return rx.el.form(
        rx.el.p(t["studio.record.text"], class_name="soft"),
        rx.el.div(
            _input(page, "title_ru", t["studio.form.title_ru"], max_length=200),
            _input(page, "title_en", t["studio.form.title_en"], max_length=200),
            _input(page, "slug", t["studio.form.slug"], max_length=60, auto_capitalize="none", spell_check=False),
            field(
                "media_kind",
                t["studio.form.media_kind.label"],
                rx.el.select(
                    *(rx.el.option(t[f"studio.form.media_kind.{kind}"], value=kind) for kind in MEDIA_KINDS),
                    id="media_kind",
                    name="media_kind",
                    default_value=page.values["media_kind"],
                ),
            ),
            _input(page, "media_url", t["studio.record.media_url"], max_length=500, hint=t["studio.record.media_hint"]),
            _input(page, "shift", t["studio.record.shift"], hint=t["studio.record.shift_hint"]),
            field(
                "naming",
                t["studio.record.naming"],
                rx.el.select(
                    *(
                        rx.el.option(t[f"studio.record.naming_{how}"], value=how)
                        for how in ("pseudonym", "anonymous", "keep")
                    ),
                    id="naming",
                    name="naming",
                    default_value=page.values["naming"],
                ),
                hint=t["studio.record.naming_hint"],
            ),
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    name="is_script_disclosed",
                    id="is_script_disclosed",
                    default_checked=page.values["is_script_disclosed"] == "on",
                ),
                rx.el.span(t["studio.form.is_script_disclosed"]),
                class_name="tick",
            ),
            class_name="field-grid",
        ),
        rx.el.div(
            rx.el.button(
                t["studio.record.make"],
                type="submit",
                class_name="button",
                id="make-auto",
                custom_attrs={"data-kind": "primary"},
            ),
            class_name="form-foot",
        ),
        on_submit=page.make,
        key="record-" + page.form_key.to_string(),
        class_name="panel",
        id="record-form",
        no_validate=True,
    )


def _input(page: State, name: str, label: Any, *, hint: Any = None, **props: Any) -> rx.Component:
    control = rx.el.input(id=name, name=name, default_value=page.values[name], **props)
    return field(name, label, control, hint=hint, error=page.wrong[name])
