"""How an import looks: the form for a file, the dry run, the terms, the outcome."""

from typing import Any, ClassVar

import reflex as rx

from app.shared.layout import anchor
from app.shared.numbers import decimal
from app.studio.desk import Desk
from app.studio.frame import cell, chip, desk, field, figure, sheet
from domain.imports import KINDS, MOST_ROWS

State = Any
t = Desk.t


class UploadForm(rx.Component):
    """A form with a file that the browser sends by itself."""

    tag = "form"
    _is_tag_in_global_scope: ClassVar[bool] = True

    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]


def view(page: State) -> rx.Component:
    """The form, or what is known of the uploaded list."""
    return desk(
        rx.cond(
            page.problem != "",
            rx.el.p(
                page.problem,
                class_name="banner",
                role="alert",
                custom_attrs={"data-kind": "bad", "data-testid": "import-problem"},
            ),
        ),
        rx.cond(page.batch_id != "", _found(page), _upload()),
        name="import",
        title=t["studio.import.title"],
        lead=rx.el.p(t["studio.import.lead"], class_name="soft"),
    )


def _upload() -> rx.Component:
    return rx.fragment(
        UploadForm.create(
            field(
                "file",
                t["studio.import.file"],
                rx.el.input(id="file", name="file", type="file", accept=".csv,.txt,text/csv", required=True),
                hint=rx.fragment(
                    t["studio.import.file_hint"],
                    " ",
                    rx.cond(Desk.lang == "en", decimal(MOST_ROWS, "en"), decimal(MOST_ROWS, "ru")),
                ),
            ),
            field(
                "kind",
                t["studio.import.kind"],
                rx.el.select(
                    rx.el.option(t["studio.import.kind_auto"], value=""),
                    *(rx.el.option(t[f"studio.import.kind_{kind}"], value=kind) for kind in KINDS),
                    id="kind",
                    name="kind",
                ),
            ),
            field(
                "zone",
                t["studio.import.zone"],
                rx.el.input(id="zone", name="zone", default_value="Europe/Moscow", spell_check=False),
                hint=t["studio.import.zone_hint"],
            ),
            rx.el.button(
                t["studio.import.look"],
                type="submit",
                class_name="button",
                id="look-at-list",
                custom_attrs={"data-kind": "primary"},
            ),
            action="/staff/imports",
            method="post",
            enc_type="multipart/form-data",
            class_name="panel stack-form",
            id="upload-form",
        ),
        rx.el.section(
            rx.el.h2(t["studio.import.accepted"]),
            rx.el.ul(
                rx.el.li(t["studio.import.accepted_csv"]),
                rx.el.li(t["studio.import.accepted_bizon"]),
                rx.el.li(t["studio.import.accepted_getcourse"]),
                class_name="reasons",
            ),
            class_name="panel",
        ),
    )


def _found(page: State) -> rx.Component:
    return rx.fragment(
        rx.el.p(
            rx.el.b(page.file_name, class_name="wrap"), " · ", page.kind, " · ",
            t["studio.import.rows"], " ", page.rows, class_name="line-meta",
        ),
        rx.cond(
            page.ignored.length() > 0,
            rx.el.p(t["studio.import.ignored"], " ", page.ignored.join(", "), class_name="soft wrap", id="ignored"),
        ),
        rx.el.dl(
            *(
                figure(getattr(page, name), t[f"studio.import.will.{name}"], t[f"studio.import.is.{name}"], name=name)
                for name in ("new", "same", "again", "refused")
            ),
            class_name="figures",
        ),
        rx.cond(
            page.refused > 0,
            rx.el.p(
                anchor(
                    t["studio.import.errors"],
                    href="/staff/imports/" + page.batch_id + "/errors.csv",
                    class_name="button small",
                    id="errors-csv",
                    custom_attrs={"download": "import-errors.csv"},
                )
            ),
        ),
        rx.cond(page.is_taken, _next(), _terms(page)),
        sheet(
            [t["studio.import.line"], t["studio.import.who"], t["studio.import.what"], t["studio.import.why"]],
            rx.foreach(page.shown, _row),
            name="rows",
        ),
        rx.cond(page.rows > page.shown.length(), rx.el.p(t["studio.import.only_some"], class_name="faint")),
    )  # fmt: skip


def _terms(page: State) -> rx.Component:
    return rx.el.form(
        rx.el.h2(t["studio.import.terms"]),
        rx.el.p(t["studio.import.terms_text"], class_name="soft"),
        *(
            rx.el.label(
                rx.el.input(type="checkbox", name=purpose, value="on", class_name="tick-box", id=f"terms-{purpose}"),
                " ",
                t[f"studio.import.purpose_{purpose}"],
                class_name="term",
            )
            for purpose in ("processing", "marketing", "partner_transfer")
        ),
        field(
            "ground",
            t["studio.import.ground"],
            rx.el.input(id="ground", name="ground", max_length=300, default_value=page.ground),
            hint=t["studio.import.ground_hint"],
            error=page.wrong,
        ),
        rx.cond(
            page.is_running,
            rx.el.div(
                rx.el.progress(value=page.done, max=page.rows, aria_label=t["studio.import.running"]),
                rx.el.span(page.done, " / ", page.rows, class_name="digits", role="status", id="import-progress"),
                class_name="crm-line",
            ),
            rx.el.button(
                t["studio.import.take"],
                type="submit",
                class_name="button",
                id="take-list",
                custom_attrs={"data-kind": "primary"},
            ),
        ),
        on_submit=page.take,
        class_name="panel stack-form",
        id="terms-form",
    )


def _next() -> rx.Component:
    return rx.el.p(
        rx.el.a(t["studio.import.to_leads"], href="/studio/leads?source=import", class_name="button small"),
        " ",
        anchor(t["studio.import.another"], href="/studio/import", class_name="button small", id="another-list"),
    )


def _row(line: State) -> rx.Component:
    kind = rx.match(line.happens, ("new", "good"), ("refused", "bad"), "quiet")
    return rx.el.tr(
        cell(rx.el.span(line.line, class_name="digits"), label=t["studio.import.line"]),
        cell(
            rx.cond(line.lead_id != "", rx.el.a(line.who, href="/studio/leads/" + line.lead_id), rx.el.span(line.who)),
            label=t["studio.import.who"],
        ),
        cell(chip(line.happens_text, kind), label=t["studio.import.what"]),
        cell(line.why, label=t["studio.import.why"]),
        custom_attrs={"data-testid": "import-row", "data-happens": line.happens},
    )
