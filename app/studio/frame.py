"""The frame of the staff pages and the small pieces they share. What stands in it is the pages' business."""

from collections.abc import Sequence
from typing import Any, ClassVar

import reflex as rx

from app.access import matrix
from app.shared import theme_components
from app.shared.clock import local_time, time_option, zone_note
from app.shared.layout import anchor, language_links, wordmark
from app.shared.menu import menu
from app.shared.numbers import counted
from app.studio.desk import Desk

Child = Any
t = Desk.t

HERE: rx.Var[str] = rx.Var("globalThis.location?.pathname.replace(/\\/+$/, '')", _var_type=str)
"""The address bar's path. It changes at once; what a page shows comes with the answer of its handler."""

NAVIGATION = (
    ("home", "/studio"),
    ("webinars", "/studio/webinars"),
    ("leads", "/studio/leads"),
    ("board", "/studio/board"),
    ("tasks", "/studio/tasks"),
    ("scenarios", "/studio/scenarios"),
    ("outbox", "/studio/outbox"),
    ("funnel", "/studio/funnel"),
    ("audience", "/studio/audience"),
    ("sources", "/studio/sources"),
    ("partners", "/studio/partners"),
    ("failures", "/studio/failures"),
    ("rejected", "/studio/rejected"),
    ("webhooks", "/studio/webhooks"),
    ("accounts", "/studio/accounts"),
    ("audit", "/studio/audit"),
)
SECTION_OF = dict.fromkeys(("lead", "import", "duplicates"), "leads") | dict.fromkeys(
    ("webinar", "webinar-form", "policy", "rule", "script", "record", "pult"), "webinars"
)
"""Pages without an entry of their own, and the entry they are found under."""


class PlainForm(rx.Component):
    """A form the browser sends by itself: Reflex's own prevents that."""

    tag = "form"
    _is_tag_in_global_scope: ClassVar[bool] = True

    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]


def desk(*children: Child, name: str, title: Child, actions: Child = None, lead: Child = None) -> rx.Component:
    """A staff page: navigation, title with its actions, content. Strangers see a way to log in instead."""
    return rx.el.div(
        anchor(t["studio.skip"], href="#main", class_name="skip"),
        _rail(name),
        rx.el.main(
            rx.match(
                Desk.access,
                ("granted", when_read(_content(children, title, actions, lead))),
                ("nobody", _closed("nobody")),
                ("forbidden", _closed("forbidden")),
                ("second_factor", _closed("second_factor")),
                loading(),
            ),
            class_name=f"desk-main {name}",
            id="main",
            tab_index=-1,
        ),
        class_name="desk",
        lang=Desk.lang,
    )


def for_who_may(what: str, *children: Child) -> rx.Component:
    """Shown to whose role may do it: a page, handler or route of `app.access.matrix`, which refuses everybody else."""
    who = next(table[what] for table in (matrix.PAGES, matrix.HANDLERS, matrix.ROUTES) if what in table)
    if isinstance(who, matrix.Audience):
        raise TypeError(f"{what} asks for no role.")
    return rx.cond(rx.Var.create(sorted(who)).contains(Desk.role), rx.fragment(*children))


def when_read(content: rx.Component) -> rx.Component:
    """The content once its handler answered: before, an empty list would say that there is nothing."""
    return rx.cond(Desk.shown_at == HERE, content, loading())


def loading() -> rx.Component:
    """What stands there until then."""
    return rx.el.p(t["common.loading"], class_name="soft", role="status")


def _rail(name: str) -> rx.Component:
    pages = [(key, t[f"studio.nav.{key}"], path) for key, path in NAVIGATION]
    account = anchor(Desk.email, href="/account", class_name="rail-who", id="my-account")
    return rail(name, pages, label=t["studio.nav.label"], who=account)


def rail(name: str, pages: Sequence[tuple[str, Child, str]], *, label: Child, who: Child) -> rx.Component:
    """The house's name, language and theme, the ways to `pages` (key, name, path; the first is home), and the way out.

    `name` is the page's key; the section a page without an entry belongs to is marked instead.
    """
    section = SECTION_OF.get(name, name)
    current = next((shown for key, shown, _ in pages if key == section), "")
    return rx.el.header(
        wordmark(t["common.name"], pages[0][2]),
        menu(
            rx.el.div(language_links(Desk.lang, Desk.kept_query), theme_components.switch(t), class_name="frame-tools"),
            rx.el.nav(*(_rail_link(name, section, page) for page in pages), class_name="rail-nav", aria_label=label),
            rx.cond(
                Desk.access == "granted",
                PlainForm.create(
                    who,
                    rx.el.button(t["studio.logout"], type="submit", class_name="link-button", id="logout"),
                    action="/logout",
                    method="post",
                    class_name="rail-foot",
                ),
            ),
            name=t["studio.nav.menu"],
            current=current,
        ),
        class_name="rail",
    )


def _rail_link(name: str, section: str, page: tuple[str, Child, str]) -> rx.Component:
    key, shown, path = page
    link = rx.el.a(
        shown,
        href=path,
        class_name="rail-link",
        aria_current="page" if key == name else "true" if key == section else "false",
        custom_attrs={"data-testid": f"nav-{key}"},
    )
    return link if matrix.PAGES[path] in {matrix.READERS, matrix.PARTNERS} else for_who_may(path, link)


def _content(children: tuple[Child, ...], title: Child, actions: Child, lead: Child) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(rx.el.h1(title, id="page-title", tab_index=-1), lead or rx.fragment(), class_name="desk-title"),
            actions or rx.fragment(),
            class_name="desk-head",
        ),
        rx.cond(
            Desk.complaint != "",
            rx.el.p(
                Desk.complaint,
                class_name="banner",
                role="alert",
                custom_attrs={"data-kind": "bad", "data-testid": "complaint"},
            ),
        ),
        rx.cond(
            Desk.notice != "",
            rx.el.p(
                Desk.notice,
                class_name="banner",
                role="status",
                custom_attrs={"data-kind": "good", "data-testid": "notice"},
            ),
        ),
        *children,
        zone_line(),
    )


def _closed(why: str) -> rx.Component:
    """Who is logged in already would only be led back from the login: they go home, or out."""
    ways = {
        "nobody": (t["studio.login"], Desk.way_in),
        "forbidden": (t["studio.forbidden.go"], "/studio"),
        "second_factor": (t["studio.second_factor.go"], "/account"),
    }
    name, way = ways[why]
    out = PlainForm.create(
        rx.el.button(t["studio.logout"], type="submit", class_name="button", id="logout"),
        action="/logout", method="post",
    )  # fmt: skip
    return rx.el.section(
        rx.el.h1(t[f"studio.{why}.title"]),
        rx.el.p(t[f"studio.{why}.text"]),
        rx.el.div(
            anchor(
                name, href=way, class_name="button", custom_attrs={"data-kind": "primary", "data-testid": "login-link"}
            ),
            out if why != "nobody" else rx.fragment(),
            class_name="actions",
        ),
        class_name="notice",
        custom_attrs={"data-testid": f"access-{why}"},
    )


def empty(title: Child, text: Child, *more: Child, name: str = "empty") -> rx.Component:
    """What stands where nothing is yet: what is so, and what to do next."""
    return rx.el.section(
        rx.el.h2(title), rx.el.p(text), *more, class_name="empty", role="status", custom_attrs={"data-testid": name}
    )


def count(value: Child, *, name: str | None = None) -> rx.Component:
    """How many there are of what a title names, beside it."""
    return rx.el.span(counted(value, Desk.lang), class_name="count digits", id=name)


def chip(text: Child, kind: Child = "") -> rx.Component:
    """A small label; `kind` colours it: live, good, warn, bad, quiet."""
    return rx.el.span(text, class_name="tag", custom_attrs={"data-kind": kind})


def moment(at: Child, *, shape: str = "short") -> rx.Component:
    """A moment in the reader's zone, which the foot of the page names; a heading (`full`) names it itself."""
    return local_time(at=at, language=Desk.lang, with_zone=shape == "full", shape=shape, class_name="moment digits")


def session_options(choices: Child) -> rx.Component:
    """Options of a select of sessions (a list of SessionChoice), each with its start in the reader's zone."""
    return rx.foreach(choices, lambda one: time_option(value=one.value, label=one.label, at=one.at, language=Desk.lang))


def zone_line() -> rx.Component:
    """The foot of a page: in which zone its times are."""
    return rx.el.p(
        zone_note(language=Desk.lang, prefix=t["studio.times"]),
        class_name="faint zone-line",
        custom_attrs={"data-testid": "zone"},
    )


def figure(value: Child, label: Child, definition: Child, *, name: str) -> rx.Component:
    """A number with its name and its definition."""
    return rx.el.div(
        rx.el.dt(label),
        rx.el.dd(
            counted(value, Desk.lang), class_name="figure-value digits", custom_attrs={"data-testid": f"figure-{name}"}
        ),
        rx.el.dd(definition, class_name="figure-definition"),
        class_name="figure",
    )


def sheet(headers: list[Child], rows: Child, *, name: str) -> rx.Component:
    """A table that becomes a list of cards on a phone; cells are made by `cell`."""
    return rx.el.div(
        rx.el.table(
            rx.el.thead(rx.el.tr(*(rx.el.th(header, scope="col") for header in headers))),
            rx.el.tbody(rows),
            class_name="sheet",
            custom_attrs={"data-testid": name},
        ),
        class_name="sheet-frame",
    )


def cell(*children: Child, label: Child = "", class_name: str = "") -> rx.Component:
    """One cell; `label` is shown beside it where the header is not visible."""
    return rx.el.td(rx.el.div(*children, class_name=class_name or "cell"), custom_attrs={"data-label": label})


def field(
    name: str, label: Child, control: Child, *, hint: Child = None, error: Child = None, is_wide: bool = False
) -> rx.Component:
    """A labelled control with its hint and, if it was refused, the reason. The control's id must be `name`."""
    return rx.el.div(
        rx.el.label(label, html_for=name),
        control,
        rx.el.span(hint, class_name="hint", id=f"{name}-hint") if hint is not None else rx.fragment(),
        rx.cond(error, rx.el.span(error, class_name="error", role="alert", id=f"{name}-error"), rx.fragment())
        if error is not None
        else rx.fragment(),
        class_name="field wide" if is_wide else "field",
        custom_attrs={"data-bad": rx.cond(error, "true", "false")} if error is not None else {},
    )


def pager(page: Child, pages: Child, previous: Child, following: Child) -> rx.Component:
    """Steps through a long list; not there when everything fits."""
    return rx.cond(
        pages > 1,
        rx.el.nav(
            rx.el.button(
                t["studio.previous"], type="button", on_click=previous, disabled=page <= 1, class_name="button small",
                id="previous-page",
            ),
            rx.el.span(page, " / ", pages, class_name="digits"),
            rx.el.button(
                t["studio.next"], type="button", on_click=following, disabled=page >= pages, class_name="button small",
                id="next-page",
            ),
            class_name="pager",
            aria_label=t["studio.pages"],
        ),
    )  # fmt: skip


def options(choices: Child, first: Child) -> list[rx.Component]:
    """Options of a select: `first` for all, then `choices` (a list of Choice)."""
    return [
        rx.el.option(first, value=""),
        rx.foreach(choices, lambda choice: rx.el.option(choice.label, value=choice.value)),
    ]
