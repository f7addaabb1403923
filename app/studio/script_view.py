"""How the script editor looks: the table with its forms, moving everything, a preview, files, the history."""

from typing import Any

import reflex as rx

from app.shared import texts
from app.shared.layout import anchor
from app.studio.desk import Desk
from app.studio.frame import cell, chip, desk, empty, field, for_who_may, moment, pager, sheet
from domain.script_files import KINDS

State = Any
t = Desk.t


def taken() -> tuple[()]:
    """The event of a file that was taken in; it says nothing more."""
    return ()


class ScriptFile(rx.Component):
    """Choosing a file and sending it (`assets/script/file.jsx`); complaints come row by row."""

    library = rx.asset("script/file.jsx").importable_path
    tag = "ScriptFile"
    is_default = True

    webinar: rx.Var[str]
    is_held: rx.Var[bool]
    language: rx.Var[str]
    texts: rx.Var[dict[str, Any]]
    on_taken: rx.EventHandler[taken]  # type: ignore[type-arg, valid-type] # Reflex reads the spec from here


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
            rx.fragment(
                _bar(page),
                _form(page),
                _table(page),
                _tools(page),
                for_who_may("/staff/webinars/{webinar_id}/script", _file(page)),
                _history(page),
            ),
        ),
        name="script",
        title=t["studio.script.title"],
        lead=rx.el.p(
            rx.el.a(page.title, href="/studio/webinars/" + page.current_id),
            " · ",
            rx.cond(
                page.revision > 0, chip("v" + page.revision.to_string()), chip(t["studio.script.unsaved"], "quiet")
            ),
            " ",
            rx.el.span(t["studio.script.entries_column"], ": ", page.total, class_name="soft"),
            custom_attrs={"data-testid": "script-version"},
        ),
    )


def _bar(page: State) -> rx.Component:
    return rx.el.div(
        rx.el.p(t["studio.script.text"], class_name="soft"),
        rx.cond(
            page.troubled > 0,
            rx.el.p(
                t["studio.script.troubled"], " ", page.troubled, class_name="banner", custom_attrs={"data-kind": "warn"}
            ),
        ),
        rx.el.div(
            for_who_may("ScriptPage.edit", _button(t["studio.script.add"], page.edit("new"), "add-entry", "primary")),
            rx.cond(
                page.is_changed,
                rx.fragment(
                    _button(t["studio.script.save"], page.save, "save-script", "primary"),
                    _button(t["studio.script.discard"], page.opened, "discard-script", "quiet"),
                    rx.el.span(t["studio.script.changed"], class_name="soft", role="status"),
                ),
            ),
            class_name="actions",
        ),
        class_name="script-bar",
    )


def _button(text: Any, action: Any, name: str, kind: str) -> rx.Component:
    return rx.el.button(
        text, type="button", on_click=action, class_name="button small", id=name, custom_attrs={"data-kind": kind}
    )


def _form(page: State) -> rx.Component:
    """The form of the entry that is being edited, above the table."""
    return rx.cond(
        page.editing != "",
        rx.el.form(
            rx.el.div(
                _input(page, "time", placeholder="12:30"),
                field(
                    "kind",
                    t["studio.script.column.kind"],
                    rx.el.select(
                        *(rx.el.option(t[f"studio.script.kind.{kind}"], value=kind) for kind in KINDS),
                        id="kind",
                        name="kind",
                        default_value=page.values["kind"],
                    ),
                    error=page.wrong["kind"],
                ),
                _input(page, "author", max_length=60),
                _area(page, "text"),
                _area(page, "options"),
                rx.el.div(
                    _input(page, "target", list="script-targets"),
                    rx.el.datalist(
                        rx.foreach(page.targets, lambda choice: rx.el.option(choice.label, value=choice.value)),
                        id="script-targets",
                    ),
                ),
                class_name="field-grid",
            ),
            rx.el.div(
                rx.el.button(
                    t["studio.script.keep"],
                    type="submit",
                    class_name="button",
                    id="keep-entry",
                    custom_attrs={"data-kind": "primary"},
                ),
                _button(t["studio.cancel"], page.edit(""), "close-entry", "quiet"),
                class_name="form-foot",
            ),
            on_submit=page.keep,
            key="entry-" + page.form_key.to_string(),
            class_name="panel",
            id="entry-form",
            no_validate=True,
        ),
    )


def _input(page: State, name: str, **props: Any) -> rx.Component:
    control = rx.el.input(id=name, name=name, default_value=page.values[name], **props)
    return field(name, t[f"studio.script.column.{name}"], control, error=page.wrong[name])


def _area(page: State, name: str) -> rx.Component:
    control = rx.el.textarea(id=name, name=name, default_value=page.values[name], rows=2)
    return field(name, t[f"studio.script.column.{name}"], control, error=page.wrong[name])


def _table(page: State) -> rx.Component:
    headers = ["time", "kind", "author", "text"]
    return rx.cond(
        page.total > 0,
        rx.el.section(
            sheet(
                [*(t[f"studio.script.column.{name}"] for name in headers), ""],
                rx.foreach(page.rows, lambda row: _row(page, row)),
                name="script-entries",
            ),
            pager(page.page, page.pages, page.turn(-1), page.turn(1)),
        ),
        empty(t["studio.script.empty.title"], t["studio.script.empty.text"], name="empty-script"),
    )


def _row(page: State, row: State) -> rx.Component:
    return rx.el.tr(
        cell(row.time, label=t["studio.script.column.time"], class_name="digits"),
        cell(chip(row.kind_words, "quiet"), label=t["studio.script.column.kind"]),
        cell(row.author, label=t["studio.script.column.author"]),
        cell(
            rx.el.span(row.text),
            rx.cond(row.options != "", rx.el.span(row.options, class_name="soft")),
            rx.cond(row.fault != "", rx.el.span(row.fault, class_name="error")),
            label=t["studio.script.column.text"],
            class_name="stack wrap",
        ),
        cell(
            for_who_may(
                "ScriptPage.edit",
                rx.el.button(
                    t["studio.script.edit"], type="button", on_click=page.edit(row.entry_id), class_name="link-button"
                ),
                rx.el.button(
                    t["studio.script.remove"],
                    type="button",
                    on_click=page.remove(row.entry_id),
                    class_name="link-button",
                ),
            ),
            class_name="actions",
        ),
        key=row.entry_id,
        custom_attrs={"data-testid": "script-entry", "data-entry": row.entry_id},
    )


def _tools(page: State) -> rx.Component:
    return rx.el.div(
        for_who_may(
            "ScriptPage.shift",
            rx.el.form(
                field(
                    "seconds",
                    t["studio.script.shift"],
                    rx.el.input(id="seconds", name="seconds", placeholder="-0:30"),
                    hint=t["studio.script.shift_hint"],
                    error=page.wrong_shift,
                ),
                rx.el.button(t["studio.script.shift_do"], type="submit", class_name="button", id="shift-script"),
                on_submit=page.shift,
                key="shift-" + page.form_key.to_string(),
                class_name="panel inline-form",
                no_validate=True,
            ),
        ),
        rx.el.form(
            field(
                "at",
                t["studio.script.look"],
                rx.el.input(id="at", name="at", placeholder="25:00"),
                hint=t["studio.script.look_hint"],
                error=page.wrong_preview,
            ),
            rx.el.button(t["studio.script.look_do"], type="submit", class_name="button", id="look-script"),
            on_submit=page.look,
            class_name="panel inline-form",
            no_validate=True,
        ),
        rx.cond(page.has_preview, _preview(page)),
        class_name="script-tools",
    )


def _preview(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.script.at"], " ", rx.el.span(page.preview_time, class_name="digits")),
        rx.cond(page.preview_pinned != "", rx.el.p(chip(t["studio.script.kind.pin"]), " ", page.preview_pinned)),
        rx.cond(page.preview_poll != "", rx.el.p(chip(t["studio.script.kind.poll_open"]), " ", page.preview_poll)),
        rx.foreach(page.preview_offers, lambda name: rx.el.p(chip(t["studio.script.kind.offer_show"]), " ", name)),
        rx.cond(
            page.preview_lines.length() > 0,
            rx.el.ol(
                rx.foreach(page.preview_lines, lambda line: rx.el.li(rx.el.strong(line.author), " ", line.text)),
                class_name="script-lines",
            ),
            rx.el.p(t["studio.script.no_lines"], class_name="soft"),
        ),
        class_name="panel",
        custom_attrs={"data-testid": "script-preview"},
    )


def _file(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.script.files"]),
        rx.el.p(t["studio.script.files_text"], class_name="soft"),
        ScriptFile.create(
            webinar=page.current_id,
            is_held=page.is_changed,
            language=Desk.lang,
            texts={language: texts.section(language, "studio.script") for language in texts.LANGUAGES},
            on_taken=page.opened,
        ),
        rx.cond(
            page.total > 0,
            anchor(
                t["studio.script.export"],
                href="/staff/webinars/" + page.current_id + "/script.csv?revision=" + page.revision.to_string(),
                class_name="button small",
                id="export-script",
                custom_attrs={"data-kind": "quiet"},
            ),
        ),
        class_name="panel script-files",
    )


def _history(page: State) -> rx.Component:
    headers = ["version", "saved_at", "by", "origin_column", "entries_column"]
    return rx.cond(
        page.versions.length() > 0,
        rx.el.section(
            rx.el.h2(t["studio.script.history"]),
            rx.el.p(t["studio.script.history_text"], class_name="soft"),
            sheet(
                [*(t[f"studio.script.{name}"] for name in headers), ""],
                rx.foreach(page.versions, lambda row: _version(page, row)),
                name="script-versions",
            ),
        ),
    )


def _version(page: State, row: State) -> rx.Component:
    return rx.el.tr(
        cell("v", row.revision, label=t["studio.script.version"], class_name="digits"),
        cell(moment(row.saved_at), label=t["studio.script.saved_at"]),
        cell(row.by, label=t["studio.script.by"], class_name="wrap"),
        cell(row.origin, label=t["studio.script.origin_column"]),
        cell(row.size, label=t["studio.script.entries_column"], class_name="digits"),
        cell(
            rx.el.button(
                t["studio.script.open"],
                type="button",
                on_click=page.open_version(row.revision),
                class_name="link-button",
            ),
        ),
        custom_attrs={"data-testid": "script-version-row"},
    )
