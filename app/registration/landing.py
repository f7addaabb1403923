"""The landing page `/w/<slug>`: what the webinar is, when it is on, and the form. Rules: `form` and `registrar`."""

import datetime as dtm
import logging
import time
import uuid
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from app.api.limits import Buckets
from app.registration import form, registrar, visits
from app.registration.browsers import BROWSER_COOKIE
from app.registration.landing_view import view
from app.registration.visits import Visit
from app.settings import Settings
from app.shared import schedule, signing, texts, warehouse
from app.shared.route import Route
from app.shared.visitor import REFERRER_COOKIE, VISITOR_COOKIE, Visitor
from domain.offers import chosen, offered, rule_of
from domain.webinars import Webinar
from warehouse.interface import WarehouseError

logger = logging.getLogger(__name__)

SAME_VISIT = dtm.timedelta(seconds=5)
"""The page's socket may open it twice in a row; that is one visit."""

_limit = Buckets(per_second=Settings().form_submissions_per_minute / 60, burst=Settings().form_submissions_per_minute)


@dataclass(frozen=True)
class Showing:
    """One session as the page offers it."""

    session_id: str
    starts_at: str
    is_on_air: bool
    is_live: bool
    before: str
    """Start of the session above it: the browser puts a heading where a new day begins in the visitor's zone."""
    is_on_demand: bool


class Landing(Visitor):
    """One visitor on a landing page."""

    status: str = "loading"
    """loading, ready (sessions to choose), empty (none scheduled) or missing (no such webinar)."""
    sessions: list[Showing] = []
    host: str = ""
    minutes: int = 0
    errors: dict[str, str] = dict.fromkeys(form.FIELDS, "")
    is_sending: bool = False
    titles: dict[str, str] = {}
    summaries: dict[str, str] = {}

    _webinar_id: str = ""
    _visit: Visit | None = None
    _touched_at: dtm.datetime | None = None
    _submission_id: str = ""
    _thanks: str = ""

    @rx.var
    def title(self) -> str:
        """The webinar's title in the page's language."""
        return texts.localised(self.titles, self.lang)

    @rx.var
    def summary(self) -> str:
        """What it is about, in the page's language."""
        return texts.localised(self.summaries, self.lang)

    @rx.event
    async def opened(self) -> None:
        """Show the webinar and record the visit."""
        self._greet()
        now = dtm.datetime.now(dtm.UTC)
        webinar = schedule.current().by_slug(self.router.url.path.rstrip("/").rpartition("/")[2])
        if webinar is None:
            self.status = "missing"
            return
        self._show(webinar, now)
        self._visit = self._read_visit(now)
        self._submission_id, self._thanks = str(uuid.uuid4()), ""
        self.errors = dict.fromkeys(form.FIELDS, "")
        await self._touch(now)

    def _show(self, webinar: Webinar, now: dtm.datetime) -> None:
        definition = webinar.definition
        plan = schedule.current()
        ahead = offered(plan, webinar.webinar_id, now)
        is_on_demand = rule_of(plan, webinar.webinar_id).kind == "on_demand"
        self._webinar_id = webinar.webinar_id
        self.titles, self.summaries, self.host = dict(definition.title), dict(definition.summary), definition.host_name
        self.minutes = max(1, round(definition.duration_seconds / 60))
        self.sessions = [
            Showing(
                session.session_id,
                session.starts_at.isoformat(),
                session.phase(now) == "on_air",
                session.mode == "live",
                before.starts_at.isoformat() if before else "",
                is_on_demand and session.session_id not in plan.sessions,
            )
            for before, session in zip([None, *ahead], ahead, strict=False)
        ]
        self.status = "ready" if ahead else "empty"

    def _read_visit(self, now: dtm.datetime) -> Visit:
        cookies = self._cookies()
        return visits.read(
            visitor_id=cookies.get(VISITOR_COOKIE) or f"{now:%Y%m%d}-{self.router.session.client_token}",
            path=self.router.url.path,
            query=self.router.url.query_parameters,
            referrer_host=cookies.get(REFERRER_COOKIE) or None,
            schedule=schedule.current(),
            key=signing.key(),
            takes_bare_codes=Settings().takes_bare_partner_codes,
        )

    async def _touch(self, now: dtm.datetime) -> None:
        is_same = self._touched_at is not None and now - self._touched_at < SAME_VISIT
        if self._visit is None or is_same:
            return
        self._touched_at = now
        try:
            await warehouse.get().append([self._visit.touch(self._webinar_id, now)], quarantine=False)
        except WarehouseError:
            logger.exception("A visit was not recorded")

    @rx.event
    async def submit(self, typed: dict[str, Any]) -> EventSpec | None:
        """Take the form; a second click finds the first one's result."""
        if self._thanks:
            return rx.redirect(self._thanks)
        if self._visit is None or not await self._may_try(typed):
            return None
        checked = form.check(typed, open_sessions=[showing.session_id for showing in self.sessions])
        if isinstance(checked, form.Refusal):
            self.errors = dict.fromkeys(form.FIELDS, "") | dict(checked.errors)
            return None
        now = dtm.datetime.now(dtm.UTC)
        session = chosen(schedule.current(), checked.session_id, now) if checked.session_id else None
        if checked.session_id and session is None:
            self._offer_anew(now)
            return None
        try:
            token = await registrar.register(
                warehouse.get(), checked, self._visit, self._desk(), session=session, now=now
            )
        except WarehouseError:
            logger.exception("A sign-up was not stored")
            self._complain("landing.error.not_saved")
            return None
        self._thanks = f"/thanks/{token}"
        self.errors = dict.fromkeys(form.FIELDS, "")
        return rx.redirect(self._thanks)

    def _offer_anew(self, now: dtm.datetime) -> None:
        """The chosen time went by while the form was open: show what can be chosen now; what was typed stays."""
        webinar = schedule.current().webinars.get(self._webinar_id)
        if webinar is not None:
            self._show(webinar, now)
        self.errors = dict.fromkeys(form.FIELDS, "") | {"session": "landing.error.session_required"}

    def _desk(self) -> registrar.Desk:
        return registrar.Desk(
            submission_id=self._submission_id,
            webinar_id=self._webinar_id,
            language="en" if self.lang == "en" else "ru",
            ip=self.router.session.client_ip,
            user_agent=self.router.headers.user_agent,
            browser=self._cookies().get(BROWSER_COOKIE, ""),
        )

    async def _may_try(self, typed: dict[str, Any]) -> bool:
        if _limit.take(self.router.session.client_ip, time.monotonic()):
            self._complain("landing.error.too_many")
            return False
        if form.is_robot(typed):
            self._complain("landing.error.robot")
            kept = await warehouse.get().reject(
                stage="form", code="honeypot", message="A hidden field was filled in.", payload=self._webinar_id,
                emitter="web_form",
            )  # fmt: skip
            # Counted, but nobody's task: there is no fact in it to replay.
            await warehouse.get().mark_rejected(kept, "discarded")
            return False
        return True

    def _complain(self, key: str) -> None:
        self.errors = dict.fromkeys(form.FIELDS, "") | {"form": key}


PAGES = [Route("/w/[slug]", lambda: view(Landing), title=Landing.title, on_load=Landing.opened)]
