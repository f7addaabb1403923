"""How a message looks: the bubble its recipient sees, its buttons, and beside it what became of it."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.studio.desk import Desk
from app.studio.frame import chip, for_who_may, moment
from app.studio.measures import named, number

State = Any
t = Desk.t
KINDS = (
    ("sent", "good"),
    ("failed", "bad"),
    ("uncertain", "warn"),
    ("retrying", "warn"),
    ("skipped", "quiet"),
)


def message(shown: State, *, with_lead: bool = True, resend: Any = None) -> rx.Component:
    """One message: what was said, and what became of it; with `resend` a failed one can be sent again."""
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                chip(shown.state_text, rx.match(shown.state, *KINDS, "")),
                moment(shown.planned_at),
                class_name="line-meta",
            ),
            rx.el.strong(shown.step),
            rx.el.span(shown.scenario, rx.cond(shown.about != "", " · " + shown.about, ""), class_name="soft"),
            rx.el.span(
                shown.recipient,
                rx.cond(shown.reader_name != "", " " + shown.reader_name, ""),
                rx.cond(
                    shown.lead_id != "" if with_lead else False,
                    rx.fragment(" · ", rx.el.a(shown.lead_name, href="/studio/leads/" + shown.lead_id)),
                    rx.fragment(),
                ),
                class_name="soft",
            ),
            rx.cond(
                shown.latency != "",
                rx.el.span(
                    named("delivery_latency", t["studio.outbox.took"]),
                    " ",
                    number(shown.latency, "delivery_latency"),
                    " ",
                    t["studio.seconds"],
                    class_name="faint",
                ),
            ),
            rx.cond(
                shown.attempts > 1,
                rx.el.span(
                    named("message_attempts", t["studio.outbox.attempts"]),
                    " ",
                    number(shown.attempts, "message_attempts"),
                    class_name="faint",
                ),
            ),
            rx.cond(shown.transport == "dry_run", rx.el.span(t["studio.outbox.dry_run"], class_name="faint")),
            rx.cond(shown.why != "", rx.el.p(shown.why, class_name="why")),
            rx.cond(shown.can_resend, for_who_may("Outbox.resend", _again(resend)))
            if resend is not None
            else rx.fragment(),
            class_name="message-about",
        ),
        rx.cond(shown.pieces.length() > 0, _bubble(shown)),
        class_name="message",
        custom_attrs={"data-testid": "message", "data-state": shown.state, "data-key": shown.message_key},
    )


def _again(resend: Any) -> rx.Component:
    return rx.el.button(
        t["studio.outbox.resend"],
        type="button",
        on_click=resend,
        class_name="button",
        custom_attrs={"data-testid": "resend"},
    )


def _bubble(shown: State) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.foreach(shown.pieces, piece), class_name="bubble", custom_attrs={"data-testid": "bubble"}),
        rx.cond(
            shown.buttons.length() > 0,
            rx.el.div(
                rx.foreach(
                    shown.buttons,
                    lambda button: anchor(
                        button.text, href=button.url, target="_blank", rel="noreferrer", class_name="bubble-button"
                    ),
                ),
                class_name="bubble-buttons",
            ),
        ),
        class_name="bubble-frame",
    )


def piece(shown: State) -> rx.Component:
    """A stretch of a message's text in its style."""
    return rx.match(
        shown.style,
        ("bold", rx.el.b(shown.text)),
        ("italic", rx.el.i(shown.text)),
        ("under", rx.el.u(shown.text)),
        ("struck", rx.el.s(shown.text)),
        ("code", rx.el.code(shown.text)),
        ("link", rx.el.u(shown.text)),
        rx.el.span(shown.text),
    )
