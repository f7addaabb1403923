"""How a verdict is explained on the lead's card: status, presence bar, reasons, facts, earlier verdicts."""

from typing import Any

import reflex as rx

from app.shared.meaning import meaning
from app.studio.desk import Desk
from app.studio.frame import chip, count, moment
from app.studio.measures import named, number

State = Any
t = Desk.t


def panel(page: State) -> rx.Component:
    """Every verdict of the lead, or a word that there is none yet."""
    return rx.el.section(
        rx.el.h2(t["studio.lead.verdicts"]),
        rx.cond(
            page.verdicts.length() > 0,
            rx.fragment(rx.foreach(page.verdicts, _verdict)),
            rx.el.p(t["studio.lead.no_verdict"], class_name="soft"),
        ),
        class_name="panel",
    )


def _verdict(card: State) -> rx.Component:
    return rx.el.article(
        rx.el.div(_chip(card), rx.el.strong(card.outcome), class_name="line-meta"),
        rx.el.p(card.title, " · ", moment(card.starts_at), class_name="soft"),
        _bar(card),
        rx.el.p(
            named("watched_seconds"),
            number(rx.fragment(card.watched, " / ", card.session_length), "watched_seconds"),
            named("share_watched"),
            number(card.share, "share_watched"),
            class_name="legend",
        ),
        rx.el.ul(rx.foreach(card.reasons, rx.el.li), class_name="reasons", custom_attrs={"data-testid": "reasons"}),
        rx.el.p(
            t["studio.lead.policy"], " v", card.policy_version, ". ", card.policy,
            class_name="faint", custom_attrs={"data-testid": "verdict-policy"},
        ),
        _facts(card),
        _earlier(card),
        class_name="verdict",
        custom_attrs={"data-testid": "verdict", "data-status": card.status, "data-session": card.session_id},
    )  # fmt: skip


def _chip(card: State) -> rx.Component:
    return chip(card.status_text, rx.cond(card.status == "attended", "good", "quiet"))


def _bar(card: State) -> rx.Component:
    """Presence over the session's clock: the lobby apart, the offer's moment as a line."""
    return rx.el.div(
        rx.el.div(
            rx.cond(
                card.start_mark > 0,
                rx.el.span(class_name="presence-lobby", style={"width": card.start_mark.to_string() + "%"}),
            ),
            rx.foreach(
                card.bar,
                lambda one: rx.el.span(
                    class_name="presence-stretch",
                    title=one.words,
                    style={"left": one.left.to_string() + "%", "width": one.width.to_string() + "%"},
                    custom_attrs={"data-kind": one.kind, "data-testid": "stretch"},
                ),
            ),
            rx.cond(
                card.offer_mark >= 0,
                rx.el.span(
                    class_name="presence-offer",
                    style={"left": card.offer_mark.to_string() + "%"},
                    custom_attrs={"data-testid": "offer-mark"},
                ),
            ),
            class_name="presence",
            role="img",
            aria_label=t["studio.why.bar"] + ": " + card.watched + " / " + card.session_length,
        ),
        rx.el.ul(
            rx.cond(card.start_mark > 0, _key("lobby", t["studio.why.key_lobby"])),
            _key("watched", t["studio.why.key_watched"]),
            rx.cond(card.offer_mark >= 0, _key("offer", t["studio.why.key_offer"] + " " + card.offer_at)),
            class_name="presence-keys",
        ),
    )


def _key(kind: str, words: Any) -> rx.Component:
    return rx.el.li(rx.el.span(class_name="presence-key", custom_attrs={"data-kind": kind}), words)


def _facts(card: State) -> rx.Component:
    return rx.el.details(
        rx.el.summary(t["studio.why.facts"]),
        rx.el.dl(
            rx.foreach(
                card.facts,
                lambda line: rx.el.div(
                    rx.el.dt(
                        rx.cond(
                            line.slug != "",
                            meaning(text=line.label, definition=line.definition, slug=line.slug),
                            line.label,
                        )
                    ),
                    rx.el.dd(line.value, class_name="digits", custom_attrs={"data-metric": line.slug}),
                    custom_attrs={"data-name": line.name},
                ),
            ),
            class_name="facts",
            custom_attrs={"data-testid": "verdict-facts"},
        ),
        class_name="why",
        open=True,
    )


def _earlier(card: State) -> rx.Component:
    return rx.cond(
        card.earlier.length() > 0,
        rx.el.details(
            rx.el.summary(t["studio.why.earlier"], " ", count(card.earlier.length())),
            rx.el.ol(rx.foreach(card.earlier, _one_earlier), class_name="lines"),
            class_name="why",
            custom_attrs={"data-testid": "earlier-verdicts"},
        ),
    )


def _one_earlier(one: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            chip(one.status_text, "quiet"),
            rx.el.span(one.outcome, " · v", one.policy_version),
            moment(one.at, shape="precise"),
            class_name="line-meta",
        ),
        rx.el.p(t["studio.why.then"], class_name="faint"),
        rx.el.ul(rx.foreach(one.changes, rx.el.li), class_name="reasons"),
        class_name="line",
    )
