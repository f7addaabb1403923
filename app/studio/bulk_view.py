"""How moving many leads, the files and the stages look beside the list."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.shared.numbers import counted
from app.studio.desk import Desk
from app.studio.frame import field, for_who_may

State = Any
t = Desk.t


def bar(leads: State, bulk: State) -> rx.Component:
    """Above the list: what to do with the ticked ones, and the list as a file."""
    return rx.el.div(
        _ticking(leads, bulk),
        rx.cond(
            bulk.picked.length() > 0,
            rx.el.div(
                rx.el.form(
                    _choice("stage", t["studio.crm.stage"], bulk.choices),
                    rx.el.button(t["studio.bulk.move"], type="submit", class_name="button small", id="bulk-move"),
                    on_submit=bulk.move,
                    class_name="crm-line",
                ),
                rx.el.form(
                    _choice("owner", t["studio.crm.owner"], leads.owners, t["studio.crm.nobody"]),
                    rx.el.button(t["studio.bulk.assign"], type="submit", class_name="button small", id="bulk-assign"),
                    on_submit=bulk.assign,
                    class_name="crm-line",
                ),
                rx.el.form(
                    rx.el.input(
                        name="tag",
                        id="bulk-tag",
                        max_length=40,
                        class_name="input",
                        auto_complete="off",
                        aria_label=t["studio.crm.tag"],
                        placeholder=t["studio.crm.tag"],
                    ),
                    rx.el.select(
                        rx.el.option(t["studio.bulk.tag_on"], value="on"),
                        rx.el.option(t["studio.bulk.tag_off"], value="off"),
                        name="way",
                        id="bulk-way",
                        aria_label=t["studio.bulk.tag_way"],
                        class_name="input",
                    ),
                    rx.el.button(t["studio.bulk.tag"], type="submit", class_name="button small", id="do-tag"),
                    on_submit=bulk.tag,
                    class_name="crm-line",
                ),
                for_who_may("Bulk.export", _button(t["studio.bulk.export"], bulk.export, "bulk-export")),
                class_name="bulk-actions",
            ),
        ),
        rx.el.div(
            for_who_may(
                "/staff/leads.csv",
                anchor("CSV", href="/staff/leads.csv" + leads.address, class_name="button small", id="leads-csv"),
                anchor("XLSX", href="/staff/leads.xlsx" + leads.address, class_name="button small", id="leads-xlsx"),
            ),
            for_who_may(
                "/studio/import",
                rx.el.a(t["studio.leads.import"], href="/studio/import", class_name="button small", id="to-import"),
            ),
            rx.el.a(t["studio.board.title"], href="/studio/board", class_name="button small", id="to-board"),
            rx.el.a(t["studio.twins.title"], href="/studio/duplicates", class_name="button small", id="to-duplicates"),
            class_name="crm-line",
        ),
        class_name="bulk",
    )


def _ticking(leads: State, bulk: State) -> rx.Component:
    """Many ticks at once: the page, or everybody the filters find; and how many there are."""
    return rx.el.div(
        _button(t["studio.bulk.page"], bulk.pick_page, "pick-page"),
        rx.cond(
            leads.pages > 1,
            _button(
                rx.fragment(t["studio.bulk.everybody"], " ", counted(leads.total, Desk.lang)), bulk.pick_all, "pick-all"
            ),
        ),
        rx.cond(
            bulk.picked.length() > 0,
            rx.fragment(
                _button(t["studio.bulk.clear"], bulk.clear, "pick-none"),
                rx.el.span(
                    t["studio.bulk.picked"],
                    " ",
                    rx.el.b(counted(bulk.picked.length(), Desk.lang)),
                    id="picked",
                    role="status",
                ),
            ),
        ),
        class_name="crm-line",
    )


def _button(label: Any, does: Any, name: str) -> rx.Component:
    return rx.el.button(label, type="button", on_click=does, class_name="button small", id=name)


def _choice(name: str, label: Any, choices: Any, first: Any = None) -> rx.Component:
    blank = [rx.el.option(first, value="")] if first is not None else []
    return rx.el.select(
        *blank,
        rx.foreach(choices, lambda choice: rx.el.option(choice.label, value=choice.value)),
        name=name,
        id=f"bulk-{name}",
        aria_label=label,
        class_name="input",
    )


def tick(bulk: State, line: State) -> rx.Component:
    """The box in front of a lead."""
    box = rx.el.input(
        type="checkbox",
        checked=bulk.picked.contains(line.lead_id),
        on_change=lambda is_on: bulk.pick(line.lead_id, is_on),
        aria_label=t["studio.bulk.pick"] + " " + line.name,
        class_name="tick-box",
    )
    return rx.el.label(box, class_name="tick-area")


def kept(views: State) -> rx.Component:
    """Views kept by name, one press away above the list; and keeping the one that is shown."""
    return rx.el.div(
        rx.el.ul(
            rx.foreach(
                views.kept,
                lambda one: rx.el.li(
                    anchor(one.name, href="/studio/leads" + one.address, class_name="strong"),
                    rx.cond(one.is_shared, rx.el.span(t["studio.views.shared"], class_name="tag")),
                    rx.cond(one.owner == Desk.email, _own(views, one)),
                    class_name="crm-line",
                    custom_attrs={"data-testid": "view"},
                ),
            ),
            aria_label=t["studio.views.title"],
            class_name="kept-views",
        ),
        rx.el.details(rx.el.summary(t["studio.views.keep"]), _keeping(views), class_name="keep-view"),
        class_name="views",
        custom_attrs={"data-testid": "views"},
    )


def _own(views: State, one: State) -> rx.Component:
    """Another name for one's own view, or none any more."""
    return rx.fragment(
        rx.el.details(
            rx.el.summary("✎", aria_label=t["studio.views.rename"] + " " + one.name, class_name="untag"),
            rx.el.form(
                rx.el.input(type="hidden", name="view_id", value=one.view_id),
                rx.el.input(
                    name="name",
                    default_value=one.name,
                    max_length=60,
                    required=True,
                    class_name="input",
                    auto_complete="off",
                    aria_label=t["studio.views.name"],
                ),
                rx.el.button(t["studio.views.save"], type="submit", class_name="button small"),
                # Reflex hoists what a form does out of the list: it could not name the line it stands in.
                on_submit=views.rename,
                class_name="crm-line",
            ),
            key=one.view_id + one.name,
            class_name="rename-view",
        ),
        rx.el.button(
            "×",
            type="button",
            on_click=views.drop(one.view_id),
            aria_label=t["studio.views.drop"] + " " + one.name,
            class_name="untag",
        ),
    )


def _keeping(views: State) -> rx.Component:
    return rx.el.form(
        rx.el.input(
            name="name",
            id="view-name",
            max_length=60,
            class_name="input",
            auto_complete="off",
            aria_label=t["studio.views.name"],
            placeholder=t["studio.views.name"],
        ),
        rx.el.label(
            rx.el.input(type="checkbox", name="shared", value="on", class_name="tick-box", id="view-shared"),
            " ",
            t["studio.views.share"],
            class_name="term",
        ),
        rx.el.button(t["studio.views.save"], type="submit", class_name="button small", id="keep-view"),
        on_submit=views.keep,
        reset_on_submit=True,
        class_name="crm-line",
    )


def pipeline(bulk: State) -> rx.Component:
    """The stages as text, for whoever may change them."""
    return for_who_may(
        "Bulk.save_stages",
        rx.el.details(
            rx.el.summary(t["studio.bulk.stages"]),
            rx.el.form(
                field(
                    "stages",
                    t["studio.bulk.stages_label"],
                    rx.el.textarea(default_value=bulk.text, id="stages", name="stages", rows="7", class_name="mono"),
                    hint=t["studio.bulk.stages_hint"],
                    error=bulk.wrong,
                ),
                rx.el.button(t["studio.bulk.save"], type="submit", class_name="button small", id="save-stages"),
                on_submit=bulk.save_stages,
                key=bulk.text,
                class_name="stack-form",
            ),
            class_name="panel",
            custom_attrs={"data-testid": "stages"},
        ),
    )
