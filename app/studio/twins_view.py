"""How pairs of leads that are perhaps one person look."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import chip, desk, empty

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """A card a pair, the surest first."""
    return desk(
        rx.cond(
            page.pairs.length() > 0,
            rx.el.ol(
                rx.foreach(page.pairs, lambda pair: _pair(page, pair)),
                class_name="cards",
                custom_attrs={"data-testid": "pairs"},
            ),
            empty(t["studio.twins.empty_title"], t["studio.twins.empty_text"], name="no-pairs"),
        ),
        name="duplicates",
        title=rx.fragment(t["studio.twins.title"], " ", rx.el.span(page.total, class_name="count mono", id="pairs")),
        lead=rx.el.p(t["studio.twins.lead"], class_name="soft"),
    )


def _pair(page: State, pair: State) -> rx.Component:
    return rx.el.li(
        chip(pair.why, "quiet"),
        rx.el.div(
            _one(pair.one_id, pair.one_name, pair.one_contact),
            _one(pair.other_id, pair.other_name, pair.other_contact),
            class_name="twins",
        ),
        rx.cond(
            page.may_work,
            rx.el.div(
                rx.el.button(
                    t["studio.twins.merge"],
                    type="button",
                    on_click=page.merge(pair.one_id, pair.other_id),
                    class_name="button small",
                    custom_attrs={"data-testid": "merge-pair"},
                ),
                rx.el.button(
                    t["studio.twins.apart"],
                    type="button",
                    on_click=page.keep_apart(pair.one_id, pair.other_id),
                    class_name="link-button",
                    custom_attrs={"data-testid": "keep-apart"},
                ),
                class_name="crm-line",
            ),
        ),
        class_name="panel pair",
        custom_attrs={"data-testid": "pair"},
    )


def _one(lead_id: Any, name: Any, contact: Any) -> rx.Component:
    return rx.el.div(
        rx.el.a(name, href="/studio/leads/" + lead_id, class_name="strong wrap"),
        rx.el.span(contact, class_name="mono faint wrap"),
        class_name="stack",
    )
