"""How the thank-you page looks. What it knows is in `thanks`."""

from typing import Any

import reflex as rx

from app.shared import clock
from app.shared.layout import anchor, notice, page, what_is_on
from app.shared.visitor import Visitor

State = Any
t = Visitor.t


def view(thanks: State) -> rx.Component:
    """The page in each of its states."""
    return page(
        rx.match(
            thanks.status,
            ("loading", rx.el.p(t["common.loading"], class_name="soft", role="status")),
            (
                "unknown",
                notice(t["thanks.unknown.title"], t["thanks.unknown.text"], what_is_on(), name="thanks-unknown"),
            ),
            ("away", notice(t["thanks.away.title"], t["thanks.away.text"], name="thanks-away")),
            ("cancelled", _cancelled(thanks)),
            _welcome(thanks),
        ),
        name="thanks",
    )


def _cancelled(thanks: State) -> rx.Component:
    return notice(
        t["thanks.cancelled.title"],
        t["thanks.cancelled.text"],
        anchor(t["thanks.cancelled.link"], href=thanks.landing_url, id="another-time", class_name="button"),
        name="thanks-cancelled",
    )


def _welcome(thanks: State) -> rx.Component:
    return rx.el.div(
        rx.el.header(
            rx.el.p(t["thanks.eyebrow"], class_name="overline"),
            rx.el.h1(rx.cond(thanks.status == "waiting", t["thanks.title_waiting"], t["thanks.title"])),
            rx.el.p(thanks.title, class_name="billing-summary"),
        ),
        rx.cond(thanks.status == "registered", _time(thanks)),
        rx.el.div(
            rx.match(thanks.standing, ("own", _telegram(thanks)), ("guest", _known(thanks)), rx.fragment()),
            rx.cond(thanks.status == "registered", _room(thanks)),
            class_name="steps",
        ),
        rx.cond(
            thanks.me_url != "",
            rx.el.p(anchor(t["thanks.me.link"], href=thanks.me_url, id="me-link"), class_name="faint"),
        ),
        class_name="welcome",
    )


def _time(thanks: State) -> rx.Component:
    return rx.el.section(
        rx.el.hr(class_name="ruler", aria_hidden="true"),
        clock.local_time(at=thanks.starts_at, language=Visitor.lang, class_name="next-time"),
        clock.countdown(
            to=thanks.starts_at,
            language=Visitor.lang,
            before=t["landing.starts_in"],
            after=t["landing.join_now"],
            class_name="countdown countdown-big",
        ),
        class_name="next-on",
    )


def _telegram(thanks: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["thanks.telegram.title"]),
        rx.cond(
            thanks.is_linked,
            rx.el.p(t["thanks.telegram.linked"], class_name="done", id="telegram-linked"),
            rx.fragment(
                rx.el.p(t["thanks.telegram.text"], class_name="soft"),
                anchor(
                    t["thanks.telegram.open"],
                    href=thanks.telegram_url,
                    target="_blank",
                    rel="noreferrer",
                    id="telegram-link",
                    class_name="button",
                    custom_attrs={"data-kind": "primary"},
                ),
                rx.cond(thanks.is_dry_run, rx.el.p(t["thanks.telegram.dry_run"], class_name="faint")),
            ),
        ),
        class_name="panel step",
    )


def _known(thanks: State) -> rx.Component:
    """The contact is known and this browser is not: where the owner finds their links, and how to show one is them."""
    return rx.el.section(
        rx.el.h2(t["thanks.guest.title"]),
        rx.el.p(t["thanks.guest.text"], class_name="soft", id="known-contact"),
        rx.cond(
            thanks.bot_url != "",
            rx.fragment(
                rx.el.p(t["thanks.guest.prove"], class_name="soft"),
                anchor(
                    t["thanks.guest.bot"],
                    href=thanks.bot_url,
                    target="_blank",
                    rel="noreferrer",
                    id="bot-link",
                    class_name="button",
                ),
            ),
        ),
        class_name="panel step",
    )


def _calendar(name: str, href: Any, key: str) -> rx.Component:
    return anchor(name, href=href, target="_blank", rel="noreferrer", id=f"calendar-{key}")


def _room(thanks: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["thanks.room.title"]),
        rx.el.p(t["thanks.room.text"], class_name="soft"),
        rx.el.div(
            anchor(t["thanks.room.open"], href=thanks.room_url, id="room-link", class_name="button"),
            anchor(
                t["thanks.calendar"],
                href=thanks.calendar_url,
                id="calendar-link",
                class_name="button",
                custom_attrs={"data-kind": "quiet", "download": "efir.ics"},
            ),
            rx.el.button(
                t["thanks.room.copy"],
                type="button",
                id="copy-link",
                on_click=rx.set_clipboard(thanks.room_url),
                class_name="button",
                custom_attrs={"data-kind": "quiet"},
            ),
            class_name="step-actions",
        ),
        rx.el.p(
            t["thanks.calendars"],
            " ",
            _calendar("Google", thanks.google_url, "google"),
            " · ",
            _calendar("Outlook", thanks.outlook_url, "outlook"),
            " · ",
            clock.yandex_calendar(
                label=t["thanks.yandex"],
                title=thanks.title,
                starts_at=thanks.starts_at,
                ends_at=thanks.ends_at,
                text=thanks.calendar_text,
            ),
            class_name="soft",
        ),
        rx.el.p(
            rx.cond(thanks.standing == "guest", t["thanks.guest.room"], t["thanks.room.personal"]), class_name="faint"
        ),
        class_name="panel step",
    )
