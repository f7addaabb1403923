"""How the webhooks' page looks."""

from typing import Any

import reflex as rx

from app.shared.pulse import pulse
from app.studio.desk import Desk
from app.studio.frame import chip, desk, empty, field, moment
from app.studio.webhook_deeds import TICKED

State = Any
t = Desk.t
COLOURS = (("active", "good"), ("delivered", "good"), ("paused", "quiet"), ("failed", "warn"))


def view(page: State) -> rx.Component:
    """The endpoints with their deliveries, then the form."""
    return desk(
        pulse(seconds=5, on_beat=page.beat),
        _secret(page),
        rx.cond(
            page.cards.length() > 0,
            rx.el.ol(
                rx.foreach(page.cards, lambda card: _card(page, card)),
                class_name="cards",
                custom_attrs={"data-testid": "endpoints"},
            ),
            empty(t["studio.webhooks.empty.title"], t["studio.webhooks.empty.text"], name="empty-webhooks"),
        ),
        _form(page),
        name="webhooks",
        title=t["studio.nav.webhooks"],
        lead=rx.el.p(t["studio.webhooks.lead"], class_name="soft"),
    )


def _secret(page: State) -> rx.Component:
    return rx.cond(
        page.secret != "",
        rx.el.div(
            rx.el.p(t["studio.webhooks.secret"]),
            rx.el.code(page.secret, class_name="mono wrap", custom_attrs={"data-testid": "secret"}),
            rx.el.button(
                t["studio.copy"], type="button", on_click=rx.set_clipboard(page.secret), class_name="link-button"
            ),
            class_name="banner invitation webhook-secret",
            role="status",
            custom_attrs={"data-kind": "good"},
        ),
    )


def _card(page: State, card: State) -> rx.Component:
    return rx.el.li(
        rx.el.h2(rx.cond(card.note != "", card.note, card.url), class_name="wrap"),
        rx.el.p(
            chip(card.state_text, rx.match(card.state, *COLOURS, "bad")),
            rx.cond(card.note != "", rx.el.span(card.url, class_name="mono wrap")),
            class_name="line-meta",
        ),
        rx.cond(card.why != "", rx.el.p(card.why, class_name="banner", custom_attrs={"data-kind": "bad"})),
        rx.cond(card.is_overlapping, rx.el.p(t["studio.webhooks.overlap"], class_name="soft")),
        rx.el.dl(
            _number("delivered", card.delivered),
            _number("failed", card.failed),
            _number("dead", card.dead),
            class_name="numbers",
        ),
        rx.el.details(
            rx.el.summary(t["studio.webhooks.types"], " ", rx.el.span(card.types.length(), class_name="digits")),
            rx.el.p(card.types.join(", "), class_name="mono soft wrap"),
        ),
        _actions(page, card),
        rx.cond(page.open_id == card.endpoint_id, _deliveries(page)),
        class_name="panel webhook",
        custom_attrs={"data-testid": "endpoint", "data-endpoint": card.endpoint_id, "data-state": card.state},
    )


def _number(name: str, value: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(t[f"studio.webhooks.outcome.{name}"]),
        rx.el.dd(value, class_name="digits", custom_attrs={"data-testid": f"webhook-{name}"}),
        title=t[f"studio.webhooks.{name}_is"],
    )


def _actions(page: State, card: State) -> rx.Component:
    one = card.endpoint_id
    return rx.cond(
        page.asked == one,
        rx.el.div(
            rx.el.p(t["studio.webhooks.delete_sure"]),
            _button("delete_yes", page.switch(one, "deleted"), kind="danger"),
            _button("delete_no", page.ask("")),
            class_name="actions",
            role="alert",
        ),
        rx.el.div(
            rx.el.button(
                t["studio.webhooks.deliveries"],
                type="button",
                on_click=page.look_into(one),
                aria_expanded=rx.cond(page.open_id == one, "true", "false"),
                class_name="button small",
                custom_attrs={"data-testid": "deliveries"},
            ),
            rx.cond(card.state == "active", _button("test", page.test(one))),
            rx.cond(card.dead > 0, _button("replay_dead", page.replay_dead(one))),
            rx.cond(
                card.state == "active",
                _button("pause", page.switch(one, "paused")),
                _button("resume", page.switch(one, "active"), kind="primary"),
            ),
            rx.el.a(
                t["studio.webhooks.edit"], href="#endpoint-form", on_click=page.edit(one), class_name="button small",
                custom_attrs={"data-testid": "edit"},
            ),
            _button("rotate", page.rotate(one)),
            _button("delete", page.ask(one)),
            class_name="actions",
        ),
    )  # fmt: skip


def _button(name: str, action: Any, *, kind: str = "") -> rx.Component:
    return rx.el.button(
        t[f"studio.webhooks.{name}"],
        type="button",
        on_click=action,
        class_name="button small",
        custom_attrs={"data-testid": name, "data-kind": kind},
    )


def _deliveries(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h3(t["studio.webhooks.deliveries"]),
        rx.el.div(
            *(
                rx.el.button(
                    t[f"studio.webhooks.outcome.{outcome}"] if outcome else t["studio.all"],
                    type="button",
                    on_click=page.choose(outcome),
                    aria_pressed=rx.cond(page.outcome == outcome, "true", "false"),
                    class_name="tab",
                )
                for outcome in ("", "delivered", "failed", "dead")
            ),
            class_name="tabs",
            role="group",
        ),
        rx.cond(
            page.deliveries.length() > 0,
            rx.el.ol(rx.foreach(page.deliveries, lambda line: _delivery(page, line)), class_name="lines"),
            rx.el.p(t["studio.webhooks.no_deliveries"], class_name="soft"),
        ),
        class_name="webhook-deliveries",
    )


def _delivery(page: State, line: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            chip(line.outcome_text, rx.match(line.outcome, *COLOURS, "bad")),
            rx.el.strong(line.what),
            rx.el.span(line.name, class_name="mono soft wrap"),
            moment(line.attempted_at),
            class_name="line-meta",
        ),
        rx.el.p(
            rx.cond(line.status != "", rx.fragment("HTTP ", rx.el.span(line.status, class_name="digits"), " · ")),
            t["studio.webhooks.attempts"], " ", rx.el.span(line.attempts, class_name="digits"),
            " · ", rx.el.span(line.took, class_name="digits"), " ", t["studio.seconds"],
            rx.cond(line.retry_at != "", rx.fragment(" · ", t["studio.webhooks.retry"], " ", moment(line.retry_at))),
            class_name="soft",
        ),
        rx.cond(line.why != "", rx.el.p(line.why)),
        rx.cond(
            line.answer != "",
            rx.el.details(rx.el.summary(t["studio.webhooks.answer"]), rx.el.pre(line.answer, tab_index=0)),
        ),
        rx.el.div(
            rx.el.code(line.delivery_id, class_name="mono faint wrap"),
            rx.cond(
                line.outcome != "failed",
                rx.el.button(
                    t["studio.webhooks.replay"], type="button", on_click=page.replay(line.delivery_id),
                    class_name="link-button", custom_attrs={"data-testid": "replay"},
                ),
            ),
            class_name="link-line",
        ),
        class_name="webhook-delivery",
        custom_attrs={"data-testid": "delivery", "data-outcome": line.outcome},
    )  # fmt: skip


def _form(page: State) -> rx.Component:
    return rx.el.form(
        rx.el.h2(rx.cond(page.editing != "", t["studio.webhooks.change"], t["studio.webhooks.new"])),
        field(
            "url",
            t["studio.webhooks.url"],
            rx.el.input(
                id="url", name="url", type="url", default_value=page.draft["url"], max_length=500,
                placeholder="https://crm.example.org/efir", auto_complete="off", spell_check=False,
            ),
            hint=t["studio.webhooks.url_hint"],
            error=page.wrong["url"],
        ),
        field(
            "note",
            t["studio.webhooks.note"],
            rx.el.input(id="note", name="note", default_value=page.draft["note"], max_length=120),
            error=page.wrong["note"],
        ),
        rx.el.fieldset(
            rx.el.legend(t["studio.webhooks.choose"]),
            rx.cond(page.wrong["types"] != "", rx.el.p(page.wrong["types"], class_name="error", role="alert")),
            rx.foreach(page.groups, lambda group: _group(page, group)),
            class_name="webhook-types",
        ),
        rx.el.div(
            rx.el.button(
                rx.cond(page.editing != "", t["studio.webhooks.save"], t["studio.webhooks.add"]),
                type="submit", class_name="button", id="keep-endpoint", custom_attrs={"data-kind": "primary"},
            ),
            rx.cond(
                page.editing != "",
                rx.el.button(t["studio.webhooks.cancel"], type="button", on_click=page.edit(""), class_name="button"),
            ),
            class_name="form-foot",
        ),
        on_submit=page.keep,
        key=page.form_key,
        class_name="panel webhook-form",
        id="endpoint-form",
        no_validate=True,
    )  # fmt: skip


def _group(page: State, group: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary(group[0]),
        rx.el.div(
            rx.foreach(
                group[1],
                lambda choice: rx.el.label(
                    rx.el.input(
                        type="checkbox",
                        name=TICKED + choice.value,
                        default_checked=page.picked.contains(choice.value),
                    ),
                    rx.el.span(choice.label, " ", rx.el.span(choice.value, class_name="mono faint wrap")),
                    class_name="webhook-type",
                ),
            ),
            class_name="webhook-choices",
        ),
        # A phone shows one group at first; who changes an endpoint sees what is ticked.
        open=(page.editing != "") | (group[0] == page.groups[0][0]),
    )
