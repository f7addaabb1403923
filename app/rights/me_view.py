"""How a person's own page looks. What it knows is in `me`."""

from typing import Any

import reflex as rx

from app.shared import clock
from app.shared.layout import anchor, notice, page, what_is_on
from app.shared.visitor import Visitor

State = Any
t = Visitor.t


def view(me: State) -> rx.Component:
    """The page in each of its states."""
    return page(
        rx.match(
            me.status,
            ("loading", rx.el.p(t["common.loading"], class_name="soft", role="status")),
            ("unknown", notice(t["me.unknown.title"], t["me.unknown.text"], what_is_on(), name="me-unknown")),
            ("away", notice(t["me.away.title"], t["me.away.text"], name="me-away")),
            ("forgotten", notice(t["me.forgotten.title"], t["me.forgotten.text"], name="me-forgotten")),
            _open(me),
        ),
        name="me",
    )


def _open(me: State) -> rx.Component:
    return rx.el.div(
        rx.el.header(
            rx.el.p(t["me.eyebrow"], class_name="overline"),
            rx.el.h1(t["me.title"]),
            rx.el.p(rx.foreach(me.known, lambda one: rx.el.span(one, class_name="digits known")), class_name="soft"),
        ),
        rx.cond(me.notice != "", rx.el.p(me.notice, class_name="done", role="status", id="me-notice")),
        rx.el.section(
            rx.el.h2(t["me.consents"]),
            rx.cond(
                me.agreements.length() > 0,
                rx.el.ul(rx.foreach(me.agreements, lambda one: _agreement(me, one)), class_name="agreements"),
                rx.el.p(t["me.no_consents"], class_name="soft"),
            ),
            class_name="panel step",
        ),
        rx.el.section(
            rx.el.h2(t["me.data.title"]),
            rx.el.p(t["me.data.text"], class_name="soft"),
            rx.el.div(
                anchor(t["me.data.get"], href=me.data_url, id="my-data", class_name="button"), class_name="step-actions"
            ),
            class_name="panel step",
        ),
        rx.cond(me.choices.length() > 0, _choices(me)),
        _forgetting(me),
        rx.el.p(
            clock.zone_note(language=Visitor.lang, prefix=t["me.times"]),
            class_name="faint",
            custom_attrs={"data-testid": "zone"},
        ),
        class_name="welcome",
    )


def _choices(me: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["me.book.title"]),
        rx.el.ul(rx.foreach(me.choices, lambda one: _choice(me, one)), class_name="agreements"),
        class_name="panel step",
    )


def _choice(me: State, one: State) -> rx.Component:
    return rx.el.li(
        rx.el.strong(one.title),
        clock.local_time(at=one.starts_at, language=Visitor.lang, class_name="soft"),
        rx.cond(
            one.is_booked,
            rx.el.p(t["me.book.yours"], class_name="done"),
            rx.el.button(
                t["me.book.take"],
                type="button",
                on_click=me.book(one.session_id),
                class_name="button",
                custom_attrs={"data-kind": "quiet"},
            ),
        ),
        custom_attrs={"data-testid": "choice"},
    )


def _agreement(me: State, one: State) -> rx.Component:
    return rx.el.li(
        anchor(one.title, href=one.text_url, target="_blank", class_name="strong"),
        rx.el.p(
            t["me.version"],
            " ",
            rx.el.span(one.text_version, class_name="digits"),
            " · ",
            clock.local_time(at=one.given_at, language=Visitor.lang, with_zone=False),
            class_name="faint",
        ),
        rx.cond(
            one.withdrawn_at == "",
            rx.el.button(
                t["me.withdraw"],
                type="button",
                on_click=me.withdraw(one.purpose),
                class_name="button",
                custom_attrs={"data-kind": "quiet", "data-testid": f"withdraw-{one.purpose}"},
            ),
            rx.el.p(
                t["me.withdrawn_at"],
                " ",
                clock.local_time(at=one.withdrawn_at, language=Visitor.lang, with_zone=False),
                class_name="soft",
                custom_attrs={"data-testid": "withdrawn"},
            ),
        ),
        custom_attrs={"data-testid": "agreement"},
    )


def _forgetting(me: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["me.forget.title"]),
        rx.el.p(t["me.forget.text"], class_name="soft"),
        rx.cond(
            me.is_asking,
            rx.el.div(
                rx.el.p(t["me.forget.sure"], role="alert", class_name="strong"),
                rx.el.div(
                    rx.el.button(
                        t["me.forget.yes"],
                        type="button",
                        on_click=me.forget,
                        id="forget-yes",
                        class_name="button",
                        custom_attrs={"data-kind": "danger"},
                    ),
                    rx.el.button(
                        t["me.forget.no"],
                        type="button",
                        on_click=me.ask(False),  # noqa: FBT003 - the handler's argument
                        id="forget-no",
                        class_name="button",
                        custom_attrs={"data-kind": "quiet"},
                    ),
                    class_name="step-actions",
                ),
                class_name="step",
            ),
            rx.el.div(
                rx.el.button(
                    t["me.forget.ask"],
                    type="button",
                    on_click=me.ask(True),  # noqa: FBT003 - the handler's argument
                    id="forget-me",
                    class_name="button",
                    custom_attrs={"data-kind": "quiet"},
                ),
                class_name="step-actions",
            ),
        ),
        class_name="panel step",
    )
