"""How the links of a partner look."""

from typing import Any

import reflex as rx

from app.partners.cabinet import frame, w
from app.partners.links import PRESETS
from app.shared.layout import anchor
from app.studio.frame import empty, field
from app.studio.measures import named, number

State = Any


def view(page: State) -> rx.Component:
    """A form for a new link, every link with its QR code, the bot."""
    return frame(
        _new(page),
        rx.cond(
            page.cards.length() > 0,
            rx.el.ol(rx.foreach(page.cards, _card), class_name="cards", custom_attrs={"data-testid": "links"}),
            empty(w["cabinet.links.empty_title"], w["cabinet.links.empty_text"], name="empty-links"),
        ),
        _bot(page),
        name="links",
        title=w["cabinet.links.title"],
        lead=rx.el.p(w["cabinet.links.lead"], class_name="soft"),
    )


def _new(page: State) -> rx.Component:
    return rx.el.form(
        field(
            "webinar",
            w["cabinet.links.webinar"],
            rx.el.select(
                rx.foreach(page.webinars, lambda one: rx.el.option(one.label, value=one.value)),
                id="webinar",
                name="webinar",
            ),
            error=page.wrong["webinar"],
        ),
        field(
            "preset",
            w["cabinet.links.place"],
            rx.el.select(
                *(rx.el.option(w[f"cabinet.preset.{name}"], value=name) for name in PRESETS), id="preset", name="preset"
            ),
            error=page.wrong["preset"],
        ),
        field(
            "campaign",
            w["cabinet.links.campaign"],
            rx.el.input(id="campaign", name="campaign", max_length=60, placeholder="may-club"),
            error=page.wrong["campaign"],
        ),
        field(
            "content",
            w["cabinet.links.content"],
            rx.el.input(id="content", name="content", max_length=60, placeholder="story-2"),
            error=page.wrong["content"],
        ),
        rx.el.button(
            w["cabinet.links.create"],
            type="submit",
            class_name="button",
            id="create-link",
            custom_attrs={"data-kind": "primary"},
        ),
        on_submit=page.create,
        key=page.form_key,
        class_name="panel filters link-form",
        id="link-form",
        no_validate=True,
    )


def _card(card: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h2(card.title),
            rx.el.p(card.about, class_name="line-meta"),
            rx.el.p(card.address, class_name="mono wrap", custom_attrs={"data-testid": "link"}),
            rx.el.span(
                rx.el.button(
                    w["cabinet.links.copy"],
                    type="button",
                    on_click=rx.set_clipboard(card.address),
                    class_name="button small",
                    custom_attrs={"data-testid": "copy-link"},
                ),
                anchor(
                    w["cabinet.links.get_qr"],
                    href=card.qr,
                    class_name="button small",
                    custom_attrs={"download": "efir-link.svg", "data-testid": "get-qr"},
                ),
                class_name="crm-line",
            ),
            rx.el.p(
                named("link_touches"), " ", number(card.touches, "link_touches"), " · ",
                named("link_leads"), " ", number(card.leads, "link_leads"), class_name="soft",
            ),
            class_name="partner-about",
        ),
        rx.el.img(src=card.qr, alt=w["cabinet.links.qr"] + " " + card.title, class_name="qr", loading="lazy"),
        class_name="panel partner",
        key=card.key,
    )  # fmt: skip


def _bot(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(w["cabinet.bot.title"]),
        rx.cond(
            page.bot_address != "",
            rx.el.div(
                rx.el.p(w["cabinet.bot.for_people"]),
                rx.el.p(page.bot_address, class_name="mono wrap", custom_attrs={"data-testid": "bot-address"}),
                rx.el.button(
                    w["cabinet.links.copy"],
                    type="button",
                    on_click=rx.set_clipboard(page.bot_address),
                    class_name="button small",
                ),
                class_name="stack",
            ),
            rx.el.p(w["cabinet.bot.no_bot"], class_name="soft"),
        ),
        rx.el.p(rx.cond(page.is_linked, w["cabinet.bot.linked"], w["cabinet.bot.text"]), class_name="soft"),
        rx.cond(
            page.bot_link != "",
            anchor(
                page.bot_link,
                href=page.bot_link,
                target="_blank",
                rel="noreferrer",
                class_name="mono wrap",
                custom_attrs={"data-testid": "bot-link"},
            ),
            rx.el.button(
                rx.cond(page.is_linked, w["cabinet.bot.another"], w["cabinet.bot.link"]),
                type="button",
                on_click=page.link_telegram,
                class_name="button small",
                id="link-telegram",
            ),
        ),
        class_name="panel",
    )  # fmt: skip
