"""How long people watched, and how a webinar fares live, automatic and recorded, side by side."""

from typing import Any

import reflex as rx

from app.dashboards.people_view import people_link
from app.studio.desk import Desk
from app.studio.frame import cell, empty, sheet
from app.studio.measures import entry, named, number
from warehouse.reads.audience import KIND_PARTS

State = Any
t = Desk.t
KIND = (
    ("registered", "kind_registered"), ("attended", "kind_attended"), ("median", "kind_median"),
    ("completed", "kind_completed"), ("clicked", "kind_clicked"), ("submitted", "kind_submitted"),
)  # fmt: skip
"""What is said of a kind, and the metric it is."""


def tenths(page: State) -> rx.Component:
    """Those who entered by how much of the session they watched."""
    return rx.el.section(
        rx.el.h2(t["studio.audience.tenths"]),
        rx.el.p(named("watched_band"), named("watched_band_share"), class_name="legend"),
        rx.cond(
            page.tenths.length() > 0,
            rx.el.ol(rx.foreach(page.tenths, lambda bar: _tenth(page, bar)), class_name="histogram with-shares"),
            empty(t["studio.audience.no_times.title"], t["studio.audience.no_times.text"], name="no-tenths"),
        ),
        class_name="panel",
    )


def _tenth(page: State, bar: State) -> rx.Component:
    return rx.el.li(
        rx.el.span(bar.label, class_name="digits"),
        rx.el.span(rx.el.span(class_name="bar-fill", style={"width": bar.width}), class_name="bar-track"),
        rx.el.span(
            rx.cond(
                bar.leads > 0,
                number(people_link(page, bar.leads, "tenth", value=bar.value), "watched_band"),
                number(bar.leads, "watched_band"),
            ),
            " ",
            number(bar.share, "watched_band_share", class_name="digits soft"),
        ),
        custom_attrs={"data-testid": "tenth"},
    )


def kinds(page: State) -> rx.Component:
    """All sessions of the webinar by kind."""
    return rx.el.section(
        rx.el.h2(t["studio.audience.kinds"]),
        rx.el.p(t["studio.audience.kinds_is"], class_name="faint"),
        rx.cond(
            page.kinds.length() > 0,
            sheet(
                [t["studio.audience.kind"], *(named(slug) for _, slug in KIND)],
                rx.foreach(
                    page.kinds,
                    lambda row: rx.el.tr(
                        cell(row.kind, class_name="cell strong"),
                        *(entry(_of_kind(page, row, name, slug), slug) for name, slug in KIND),
                        custom_attrs={"data-testid": "kind"},
                    ),
                ),
                name="kinds",
            ),
            empty(t["studio.audience.nobody.title"], t["studio.audience.nobody.text"], name="no-kinds"),
        ),
        class_name="panel",
    )


def _of_kind(page: State, row: State, name: str, slug: str) -> Any:
    value = getattr(row, name)
    return people_link(page, value, slug, value=row.slug) if slug in KIND_PARTS else value
