"""How the partners' page looks."""

from typing import Any

import reflex as rx

from app.shared.layout import anchor
from app.shared.numbers import counted
from app.studio.desk import Desk
from app.studio.frame import chip, desk, empty, field, for_who_may
from app.studio.measures import as_of, named

State = Any
t = Desk.t


def view(page: State) -> rx.Component:
    """The form for a new partner, then a card a partner."""
    return desk(
        for_who_may("Partners.add", _add(page)),
        rx.cond(
            page.webinars.length() > 1,
            rx.el.div(
                field(
                    "leads_to",
                    t["studio.partners.leads_to"],
                    rx.el.select(
                        rx.foreach(page.webinars, lambda choice: rx.el.option(choice.label, value=choice.value)),
                        id="leads_to",
                        value=page.slug,
                        on_change=page.lead_to,
                    ),
                ),
                class_name="filters single",
            ),
        ),
        rx.cond(
            page.cards.length() > 0,
            rx.fragment(
                rx.el.ol(
                    rx.foreach(page.cards, lambda card: _card(page, card)),
                    class_name="cards",
                    custom_attrs={"data-testid": "partners"},
                ),
                as_of(page.as_of),
            ),
            empty(t["studio.partners.empty.title"], t["studio.partners.empty.text"], name="empty-partners"),
        ),
        name="partners",
        title=t["studio.nav.partners"],
        lead=rx.el.p(t["studio.partners.rule"], class_name="soft"),
    )


def _add(page: State) -> rx.Component:
    return rx.el.form(
        field(
            "name",
            t["studio.partners.name"],
            rx.el.input(id="name", name="name", max_length=120),
            error=page.wrong["name"],
        ),
        field(
            "code",
            t["studio.partners.code"],
            rx.el.input(
                id="code", name="code", max_length=32, placeholder="anna", auto_capitalize="none", spell_check=False
            ),
            error=page.wrong["code"],
        ),
        rx.el.button(
            t["studio.partners.add"],
            type="submit",
            class_name="button",
            id="add-partner",
            custom_attrs={"data-kind": "primary"},
        ),
        on_submit=page.add,
        key=page.form_key,
        class_name="panel inline-form",
        id="partner-form",
        no_validate=True,
    )


def _card(page: State, card: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h2(card.name),
            rx.el.p(
                rx.el.span(card.code, class_name="mono"),
                " ",
                chip(
                    "Telegram: " + card.telegram_text,
                    rx.match(card.telegram, ("linked", "good"), ("blocked", "bad"), "quiet"),
                ),
                class_name="line-meta",
            ),
            rx.cond(
                card.link != "",
                _copied(card.link, "partner-link"),
                rx.el.p(t["studio.partners.no_webinar"], class_name="soft"),
            ),
            rx.cond(card.bot_start != "", _copied(card.bot_start, "bot-start", about="studio.partners.bot_start")),
            for_who_may("Partners.make_bot_link", _bot(page, card)),
            class_name="partner-about",
        ),
        rx.cond(
            card.qr != "",
            rx.el.img(src=card.qr, alt=t["studio.partners.qr"] + " " + card.name, class_name="qr", loading="lazy"),
        ),
        _numbers(card),
        class_name="panel partner",
        custom_attrs={"data-testid": "partner", "data-partner": card.partner_id, "data-code": card.code},
    )


def _copied(link: rx.Var[str], testid: str, *, about: str = "") -> rx.Component:
    """A link with a button that copies it."""
    return rx.el.div(
        rx.el.p(t[about], class_name="soft") if about else rx.fragment(),
        anchor(
            link,
            href=link,
            target="_blank",
            rel="noreferrer",
            class_name="mono wrap",
            custom_attrs={"data-testid": testid},
        ),
        rx.el.button(t["studio.copy"], type="button", on_click=rx.set_clipboard(link), class_name="link-button"),
        class_name="link-line",
    )


def _bot(page: State, card: State) -> rx.Component:
    """What staff makes for the partner: one-time links, the last one shown above the buttons."""
    return rx.fragment(
        rx.cond(
            page.link_of == card.partner_id,
            rx.match(
                page.link_opens,
                ("cabinet", _copied(page.bot_link, "cabinet-link", about="studio.partners.once.cabinet")),
                _copied(page.bot_link, "bot-link", about="studio.partners.once.bot"),
            ),
        ),
        rx.el.div(
            rx.el.button(
                t["studio.partners.bot"],
                type="button",
                on_click=page.make_bot_link(card.partner_id),
                class_name="button small",
                custom_attrs={"data-testid": "make-bot-link", "data-kind": "quiet"},
            ),
            rx.el.button(
                t["studio.partners.cabinet"],
                type="button",
                on_click=page.make_cabinet_link(card.partner_id),
                class_name="button small",
                custom_attrs={"data-testid": "make-cabinet-link", "data-kind": "quiet"},
            ),
            rx.el.button(
                t["studio.partners.close_cabinet"],
                type="button",
                on_click=page.close_cabinet(card.partner_id),
                class_name="link-button",
                custom_attrs={"data-testid": "close-cabinet"},
            ),
            class_name="actions",
        ),
    )


def _numbers(card: State) -> rx.Component:
    return rx.el.dl(
        _number("touches", card.touches),
        _number("leads", card.leads),
        _number("registered", card.registered),
        _number("attended", card.attended),
        _number(
            "alerts",
            rx.fragment(card.alerts_sent, rx.cond(card.alerts_skipped > 0, rx.fragment(" / −", card.alerts_skipped))),
        ),
        class_name="numbers wide-numbers",
    )


def _number(name: str, value: Any) -> rx.Component:
    attributes = {"data-testid": f"partner-{name}", "data-metric": f"partner_{name}"}
    return rx.el.div(
        rx.el.dt(named(f"partner_{name}")),
        rx.el.dd(counted(value, Desk.lang), class_name="digits", custom_attrs=attributes),
    )
