"""How the texts look: the list, and one text with its editor, previews, versions and experiment."""

from typing import Any

import reflex as rx

from app.studio.bubble_view import piece
from app.studio.desk import Desk
from app.studio.frame import cell, chip, desk, empty, field, for_who_may, moment, sheet
from app.studio.scenarios.timelines_view import parts
from domain.message_text import VARIABLES

State = Any
t = Desk.t
HERE = "studio.scenarios.texts_page"


def listing(page: State) -> rx.Component:
    """Every template."""
    return desk(
        parts("texts"),
        sheet(
            [t[f"{HERE}.message"], t["studio.nav.scenarios"], t[f"{HERE}.ru"], t[f"{HERE}.en"], ""],
            rx.foreach(page.lines, _line),
            name="templates",
        ),
        name="scenarios",
        title=t["studio.scenarios.texts"],
        lead=rx.el.p(t[f"{HERE}.lead"], class_name="soft"),
    )


def _line(line: State) -> rx.Component:
    return rx.el.tr(
        cell(rx.el.a(line.label, href="/studio/scenarios/texts/" + line.template, class_name="strong")),
        cell(line.scenario, label=t["studio.nav.scenarios"]),
        cell(line.ru, label=t[f"{HERE}.ru"]),
        cell(line.en, label=t[f"{HERE}.en"]),
        cell(rx.cond(line.has_experiment, chip(t[f"{HERE}.experiment"], "warn"))),
        custom_attrs={"data-testid": "template", "data-template": line.template},
    )


def view(page: State) -> rx.Component:
    """One template."""
    return desk(
        parts("texts"),
        rx.cond(
            page.is_missing,
            empty(t[f"{HERE}.missing"], t[f"{HERE}.missing_text"], name="template-missing"),
            rx.fragment(
                _which(page),
                # Not before it is filled: what is typed into an empty form would be lost when the text arrives.
                rx.cond(page.form_key != "", rx.el.div(_editor(page), _previews(page), class_name="editor-columns")),
                rx.cond(page.has_experiment, _experiment(page)),
                _versions(page),
            ),
        ),
        name="scenarios",
        title=rx.cond(page.label != "", page.label, t["studio.scenarios.texts"]),
        lead=rx.el.p(page.template, class_name="mono faint"),
    )


def _which(page: State) -> rx.Component:
    def tab(language: str, variant: str) -> rx.Component:
        is_chosen = (page.written_in == language) & (page.variant == variant)
        return rx.el.button(
            t[f"{HERE}.{language}"],
            " · ",
            t[f"{HERE}.variant_{variant}"],
            type="button",
            on_click=page.pick(language, variant),
            aria_pressed=rx.cond(is_chosen, "true", "false"),
            class_name="tab",
            id=f"{language}-{variant}",
        )

    return rx.el.div(
        *(tab(language, variant) for variant in ("a", "b") for language in ("ru", "en")),
        class_name="tabs",
        role="group",
        aria_label=t[f"{HERE}.which"],
    )


def _editor(page: State) -> rx.Component:
    return rx.el.form(
        rx.cond(page.variant == "b", rx.el.p(t[f"{HERE}.b_hint"], class_name="group-hint")),
        field(
            "text",
            t[f"{HERE}.source"],
            rx.el.textarea(
                id="text",
                name="text",
                default_value=page.source,
                on_blur=page.try_out,
                rows="12",
                spell_check=False,
                class_name="mono",
            ),
            hint=t[f"{HERE}.hint"],
            error=page.wrong,
            is_wide=True,
        ),
        rx.el.p(
            t[f"{HERE}.variables"],
            " ",
            *(rx.el.code("{{ " + name + " }} ") for name in VARIABLES),
            class_name="faint variables",
        ),
        rx.cond(page.buttons.length() > 0, _buttons(page)),
        for_who_may(
            "Editor.save",
            rx.el.div(
                rx.el.button(
                    t[f"{HERE}.save"],
                    type="submit",
                    class_name="button",
                    id="save",
                    custom_attrs={"data-kind": "primary"},
                ),
                rx.cond(
                    (page.variant == "b") & page.has_experiment,
                    rx.el.button(
                        t[f"{HERE}.end"], type="button", on_click=page.end_experiment, class_name="button", id="end"
                    ),
                ),
                class_name="actions",
            ),
        ),
        on_submit=page.save,
        key=page.form_key,
        class_name="panel desk-form",
        no_validate=True,
    )


def _buttons(page: State) -> rx.Component:
    """Which buttons stand under the text, and their words."""
    return rx.el.fieldset(
        rx.el.legend(t[f"{HERE}.buttons"]),
        rx.foreach(
            page.buttons,
            lambda one: rx.el.div(
                rx.el.label(
                    rx.el.input(
                        type="checkbox",
                        name="button_" + one.kind,
                        id="button_" + one.kind,
                        default_checked=one.is_on,
                    ),
                    rx.el.span(one.name),
                    class_name="tick",
                ),
                rx.el.input(
                    name="label_" + one.kind,
                    id="label_" + one.kind,
                    default_value=one.label,
                    max_length=60,
                    placeholder=one.name,
                    aria_label=t[f"{HERE}.button_label"] + ": " + one.name,
                ),
                class_name="button-line",
                custom_attrs={"data-testid": "button-line"},
            ),
        ),
        rx.el.p(t[f"{HERE}.buttons_hint"], class_name="faint"),
        class_name="buttons-of-text",
    )


def _previews(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t[f"{HERE}.as_seen"]),
        rx.foreach(
            page.seen,
            lambda shown: rx.el.div(
                rx.el.p(shown.label, class_name="faint"),
                rx.el.div(rx.foreach(shown.pieces, piece), class_name="bubble"),
                rx.el.div(
                    rx.foreach(shown.buttons, lambda button: rx.el.span(button.text, class_name="bubble-button")),
                    class_name="bubble-buttons",
                ),
                class_name="bubble-frame",
                custom_attrs={"data-testid": "seen"},
            ),
        ),
        class_name="panel previews",
    )


def _experiment(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t[f"{HERE}.experiment"]),
        rx.el.p(t[f"{HERE}.experiment_hint"], class_name="soft"),
        sheet(
            [
                t[f"{HERE}.result_is"],
                rx.fragment("A · ", t[f"{HERE}.sent"], " ", page.sent[0]),
                rx.fragment("B · ", t[f"{HERE}.sent"], " ", page.sent[1]),
                t[f"{HERE}.says"],
            ],
            rx.foreach(page.results, _result),
            name="experiment",
        ),
        class_name="panel",
    )


def _result(line: State) -> rx.Component:
    return rx.el.tr(
        cell(line.label),
        cell(line.a, label="A", class_name="digits"),
        cell(line.b, label="B", class_name="digits"),
        cell(chip(line.verdict_text, rx.match(line.verdict, ("b_better", "good"), ("b_worse", "bad"), "quiet"))),
        custom_attrs={"data-testid": "result", "data-verdict": line.verdict},
    )


def _versions(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t[f"{HERE}.versions"]),
        rx.cond(
            page.versions.length() > 0,
            rx.el.ol(rx.foreach(page.versions, lambda one: _version(page, one)), class_name="lines"),
            rx.el.p(t[f"{HERE}.no_versions"], class_name="soft"),
        ),
        class_name="panel",
    )


def _version(page: State, one: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong("v", one.revision, class_name="digits"),
            rx.cond(one.is_current, chip(t[f"{HERE}.current"], "good")),
            rx.cond(one.at != "", moment(one.at)),
            rx.el.span(one.by, class_name="soft"),
            rx.cond(one.note != "", rx.el.span(one.note, class_name="soft")),
            class_name="line-meta",
        ),
        rx.cond(
            one.text != "",
            rx.el.details(rx.el.summary(t[f"{HERE}.show_source"]), rx.el.pre(one.text, class_name="source mono")),
        ),
        rx.cond(
            ~one.is_current,
            for_who_may(
                "Editor.restore",
                rx.el.button(
                    t[f"{HERE}.restore"],
                    type="button",
                    on_click=page.restore(one.revision),
                    class_name="link-button",
                    custom_attrs={"data-testid": "restore", "data-revision": one.revision},
                ),
            ),
        ),
        class_name="version",
        custom_attrs={"data-testid": "version"},
    )
