"""How the list of webinars and the webinar form look."""

from typing import Any

import reflex as rx

from app.studio import beside_view
from app.studio.desk import Desk
from app.studio.frame import cell, chip, desk, empty, field, for_who_may, moment, sheet
from app.studio.media_form import MEDIA_KINDS
from app.studio.webinar_form import SWITCHES

State = Any
t = Desk.t


def listing(page: State) -> rx.Component:
    """Every webinar."""
    new = for_who_may(
        "/studio/webinars/new",
        rx.el.a(
            t["studio.webinars.new"],
            href="/studio/webinars/new",
            class_name="button",
            id="new-webinar",
            custom_attrs={"data-kind": "primary"},
        ),
    )
    return desk(
        rx.cond(
            page.cards.length() > 0,
            sheet(
                [
                    t["studio.webinars.title_column"],
                    t["studio.mode"],
                    t["studio.webinars.next"],
                    t["studio.webinars.sessions"],
                    t["studio.registered_column"],
                ],
                rx.foreach(page.cards, _row),
                name="webinars",
            ),
            empty(t["studio.webinars.empty.title"], t["studio.webinars.empty.text"], name="empty-webinars"),
        ),
        name="webinars",
        title=t["studio.nav.webinars"],
        actions=new,
    )


def _row(card: State) -> rx.Component:
    return rx.el.tr(
        cell(
            rx.el.a(card.title, href="/studio/webinars/" + card.webinar_id, class_name="strong"),
            rx.el.span("/w/", card.slug, class_name="mono faint"),
            class_name="stack",
        ),
        cell(
            chip(card.mode.upper()),
            " ",
            rx.el.span(card.minutes, " ", t["common.minute_short"], class_name="soft"),
            label=t["studio.mode"],
        ),
        cell(
            rx.cond(
                card.is_on_air,
                chip(t["studio.on_air"], "live"),
                rx.cond(
                    card.next_at != "",
                    moment(card.next_at),
                    rx.el.span(t["studio.webinars.none_ahead"], class_name="soft"),
                ),
            ),
            label=t["studio.webinars.next"],
        ),
        cell(card.sessions, label=t["studio.webinars.sessions"], class_name="digits"),
        cell(card.registered, label=t["studio.registered_column"], class_name="digits"),
        custom_attrs={"data-testid": "webinar-row"},
    )


def form(page: State) -> rx.Component:
    """The webinar form: what it is, what is played, the offer, the rules."""
    return desk(
        rx.cond(
            page.is_missing,
            empty(t["studio.webinar.missing.title"], t["studio.webinar.missing.text"], name="webinar-missing"),
            rx.el.form(
                _what(page),
                _media(page),
                beside_view.offers(page),
                beside_view.polls(page),
                _chat(page),
                _rules(page),
                rx.el.div(
                    rx.el.button(
                        t["studio.save"],
                        type="submit",
                        class_name="button",
                        id="save-webinar",
                        custom_attrs={"data-kind": "primary"},
                    ),
                    rx.el.a(
                        t["studio.cancel"],
                        href="/studio/webinars",
                        class_name="button",
                        custom_attrs={"data-kind": "quiet"},
                    ),
                    class_name="form-foot",
                ),
                on_submit=page.save,
                key=page.form_key,
                class_name="desk-form",
                id="webinar-form",
                no_validate=True,
            ),
        ),
        name="webinar-form",
        title=rx.cond(page.is_new, t["studio.webinars.new"], t["studio.webinars.edit"]),
    )


def _input(page: State, name: str, *, is_required: bool = False, **props: Any) -> rx.Component:
    return field(
        name,
        t[f"studio.form.{name}"],
        rx.el.input(
            id=name,
            name=name,
            default_value=page.values[name],
            required=is_required,
            aria_invalid=rx.cond(page.wrong[name] != "", "true", "false"),
            **props,
        ),
        error=page.wrong[name],
    )


def _area(page: State, name: str) -> rx.Component:
    control = rx.el.textarea(id=name, name=name, default_value=page.values[name], rows=3)
    return field(name, t[f"studio.form.{name}"], control, error=page.wrong[name])


def _select(page: State, name: str, *values: str) -> rx.Component:
    control = rx.el.select(
        *(rx.el.option(t[f"studio.form.{name}.{value}"], value=value) for value in values),
        id=name,
        name=name,
        default_value=page.values[name],
    )
    return field(name, t[f"studio.form.{name}.label"], control, error=page.wrong[name])


def _tick(page: State, name: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, id=name, default_checked=page.values[name] == "on"),
        rx.el.span(t[f"studio.form.{name}"]),
        class_name="tick",
    )


def _group(title: str, *fields: rx.Component, hint: str = "", is_small: bool = False) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t[title]),
        rx.el.p(t[hint], class_name="soft group-hint") if hint else rx.fragment(),
        rx.el.div(*fields, class_name="field-grid small" if is_small else "field-grid"),
        class_name="panel",
    )


def _what(page: State) -> rx.Component:
    return _group(
        "studio.form.what",
        _input(page, "title_ru", is_required=True, max_length=200),
        _input(page, "title_en", max_length=200),
        _area(page, "summary_ru"),
        _area(page, "summary_en"),
        _input(page, "slug", max_length=60, placeholder="pervyy-vebinar", auto_capitalize="none", spell_check=False),
        _input(page, "host_name", max_length=120),
    )


def _media(page: State) -> rx.Component:
    return _group(
        "studio.form.media",
        _select(page, "mode", "auto", "live"),
        _input(page, "duration", is_required=True, placeholder="1:00:00", input_mode="text"),
        _select(page, "media_kind", *MEDIA_KINDS),
        rx.el.div(
            _input(page, "media_url", list="media-files", max_length=1000, auto_capitalize="none", spell_check=False),
            rx.el.datalist(rx.foreach(page.media_files, lambda name: rx.el.option(value=name)), id="media-files"),
        ),
        _input(page, "captions_url", placeholder="talk.vtt", max_length=500, auto_capitalize="none", spell_check=False),
        *(_tick(page, switch) for switch in SWITCHES if switch != "is_script_disclosed"),
        hint="studio.form.media_hint",
    )


def _chat(page: State) -> rx.Component:
    return _group(
        "studio.form.chat",
        _area(page, "stop_words"),
        _select(page, "stop_words_deed", "hold", "shadow"),
        _tick(page, "is_script_disclosed"),
        hint="studio.form.chat_hint",
    )


def _rules(page: State) -> rx.Component:
    return _group(
        "studio.form.rules",
        _input(page, "attended_minutes", input_mode="decimal"),
        _input(page, "attended_percent", input_mode="decimal"),
        _input(page, "completed_percent", input_mode="decimal"),
        _input(page, "grace_minutes", input_mode="decimal"),
        rx.el.div(
            _input(page, "time_zone", list="zones", auto_capitalize="none", spell_check=False),
            rx.el.datalist(rx.foreach(page.zones, lambda zone: rx.el.option(value=zone)), id="zones"),
        ),
        _input(page, "daily_cap", input_mode="numeric"),
        _input(page, "quiet_from", type="time"),
        _input(page, "quiet_to", type="time"),
        _input(page, "replay_hours", input_mode="numeric"),
        _tick(page, "has_replay"),
        rx.cond(
            page.is_new,
            rx.fragment(),
            rx.el.a(
                t["studio.policy.look"],
                href="/studio/webinars/" + page.current_id + "/policy",
                class_name="button",
                id="look-at-policy",
                custom_attrs={"data-kind": "quiet"},
            ),
        ),
        hint="studio.form.rules_hint",
        is_small=True,
    )
