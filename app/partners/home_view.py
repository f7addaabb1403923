"""How the first page of the cabinet looks."""

from typing import Any

import reflex as rx

from app.partners.cabinet import frame, w
from app.shared.meaning import meaning
from app.studio.frame import chip, moment
from app.studio.measures import as_of, measure, named, number, sign

State = Any


def view(page: State) -> rx.Component:
    """Numbers, the funnel, the rule with its contests, alerts, the leaderboard."""
    return frame(
        rx.el.dl(
            *(
                measure(getattr(page, name), f"partner_{name}", name=name)
                for name in ("touches", "leads", "registered", "attended")
            ),
            class_name="figures bare",
        ),
        as_of(page.as_of),
        _funnel(page),
        _rule(page),
        _alerts(page),
        _leaderboard(page),
        name="home",
        title=w["cabinet.home.title"],
        lead=rx.el.p(w["cabinet.home.lead"], class_name="soft"),
    )


def _funnel(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(w["cabinet.funnel.title"]),
        rx.el.p(w["cabinet.funnel.is"], " ", named("funnel_share"), class_name="soft"),
        rx.cond(
            page.steps.length() > 0,
            rx.el.ol(rx.foreach(page.steps, _step), class_name="own-funnel", custom_attrs={"data-testid": "funnel"}),
            rx.el.p(
                w["cabinet.funnel.empty"],
                " ",
                rx.el.a(w["cabinet.nav.links"], href="/partner/links"),
                custom_attrs={"data-testid": "empty-funnel"},
            ),
        ),
        class_name="panel",
    )


def _step(step: State) -> rx.Component:
    return rx.el.li(
        rx.el.span(meaning(text=step.name, definition=step.definition, slug=step.slug), class_name="own-step-name"),
        rx.el.span(rx.el.span(class_name="own-step-fill", style={"width": step.width}), class_name="own-step-track"),
        rx.el.span(
            number(rx.el.b(step.count), step.slug), " · ", number(step.share, "funnel_share"), class_name="digits"
        ),
    )


def _rule(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(w["cabinet.rule.title"]),
        rx.el.p(w["cabinet.rule.text"]),
        rx.el.p(
            w["cabinet.rule.window"],
            " ",
            rx.el.b(page.window_days, id="window-days", custom_attrs={"data-metric": "partner_window"}),
            " ",
            w["cabinet.rule.days"],
            " ",
            sign("partner_window"),
        ),
        rx.el.h3(
            w["cabinet.contest.title"],
            " ",
            number(page.contested, "partner_contested", class_name="count digits", name="contested"),
            " ",
            sign("partner_contested"),
        ),
        rx.cond(
            page.contests.length() > 0,
            rx.el.ul(rx.foreach(page.contests, _contest), class_name="agreements"),
            rx.el.p(w["cabinet.contest.none"], class_name="soft"),
        ),
        class_name="panel",
        id="rule",
    )


def _contest(one: State) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            moment(one.at, shape="date"), " ", chip(one.verdict, rx.cond(one.is_own, "good", "quiet")),
            class_name="line-meta",
        ),
        rx.el.p(one.why),
        custom_attrs={"data-testid": "contest"},
    )  # fmt: skip


def _alerts(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(w["cabinet.alerts.title"]),
        rx.cond(page.is_linked, rx.fragment(), rx.el.p(w["cabinet.alerts.not_linked"], class_name="soft")),
        rx.el.ul(
            rx.foreach(
                page.alerts,
                lambda one: rx.el.li(
                    rx.el.label(
                        rx.el.input(
                            type="checkbox",
                            checked=one.is_on,
                            on_change=lambda is_on: page.switch(one.kind, is_on),
                            class_name="tick-box",
                            custom_attrs={"data-testid": "alert"},
                        ),
                        " ",
                        one.label,
                    )
                ),
            ),
            class_name="switches",
        ),
        class_name="panel",
        id="alerts",
    )


def _leaderboard(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(w["cabinet.rank.title"]),
        rx.el.label(
            rx.el.input(
                type="checkbox", checked=page.is_ranked, on_change=page.rank, class_name="tick-box", id="rank-me"
            ),
            " ",
            w["cabinet.rank.join"],
        ),
        rx.el.p(w["cabinet.rank.text"], class_name="soft"),
        rx.cond(
            page.ranks.length() > 0,
            rx.el.ol(
                rx.foreach(
                    page.ranks,
                    lambda one: rx.el.li(
                        rx.el.span(one.place, ".", class_name="digits"),
                        rx.el.span(one.name, class_name=rx.cond(one.is_me, "strong wrap", "wrap")),
                        rx.el.span(
                            named("partner_attended"), " ", number(one.attended, "partner_attended"), " · ",
                            named("partner_leads"), " ", number(one.leads, "partner_leads"), class_name="faint",
                        ),
                        custom_attrs={"data-testid": "rank"},
                    ),
                ),
                class_name="ranks",
            ),
        ),
        class_name="panel",
        id="leaderboard",
    )  # fmt: skip
