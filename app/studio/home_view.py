"""How the studio's first page looks."""

from typing import Any

import reflex as rx

from app.shared.clock import countdown
from app.shared.numbers import counted
from app.studio.desk import Desk
from app.studio.frame import chip, desk, empty, for_who_may, moment
from app.studio.measures import as_of, label, measure, named, number, sign

State = Any
t = Desk.t


def view(home: State) -> rx.Component:
    """On air, next, last leads, health."""
    return desk(
        rx.cond(home.is_away, rx.el.p(t["studio.away"], class_name="banner", custom_attrs={"data-kind": "bad"})),
        rx.cond(
            home.failures > 0,
            rx.el.p(
                t["studio.home.failures"],
                " ",
                number(home.failures, "house_failures"),
                " ",
                sign("house_failures"),
                " — ",
                home.failing,
                ". ",
                rx.el.a(t["studio.home.failures_look"], href="/studio/failures"),
                class_name="banner",
                role="status",
                custom_attrs={"data-kind": "bad", "data-testid": "failures"},
            ),
        ),
        rx.cond(
            (home.webhooks_off > 0) & (home.failures == 0),
            rx.el.p(
                t["studio.home.webhooks_off"],
                " ",
                number(home.webhooks_off, "webhooks_off"),
                " ",
                sign("webhooks_off"),
                ". ",
                rx.el.a(t["studio.home.webhooks_look"], href="/studio/webhooks"),
                class_name="banner",
                role="status",
                custom_attrs={"data-kind": "bad", "data-testid": "webhooks-off"},
            ),
        ),
        _on_air(home),
        rx.el.div(
            rx.el.div(_coming(home), _health(home), class_name="desk-column"), _newest(home), class_name="desk-columns"
        ),
        as_of(home.as_of),
        name="home",
        title=t["studio.home.title"],
        actions=for_who_may(
            "/studio/webinars/new",
            rx.el.a(t["studio.webinars.new"], href="/studio/webinars/new", class_name="button", id="new-webinar"),
        ),
    )


def _on_air(home: State) -> rx.Component:
    return rx.cond(
        home.on_air.length() > 0,
        rx.el.section(_air(home), rx.el.p(named("in_room"), class_name="legend")),
    )


def _air(home: State) -> rx.Component:
    return rx.foreach(
        home.on_air,
        lambda card: rx.el.a(
            rx.el.span(rx.el.span(class_name="lamp"), t["studio.on_air"], class_name="eyebrow"),
            rx.el.strong(card.title, class_name="air-title"),
            number(rx.fragment(counted(card.in_room, Desk.lang), " ", t["studio.in_room"]), "in_room"),
            href="/studio/webinars/" + card.webinar_id,
            class_name="air",
            custom_attrs={"data-testid": "on-air"},
        ),
    )


def _coming(home: State) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(t["studio.home.coming"]),
            rx.cond(home.coming.length() > 0, rx.el.p(named("registered"), class_name="legend")),
            class_name="desk-head legend-head",
        ),
        rx.cond(
            home.coming.length() > 0,
            rx.el.ol(rx.foreach(home.coming, _coming_line), class_name="lines"),
            rx.cond(
                home.has_webinars,
                empty(
                    t["studio.home.no_sessions.title"],
                    t["studio.home.no_sessions.text"],
                    rx.el.a(t["studio.nav.webinars"], href="/studio/webinars", class_name="button"),
                    name="empty-sessions",
                ),
                empty(
                    t["studio.webinars.empty.title"],
                    t["studio.webinars.empty.text"],
                    for_who_may(
                        "/studio/webinars/new",
                        rx.el.a(t["studio.webinars.new"], href="/studio/webinars/new", class_name="button"),
                    ),
                    name="empty-webinars",
                ),
            ),
        ),
        class_name="panel",
    )


def _coming_line(card: State) -> rx.Component:
    return rx.el.li(
        rx.el.a(card.title, href="/studio/webinars/" + card.webinar_id, class_name="line-main"),
        rx.el.span(chip(card.mode.upper()), moment(card.starts_at), class_name="line-meta"),
        rx.el.span(
            countdown(
                to=card.starts_at,
                language=Desk.lang,
                before="",
                after=t["studio.waits_for_host"],
                class_name="countdown mono",
            ),
            rx.el.span(
                t["studio.registered_column"],
                ": ",
                number(card.registered, "registered"),
                class_name="soft",
            ),
            class_name="line-side",
        ),
        class_name="line",
        custom_attrs={"data-testid": "coming"},
    )


def _newest(home: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(
            t["studio.home.newest"], " ", number(home.total_leads, "lead", class_name="count digits"), " ", sign("lead")
        ),
        rx.cond(
            home.newest.length() > 0,
            rx.el.ol(rx.foreach(home.newest, _lead_line), class_name="lines"),
            empty(
                t["studio.leads.empty.title"],
                t["studio.leads.empty.text"],
                rx.el.a(t["studio.nav.partners"], href="/studio/partners", class_name="button"),
                name="empty-leads",
            ),
        ),
        class_name="panel",
    )


def _lead_line(line: State) -> rx.Component:
    return rx.el.li(
        rx.el.a(line.name, href="/studio/leads/" + line.lead_id, class_name="line-main"),
        rx.el.span(line.source, rx.cond(line.partner != "—", " · " + line.partner, ""), class_name="line-meta soft"),
        rx.el.span(moment(line.created_at), class_name="line-side"),
        class_name="line",
    )


def _health(home: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.home.health"]),
        rx.el.dl(
            measure(home.facts, "facts", name="facts"),
            measure(home.sent, "messages_sent", name="sent"),
            measure(
                rx.cond(home.latency != "", rx.fragment(home.latency, " ", t["studio.seconds"]), "—"),
                "delivery_latency",
                name="latency",
                called=label("delivery_latency") + ", p95",
            ),
            measure(
                rx.el.a(counted(home.undelivered, Desk.lang), href="/studio/outbox"),
                "messages_undelivered",
                name="undelivered",
            ),
            measure(
                rx.el.a(counted(home.rejected, Desk.lang), href="/studio/rejected"), "rejected_facts", name="rejected"
            ),
            measure(home.self_check, "self_check", name="self-check"),
            class_name="figures bare",
        ),
        class_name="panel",
    )
