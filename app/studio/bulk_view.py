"""How moving many leads, the files and the stages look beside the list."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.studio.desk import Desk
from app.studio.frame import field

State = Any
t = Desk.t


def bar(leads: State, bulk: State) -> rx.Component:
    """Above the list: what to do with the ticked ones, and the list as a file."""
    return rx.el.div(
        rx.cond(
            bulk.picked.length() > 0,
            rx.el.form(
                rx.el.span(t["studio.bulk.picked"], " ", rx.el.b(bulk.picked.length()), id="picked"),
                rx.el.select(
                    rx.foreach(bulk.choices, lambda choice: rx.el.option(choice.label, value=choice.value)),
                    name="stage",
                    id="bulk-stage",
                    aria_label=t["studio.crm.stage"],
                    class_name="input",
                ),
                rx.el.button(t["studio.bulk.move"], type="submit", class_name="button small", id="bulk-move"),
                on_submit=bulk.move,
                class_name="crm-line",
            ),
        ),
        rx.el.div(
            anchor("CSV", href="/staff/leads.csv" + leads.address, class_name="button small", id="leads-csv"),
            anchor("XLSX", href="/staff/leads.xlsx" + leads.address, class_name="button small", id="leads-xlsx"),
            rx.el.a(t["studio.leads.import"], href="/studio/import", class_name="button small", id="to-import"),
            class_name="crm-line",
        ),
        class_name="bulk",
    )


def tick(bulk: State, line: State) -> rx.Component:
    """The box in front of a lead."""
    return rx.el.input(
        type="checkbox",
        checked=bulk.picked.contains(line.lead_id),
        on_change=lambda is_on: bulk.pick(line.lead_id, is_on),
        aria_label=t["studio.bulk.pick"] + " " + line.name,
        class_name="tick-box",
    )


def pipeline(bulk: State) -> rx.Component:
    """The stages as text, for whoever may change them."""
    return rx.cond(
        (Desk.role == "admin") | (Desk.role == "marketer"),
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
