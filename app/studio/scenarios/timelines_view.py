"""How the timelines look: a step a row, its window on the axis, its numbers below."""

from typing import Any

import reflex as rx

from app.shared.pulse import pulse
from app.studio.desk import Desk
from app.studio.frame import chip, desk, for_who_may

State = Any
t = Desk.t
PARTS = (
    ("timelines", "/studio/scenarios"),
    ("preview", "/studio/scenarios/preview"),
    ("texts", "/studio/scenarios/texts"),
)


def parts(current: str) -> rx.Component:
    """The way between the parts of the scenarios."""
    return rx.el.nav(
        *(
            rx.el.a(
                t[f"studio.scenarios.{name}"],
                href=path,
                class_name="tab part",
                aria_current="page" if name == current else "false",
                custom_attrs={"data-testid": f"part-{name}"},
            )
            for name, path in PARTS
        ),
        class_name="tabs",
        aria_label=t["studio.scenarios.tabs"],
    )


def view(page: State) -> rx.Component:
    """All scenarios, one below the other."""
    return desk(
        parts("timelines"),
        pulse(seconds=8, on_beat=page.beat),
        rx.foreach(page.cards, lambda card: _scenario(page, card)),
        rx.el.p(t["studio.scenarios.pause_hint"], class_name="faint"),
        name="scenarios",
        title=t["studio.nav.scenarios"],
        lead=rx.el.p(t["studio.scenarios.lead"], class_name="soft"),
    )


def _scenario(page: State, card: State) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.div(
                rx.el.h2(card.label),
                rx.el.p(
                    t["studio.scenarios.starts"],
                    " ",
                    rx.el.span(card.trigger, class_name="mono"),
                    " · ",
                    t["studio.scenarios.version"],
                    " ",
                    card.version,
                    class_name="faint wrap",
                ),
                class_name="stack",
            ),
            _switch(page, card.name, "", card.is_paused, "button small"),
            class_name="scenario-head",
        ),
        rx.cond(
            card.is_paused,
            rx.el.p(card.pause_text, class_name="banner", custom_attrs={"data-kind": "warn"}),
        ),
        rx.foreach(card.axes, lambda axis: _axis(page, axis)),
        class_name="panel scenario",
        custom_attrs={"data-testid": "scenario", "data-name": card.name, "data-paused": card.is_paused},
    )


def _switch(page: State, scenario: State, step: State, is_paused: State, look: str) -> rx.Component:
    def button(label: str, kind: str, *, pause: bool) -> rx.Component:
        return rx.el.button(
            t[f"studio.scenarios.{label}"],
            type="button",
            on_click=page.switch(scenario, step, pause),
            class_name=look,
            custom_attrs={"data-kind": kind, "data-testid": label},
        )

    switch = rx.cond(is_paused, button("resume", "primary", pause=False), button("pause", "", pause=True))
    return for_who_may("Timelines.switch", switch)


def _axis(page: State, axis: State) -> rx.Component:
    return rx.el.div(
        rx.el.p(axis.label, class_name="faint"),
        rx.el.div(
            rx.foreach(
                axis.ticks,
                lambda tick: rx.el.span(tick.label, class_name="axis-tick digits", style={"left": tick.left}),
            ),
            class_name="axis",
            aria_hidden="true",
        ),
        rx.el.ol(rx.foreach(axis.steps, lambda step: _step(page, axis, step)), class_name="axis-steps"),
        class_name="axis-frame",
    )


def _step(page: State, axis: State, step: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(step.label),
            rx.el.span(
                chip(
                    step.class_text, rx.match(step.message_class, ("critical", "live"), ("marketing", "warn"), "quiet")
                ),
                rx.el.span(step.recipient, class_name="soft"),
                rx.cond(step.is_held, chip(t["studio.scenarios.paused"], "bad")),
                class_name="line-meta",
            ),
            _switch(page, step.scenario, step.key, step.is_paused, "link-button"),
            class_name="step-head",
        ),
        rx.el.div(
            rx.foreach(axis.ticks, lambda tick: rx.el.span(class_name="axis-line", style={"left": tick.left})),
            rx.el.span(
                class_name="axis-window",
                style={"left": step.left, "width": step.width},
                custom_attrs={
                    "data-open": step.is_open,
                    "data-held": step.is_held,
                    "data-class": step.message_class,
                },
            ),
            rx.el.span(class_name="axis-due", style={"left": step.left}),
            class_name="axis-track",
            role="img",
            aria_label=step.due + ", " + step.until,
        ),
        rx.el.p(
            rx.el.span(step.due),
            rx.el.span(" · ", t["studio.scenarios.until_label"], " ", step.until, class_name="soft"),
            rx.cond(step.conditions != "", rx.el.span(" · ", step.conditions, class_name="soft")),
            class_name="step-words",
        ),
        rx.cond(step.pause_text != "", rx.el.p(step.pause_text, class_name="faint")),
        rx.el.div(
            rx.foreach(step.counts, _count),
            rx.el.a(
                t["studio.scenarios.text"],
                href="/studio/scenarios/texts/" + step.template,
                class_name="count-link text",
            ),
            class_name="counts",
        ),
        rx.cond(
            step.reasons.length() > 0,
            rx.el.details(
                rx.el.summary(t["studio.scenarios.why_skipped"]),
                rx.el.div(rx.foreach(step.reasons, _count), class_name="counts reasons-of-skips"),
            ),
        ),
        class_name="axis-step",
        custom_attrs={"data-testid": "step", "data-step": step.key, "data-held": step.is_held},
    )


def _count(count: State) -> rx.Component:
    return rx.el.a(
        rx.el.span(count.value, class_name="digits"),
        " ",
        count.label,
        href=count.href,
        class_name="count-link",
        custom_attrs={"data-testid": "count", "data-name": count.name, "data-kind": count.kind},
    )
