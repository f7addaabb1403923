"""The front door `/`: what is on and what comes, and the page for addresses that lead nowhere."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.shared import clock, schedule, texts
from app.shared.layout import anchor, notice, page, what_is_on
from app.shared.route import Route
from app.shared.visitor import Visitor

t = Visitor.t


@dataclass(frozen=True)
class Bill:
    """One webinar with its next session, as the front door shows it."""

    slug: str
    title: str
    summary: str
    host: str
    starts_at: str
    """Empty when no session is ahead."""
    is_on_air: bool


class Programme(Visitor):
    """Somebody at the front door."""

    status: str = "loading"
    """loading, ready, empty or away (nobody knows yet)."""
    bills: list[Bill] = []

    @rx.event
    def opened(self) -> None:
        """Show what is on, the soonest first."""
        self._greet()
        now = dtm.datetime.now(dtm.UTC)
        programme = schedule.current()
        if not schedule.is_read():
            self.status = "away"
            return
        found = []
        for webinar in programme.webinars.values():
            session = programme.next_session(webinar.webinar_id, now)
            definition = webinar.definition
            bill = Bill(
                webinar.slug,
                texts.localised(definition.title, self.lang),
                texts.localised(definition.summary, self.lang),
                definition.host_name,
                session.starts_at.isoformat() if session else "",
                session is not None and session.phase(now) == "on_air",
            )
            found.append(bill)
        self.bills = sorted(found, key=lambda bill: (not bill.starts_at, bill.starts_at, bill.title))
        self.status = "ready" if found else "empty"


def view() -> rx.Component:
    """The programme, or what to do when there is none."""
    return page(
        rx.match(
            Programme.status,
            ("loading", rx.el.p(t["common.loading"], class_name="soft", role="status")),
            ("empty", notice(t["programme.empty.title"], t["programme.empty.text"], _studio(), name="programme-empty")),
            (
                "away",
                notice(t["unread.title"], t["unread.text"], anchor(t["unread.again"], href="/", class_name="button")),
            ),
            rx.fragment(
                rx.el.h1(t["programme.title"], class_name="billing-title"),
                rx.el.ol(rx.foreach(Programme.bills, _bill), class_name="bills"),
                rx.el.p(_studio()),
            ),
        ),
        name="programme",
    )


def _bill(bill: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(
                bill.starts_at != "",
                rx.cond(
                    bill.is_on_air,
                    rx.el.span(t["landing.form.on_air"], class_name="tag", custom_attrs={"data-kind": "live"}),
                    clock.local_time(at=bill.starts_at, language=Visitor.lang),
                ),
                rx.el.span(t["landing.form.title_empty"], class_name="faint"),
            ),
            class_name="bill-time",
        ),
        rx.el.div(
            rx.el.h2(anchor(bill.title, href=f"/w/{bill.slug}")),
            rx.el.p(bill.summary, class_name="soft"),
            rx.cond(bill.host != "", rx.el.p(t["landing.host"], " ", bill.host, class_name="faint")),
            class_name="bill-text",
        ),
        class_name="bill",
        custom_attrs={"data-testid": "bill"},
    )


def _studio() -> rx.Component:
    return anchor(t["programme.studio"], href="/studio", id="to-studio", class_name="faint")


def nowhere() -> rx.Component:
    """The page for an address that leads nowhere."""
    return page(
        notice(
            t["programme.nowhere.title"],
            t["programme.nowhere.text"],
            what_is_on(),
            name="nowhere",
        ),
        name="nowhere",
    )


PAGES = [
    Route("/", view, title="title.home", on_load=Programme.opened),
    Route("404", nowhere, title="title.home", on_load=Programme.opened),
]
