"""How a lead's card looks."""

from typing import Any

import reflex as rx

from app.shared.clock import zone_note
from app.studio import bubble_view, why_view
from app.studio.desk import Desk
from app.studio.frame import chip, count, desk, empty, moment
from app.studio.measures import as_of, number, sign

State = Any
t = Desk.t


def view(page: State, *, work: rx.Component, rights: rx.Component) -> rx.Component:
    """Who, the work on the lead, verdicts, what comes next, messages, the person's rights, timeline."""
    return desk(
        rx.cond(
            page.is_missing,
            empty(
                t["studio.lead.missing.title"],
                t["studio.lead.missing.text"],
                rx.el.a(t["studio.nav.leads"], href="/studio/leads", class_name="button"),
                name="lead-missing",
            ),
            rx.el.div(
                rx.el.div(
                    _who(page),
                    work,
                    why_view.panel(page),
                    _coming(page),
                    _messages(page),
                    rights,
                    class_name="card-side",
                ),
                _timeline(page),
                class_name="card-columns",
            ),
        ),
        name="lead",
        title=rx.cond(page.name != "", page.name, t["studio.nav.leads"]),
        lead=rx.el.div(
            rx.el.p(rx.foreach(page.contacts, lambda contact: rx.el.span(contact, class_name="digits contact"))),
            rx.cond(page.as_of != "", as_of(page.as_of)),
        ),
    )


def _who(page: State) -> rx.Component:
    return rx.el.section(
        rx.cond(
            page.is_erased, rx.el.p(t["studio.lead.erased"], class_name="banner", custom_attrs={"data-kind": "warn"})
        ),
        rx.el.dl(
            _fact(t["studio.leads.source"], page.source, "source"),
            _fact(t["studio.leads.partner"], page.partner, "partner"),
            _fact(t["studio.leads.created"], moment(page.created_at), "created"),
            _fact(
                t["studio.leads.telegram"],
                chip(page.telegram_text, rx.match(page.telegram, ("linked", "good"), ("blocked", "bad"), "quiet")),
                "telegram",
            ),
            _fact(
                t["studio.lead.language"],
                rx.fragment(
                    rx.match(
                        page.language,
                        ("ru", t["studio.lead.speaks.ru"]),
                        ("en", t["studio.lead.speaks.en"]),
                        page.language,
                    ),
                    rx.cond(page.zone != "—", zone_note(language=Desk.lang, prefix=" ·", zone=page.zone)),
                ),
                "language",
            ),
            _fact(
                t["studio.lead.consents"],
                rx.cond(
                    page.consents.length() > 0,
                    rx.fragment(rx.foreach(page.consents, rx.el.div)),
                    t["studio.lead.no_consents"],
                ),
                "consents",
            ),
            class_name="facts",
        ),
        class_name="panel",
    )


def _fact(label: Any, value: Any, name: str) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(value, custom_attrs={"data-testid": f"lead-{name}"}))


def _coming(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.lead.coming"]),
        rx.cond(
            page.coming.length() > 0,
            rx.el.ol(
                rx.foreach(
                    page.coming,
                    lambda step: rx.el.li(
                        rx.el.span(step.step, class_name="line-main"),
                        rx.el.span(step.scenario, " · ", step.recipient, class_name="line-meta soft"),
                        rx.el.span(rx.cond(step.at != "", moment(step.at)), " ", step.why, class_name="line-side soft"),
                        class_name="line",
                        custom_attrs={"data-testid": "next-step"},
                    ),
                ),
                class_name="lines",
            ),
            rx.el.p(t["studio.lead.nothing_coming"], class_name="soft"),
        ),
        class_name="panel",
    )


def _messages(page: State) -> rx.Component:
    return rx.cond(
        page.bubbles.length() > 0,
        rx.el.details(
            rx.el.summary(t["studio.nav.outbox"], " ", count(page.bubbles.length())),
            rx.el.ol(
                rx.foreach(page.bubbles, lambda shown: bubble_view.message(shown, with_lead=False)),
                class_name="messages",
            ),
            class_name="panel",
            custom_attrs={"data-testid": "lead-messages"},
        ),
    )


def _timeline(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(
            t["studio.lead.timeline"],
            " ",
            number(page.entries.length(), "lead_facts", class_name="count digits"),
            " ",
            sign("lead_facts"),
        ),
        rx.el.ol(rx.foreach(page.entries, _entry), class_name="timeline", custom_attrs={"data-testid": "timeline"}),
        class_name="panel",
    )


def _entry(entry: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(moment(entry.at, shape="date"), moment(entry.at, shape="precise"), class_name="timeline-when"),
        rx.el.div(
            rx.el.strong(
                entry.title,
                rx.cond(
                    entry.count > 1, number(rx.fragment(" × ", entry.count), "lead_facts", class_name="digits faint")
                ),
            ),
            rx.cond(entry.about != "", rx.el.span(entry.about, class_name="soft")),
            rx.cond(entry.detail != "", rx.el.p(entry.detail, class_name="wrap said")),
            rx.cond(
                entry.due_at != "",
                rx.el.p(t["studio.tasks.due"], " ", moment(entry.due_at), class_name="soft"),
            ),
            rx.el.span(entry.name, " ← ", entry.emitter, class_name="mono faint wrap fact-name"),
            class_name="timeline-what",
        ),
        custom_attrs={"data-testid": "entry", "data-name": entry.name, "data-kind": entry.kind},
    )
