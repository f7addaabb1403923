"""How a webinar's page looks: the link, the sessions ahead with their actions, the sessions past with their numbers."""

from typing import Any

import reflex as rx

from app.shared.clock import countdown, zone_note
from app.shared.layout import anchor
from app.studio.desk import Desk
from app.studio.frame import PlainForm, cell, chip, desk, empty, field, for_who_may, moment, sheet
from app.studio.handouts import KINDS
from app.studio.pictures import ENDINGS

State = Any
EDIT = "/studio/webinars/[webinar_id]/edit"
t = Desk.t


def view(page: State) -> rx.Component:
    """The page, or a word that there is no such webinar."""
    return desk(
        rx.cond(
            page.is_missing,
            empty(
                t["studio.webinar.missing.title"],
                t["studio.webinar.missing.text"],
                rx.el.a(t["studio.nav.webinars"], href="/studio/webinars", class_name="button"),
                name="webinar-missing",
            ),
            rx.fragment(
                _link(page),
                for_who_may("WebinarPage.schedule_session", _new(page)),
                _ahead(page),
                _past(page),
                for_who_may("/staff/webinars/{webinar_id}/handouts", _handouts(page)),
                for_who_may("/staff/webinars/{webinar_id}/picture", _picture(page)),
            ),
        ),
        name="webinar",
        title=rx.cond(page.title != "", page.title, t["studio.nav.webinars"]),
        lead=rx.cond(
            page.is_missing,
            rx.fragment(),
            rx.el.p(
                chip(page.mode.upper()),
                " ",
                zone_note(language=Desk.lang, prefix="", zone=page.zone, class_name="soft"),
            ),
        ),
        actions=rx.cond(page.is_missing, rx.fragment(), _deeds(page)),
    )


def _deeds(page: State) -> rx.Component:
    at = "/studio/webinars/" + page.current_id
    return rx.el.div(
        for_who_may(EDIT, _go(t["studio.webinars.edit"], at + "/edit", "edit-webinar")),
        _go(t["studio.rule.link"], at + "/schedule", "webinar-rule"),
        _go(t["studio.script.link"], at + "/script", "webinar-script"),
        _go(t["studio.policy.link"], at + "/policy", "webinar-policy"),
        class_name="actions",
    )


def _go(text: Any, href: Any, name: str) -> rx.Component:
    return rx.el.a(text, href=href, class_name="button", id=name, custom_attrs={"data-kind": "quiet"})


def _link(page: State) -> rx.Component:
    return rx.el.div(
        rx.el.span(t["studio.webinar.link"], class_name="label"),
        anchor(page.link, href=page.link, target="_blank", rel="noreferrer", class_name="mono wrap", id="landing-link"),
        rx.el.button(t["studio.copy"], type="button", on_click=rx.set_clipboard(page.link), class_name="link-button"),
        class_name="link-line",
    )


def _picture(page: State) -> rx.Component:
    """What a link to the landing unfurls with: seen, sent and removed by plain forms."""
    at = "/staff/webinars/" + page.current_id + "/picture"
    return rx.el.section(
        rx.el.h2(t["studio.picture.title"]),
        rx.el.p(t["studio.picture.hint"], class_name="soft"),
        rx.el.div(
            rx.el.img(src=page.picture, alt=t["studio.picture.alt"], class_name="link-picture", id="link-picture"),
            rx.el.div(
                PlainForm.create(
                    field(
                        "picture-file",
                        t["studio.picture.file"],
                        rx.el.input(
                            type="file", id="picture-file", name="file", required=True, accept=",".join(ENDINGS)
                        ),
                    ),
                    rx.el.button(t["studio.picture.send"], type="submit", class_name="button small", id="send-picture"),
                    action=at,
                    method="post",
                    enc_type="multipart/form-data",
                    class_name="inline-form",
                ),
                rx.cond(
                    page.has_own_picture,
                    PlainForm.create(
                        rx.el.button(
                            t["studio.picture.remove"], type="submit", class_name="link-button", id="remove-picture"
                        ),
                        action=at + "/remove",
                        method="post",
                    ),
                    rx.el.p(t["studio.picture.default"], class_name="faint"),
                ),
                class_name="stack-form",
            ),
            class_name="link-picture-row",
        ),
        id="picture",
    )


def _handouts(page: State) -> rx.Component:
    """Files for the room: sent and removed by plain forms, shown from the console."""
    at = "/staff/webinars/" + page.current_id + "/handouts"
    return rx.el.section(
        rx.el.h2(t["studio.webinar.handouts"]),
        rx.el.p(t["studio.webinar.handouts_hint"], class_name="soft"),
        rx.el.ul(
            rx.foreach(
                page.handouts,
                lambda one: rx.el.li(
                    rx.el.span(
                        one["title"], " ", rx.el.span(one["size"], " ", t["studio.webinar.mb"], class_name="faint")
                    ),
                    PlainForm.create(
                        rx.el.button(t["studio.webinar.handout_remove"], type="submit", class_name="link-button"),
                        action=at + "/" + one["id"] + "/remove",
                        method="post",
                    ),
                    class_name="link-line",
                    custom_attrs={"data-testid": "handout"},
                ),
            ),
            class_name="plain-list",
        ),
        PlainForm.create(
            field(
                "handout-file",
                t["studio.webinar.handout_file"],
                rx.el.input(type="file", id="handout-file", name="file", required=True, accept=",".join(KINDS)),
            ),
            rx.el.button(t["studio.webinar.handout_send"], type="submit", class_name="button small", id="send-handout"),
            action=at,
            method="post",
            enc_type="multipart/form-data",
            class_name="inline-form",
        ),
        id="handouts",
    )


def _new(page: State) -> rx.Component:
    return rx.el.form(
        field(
            "starts_at",
            rx.fragment(t["studio.webinar.starts_at"], " · ", zone_note(language=Desk.lang, prefix="", zone=page.zone)),
            rx.el.input(id="starts_at", name="starts_at", type="datetime-local", required=True),
            error=page.wrong_start,
        ),
        rx.el.button(
            t["studio.webinar.schedule"],
            type="submit",
            class_name="button",
            id="schedule-session",
            custom_attrs={"data-kind": "primary"},
        ),
        on_submit=page.schedule_session,
        key=page.form_key,
        class_name="panel inline-form",
        no_validate=True,
    )


def _ahead(page: State) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t["studio.webinar.ahead"]),
        rx.cond(
            page.ahead.length() > 0,
            rx.el.ol(rx.foreach(page.ahead, lambda card: _session(page, card)), class_name="cards"),
            empty(t["studio.webinar.none_ahead.title"], t["studio.webinar.none_ahead.text"], name="empty-sessions"),
        ),
    )


def _session(page: State, card: State) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.match(
                card.phase,
                ("on_air", rx.el.span(rx.el.span(class_name="lamp"), t["studio.on_air"], class_name="eyebrow")),
                countdown(
                    to=card.starts_at,
                    language=Desk.lang,
                    before="",
                    after=t["studio.waits_for_host"],
                    class_name="countdown mono",
                ),
            ),
            moment(card.starts_at, shape="full"),
            rx.el.span("id ", card.session_id, class_name="mono faint"),
            class_name="session-when",
        ),
        rx.el.dl(
            _number(t["studio.registered_column"], card.registered, "registered"),
            _number(t["studio.in_room"], card.in_room, "in-room"),
            _number(t["studio.entered"], card.entered, "entered"),
            class_name="numbers",
        ),
        rx.cond(
            (card.mode == "live") & ~page.has_picture,
            rx.el.p(
                t["studio.webinar.no_picture"],
                " ",
                for_who_may(
                    EDIT, rx.el.a(t["studio.webinars.edit"], href="/studio/webinars/" + page.current_id + "/edit")
                ),
                class_name="soft",
                role="note",
                custom_attrs={"data-testid": "no-picture"},
            ),
        ),
        for_who_may("WebinarPage.ask", _actions(page, card)),
        class_name="panel session",
        custom_attrs={"data-testid": "session", "data-session": card.session_id, "data-phase": card.phase},
    )


def _number(label: Any, value: Any, name: str) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(value, class_name="digits", custom_attrs={"data-testid": name}))


def _actions(page: State, card: State) -> rx.Component:
    is_live, is_on_air = card.mode == "live", card.phase == "on_air"
    return rx.match(
        page.asking,
        (
            "cancel:" + card.session_id,
            _confirm(page, t["studio.webinar.sure_cancel"], page.cancel(card.session_id), "cancel"),
        ),
        ("end:" + card.session_id, _confirm(page, t["studio.webinar.sure_end"], page.end(card.session_id), "end")),
        ("move:" + card.session_id, _move(page, card)),
        rx.el.div(
            anchor(
                t["studio.air.open"],
                href="/studio/air/" + card.session_id,
                class_name="button small",
                custom_attrs={"data-testid": "open-air"},
            ),
            rx.cond(
                is_live & ~is_on_air,
                _button(t["studio.webinar.go_live"], page.go_live(card.session_id), "go-live", "primary"),
            ),
            rx.cond(
                is_live & is_on_air,
                _button(t["studio.webinar.end"], page.ask("end:" + card.session_id), "end-session", ""),
            ),
            rx.cond(
                is_on_air,
                rx.fragment(),
                _button(t["studio.webinar.move"], page.ask("move:" + card.session_id), "move-session", "quiet"),
            ),
            _button(t["studio.webinar.cancel"], page.ask("cancel:" + card.session_id), "cancel-session", "quiet"),
            class_name="actions",
        ),
    )


def _button(text: Any, action: Any, name: str, kind: str) -> rx.Component:
    attributes = {"data-testid": name, "data-kind": kind}
    return rx.el.button(text, type="button", on_click=action, class_name="button small", custom_attrs=attributes)


def _confirm(page: State, question: Any, action: Any, name: str) -> rx.Component:
    return rx.el.div(
        rx.el.p(question, role="alert"),
        rx.el.div(
            _button(t["studio.yes"], action, f"confirm-{name}", "danger"),
            _button(t["studio.no"], page.ask(""), "confirm-no", "quiet"),
            class_name="actions",
        ),
        class_name="confirm",
    )


def _move(page: State, card: State) -> rx.Component:
    return rx.el.form(
        rx.el.input(type="hidden", name="session_id", value=card.session_id),
        field(
            "moved_to",
            rx.fragment(t["studio.webinar.starts_at"], " · ", zone_note(language=Desk.lang, prefix="", zone=page.zone)),
            rx.el.input(id="moved_to", name="starts_at", type="datetime-local", default_value=card.local_start),
            error=page.wrong_start,
        ),
        rx.el.div(
            rx.el.button(
                t["studio.webinar.move"],
                type="submit",
                class_name="button small",
                custom_attrs={"data-kind": "primary", "data-testid": "confirm-move"},
            ),
            _button(t["studio.no"], page.ask(""), "confirm-no", "quiet"),
            class_name="actions",
        ),
        on_submit=page.move,
        class_name="confirm",
    )


def _past(page: State) -> rx.Component:
    headers = [
        "studio.webinar.when",
        "studio.registered_column",
        "studio.entered",
        "studio.attended",
        "studio.attended_percent",
        "studio.clicked",
        "studio.submitted",
    ]
    return rx.cond(
        page.past.length() > 0,
        rx.el.section(
            rx.el.h2(t["studio.webinar.past"]),
            sheet([*(t[header] for header in headers), ""], rx.foreach(page.past, _past_row), name="past-sessions"),
            rx.el.p(t["studio.attended_is"], class_name="faint"),
        ),
    )


def _past_row(card: State) -> rx.Component:
    return rx.el.tr(
        cell(
            moment(card.starts_at),
            " ",
            rx.cond(card.phase == "cancelled", chip(t["studio.cancelled"], "quiet")),
            label=t["studio.webinar.when"],
        ),
        cell(card.registered, label=t["studio.registered_column"], class_name="digits"),
        cell(card.entered, label=t["studio.entered"], class_name="digits"),
        cell(card.attended, label=t["studio.attended"], class_name="digits"),
        cell(card.attended_percent, label=t["studio.attended_percent"], class_name="digits"),
        cell(card.clicked, label=t["studio.clicked"], class_name="digits"),
        cell(card.submitted, label=t["studio.submitted"], class_name="digits"),
        cell(
            rx.cond(
                (card.mode == "live") & (card.phase == "over"),
                for_who_may(
                    "/studio/record/[session_id]",
                    rx.el.a(
                        t["studio.record.link"],
                        href="/studio/record/" + card.session_id,
                        custom_attrs={"data-testid": "make-auto-link"},
                    ),
                ),
            ),
        ),
        custom_attrs={"data-testid": "past-session", "data-session": card.session_id},
    )
