"""How pairs of leads that are perhaps one person look."""

from typing import Any

import reflex as rx

from app.studio.desk import Desk
from app.studio.frame import chip, count, desk, empty

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """A card a pair, the surest first."""
    return desk(
        rx.cond(
            page.undoable.length() > 0,
            rx.el.div(
                rx.el.button(
                    t["studio.twins.undo"],
                    type="button",
                    on_click=page.undo,
                    class_name="button small",
                    id="undo-merge",
                ),
            ),
        ),
        rx.cond(
            page.pairs.length() > 0,
            rx.fragment(
                rx.cond(page.may_work, _many(page)),
                rx.el.ol(
                    rx.foreach(page.pairs, lambda pair: _pair(page, pair)),
                    class_name="cards",
                    custom_attrs={"data-testid": "pairs"},
                ),
            ),
            empty(t["studio.twins.empty_title"], t["studio.twins.empty_text"], name="no-pairs"),
        ),
        name="duplicates",
        title=rx.fragment(t["studio.twins.title"], " ", count(page.total, name="pairs")),
        lead=rx.el.p(t["studio.twins.lead"], class_name="soft"),
    )


def _many(page: State) -> rx.Component:
    """Ticking the sure pairs, and merging what is ticked after a question."""
    picked = rx.el.b(page.picked.length(), class_name="digits", id="picked-pairs")
    return rx.cond(
        page.is_asked,
        rx.el.div(
            rx.el.p(t["studio.twins.sure"], " ", picked, ". ", t["studio.twins.sure_is"], role="alert"),
            rx.el.div(
                _button(t["studio.twins.merge_many"], page.merge_picked, "confirm-merge", "primary"),
                _button(t["studio.no"], page.ask(False), "confirm-no", "quiet"),  # noqa: FBT003 - as the client calls it
                class_name="actions",
            ),
            class_name="confirm",
        ),
        rx.el.div(
            rx.el.span(t["studio.bulk.picked"], " ", picked),
            rx.cond(
                page.sure > 0,
                _button(rx.fragment(t["studio.twins.pick_sure"], " ", page.sure), page.pick_sure, "pick-sure", ""),
            ),
            rx.el.button(
                t["studio.twins.merge_many"],
                type="button",
                disabled=page.picked.length() == 0,
                on_click=page.ask(True),  # noqa: FBT003 - as the client calls it
                class_name="button small",
                custom_attrs={"data-testid": "merge-picked"},
            ),
            class_name="crm-line",
        ),
    )


def _button(text: Any, action: Any, name: str, kind: str) -> rx.Component:
    attributes = {"data-testid": name, "data-kind": kind}
    return rx.el.button(text, type="button", on_click=action, class_name="button small", custom_attrs=attributes)


def _pair(page: State, pair: State) -> rx.Component:
    return rx.el.li(
        rx.cond(
            page.may_work,
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    checked=page.picked.contains(pair.key),
                    on_change=lambda is_on: page.pick(pair.key, is_on),
                    aria_label=t["studio.bulk.pick"] + " " + pair.one_name + " · " + pair.other_name,
                    class_name="tick-box",
                ),
                chip(pair.why, "quiet"),
                class_name="term",
            ),
            chip(pair.why, "quiet"),
        ),
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
        rx.el.span(contact, class_name="digits faint wrap"),
        class_name="stack",
    )
