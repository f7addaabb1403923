"""The landing page `/w/<slug>`: what the webinar is, when it is on, and the form. Rules: `form` and `registrar`.

Plain HTML, for it is what a partner's link opens on a phone (decision 0015). The page carries its opening, signed:
which form this is and which visit it belongs to. Its script says that a browser showed it; a link preview is no visit.
"""

import datetime as dtm
import gzip
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.access.origin import is_own
from app.api.answers import retry_after
from app.api.limits import Buckets
from app.registration import form, landing_view, registrar, visits
from app.registration.browsers import BROWSER_COOKIE, new_secret
from app.registration.landing_view import Sent
from app.registration.visits import Visit
from app.settings import Settings
from app.shared import plain, schedule, signing, theme, warehouse
from app.shared.address import address_of
from app.shared.language import language_of
from domain.events import deterministic_id
from domain.offers import chosen, offered
from domain.webinars import Webinar
from warehouse.interface import WarehouseError

logger = logging.getLogger(__name__)

YEAR_SECONDS = 365 * 86400
VISITOR_COOKIE = "efir_visitor"
PURPOSE = "landing"
OPEN_SECONDS = 30 * 86400
"""A page that stood open longer must be opened anew; a sign-up from it is asked for once more."""
MAX_FORM_BYTES = 16_384
MAX_FIELDS = 30
SEEN_PER_SECOND, SEEN_BURST = 5.0, 300.0
"""Openings recorded from one address: an office follows a link at once; a program that goes on is not a campaign."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a page, as the page carries it."""

    form_id: str
    slug: str
    at: str
    visitor_id: str
    query: dict[str, str]
    """What the address said of where the visitor comes from."""
    referrer_host: str | None

    def visit(self, settings: Settings) -> Visit:
        """The visit it belongs to."""
        return visits.read(
            visitor_id=self.visitor_id,
            path=f"/w/{self.slug}",
            query=self.query,
            referrer_host=self.referrer_host,
            schedule=schedule.current(),
            key=signing.key(),
            takes_bare_codes=settings.takes_bare_partner_codes,
        )

    def submission(self, signup: form.SignUp) -> str:
        """The id of a sign-up: the same words sent twice from one opening are one, other words are another."""
        told = (signup.name, signup.phone, signup.email, signup.session_id, *signup.purposes)
        return deterministic_id("submission", self.form_id, *told)


def routes(client: Path, settings: Settings) -> list[BaseRoute]:
    """The landing pages and their forms; `client` is the folder of the built frontend."""
    desk = Landing(client, settings)
    return [
        Route("/w/{slug}", desk.look, methods=["GET", "HEAD"]),
        Route("/w/{slug}", desk.submit, methods=["POST"]),
        Route("/w/{slug}/seen", desk.seen, methods=["POST"]),
    ]


class Landing:
    """The landing pages of one process."""

    def __init__(self, client: Path, settings: Settings) -> None:
        """`client` is the folder of the built frontend."""
        self.client = client
        self.settings = settings
        self.tries = Buckets(settings.form_submissions_per_minute / 60, settings.form_submissions_per_minute)
        self.openings = Buckets(SEEN_PER_SECOND, SEEN_BURST)

    async def look(self, request: Request) -> Response:
        """The page, and the cookies that mark the browser."""
        if self._webinar(request) is None and not schedule.is_read():
            return plain.unread(request)
        opening = self._opened(request, dtm.datetime.now(dtm.UTC))
        response = self._page(request, opening, signing.sign(PURPOSE, asdict(opening)))
        self._mark(request, response, opening)
        return response

    async def seen(self, request: Request) -> Response:
        """A browser shows the page: the visit is a fact, once for each opening."""
        if not is_own(request, self.settings.origins):
            return Response(status_code=403)
        if wait := self.openings.take(address_of(request, self.settings.trusted_proxy_hops), time.monotonic()):
            return Response(status_code=429, headers=retry_after(wait))
        text = (await _body(request)).decode("ascii", "replace")
        opening, webinar = self._returned(request, text), self._webinar(request)
        if webinar is None and not schedule.is_read():
            return plain.unread(request)
        if opening is None or webinar is None:
            return Response(status_code=400)
        touch = opening.visit(self.settings).touch(webinar.webinar_id, dtm.datetime.fromisoformat(opening.at))
        try:
            await warehouse.get().append([touch], quarantine=False)
        except WarehouseError:
            logger.exception("A visit was not recorded")
            return Response(status_code=503)
        return Response(status_code=204)

    async def submit(self, request: Request) -> Response:
        """Take the form; whatever is wrong with it, the page comes back with what was typed."""
        typed = await self._typed(request)
        webinar = self._webinar(request)
        if webinar is None:
            return await self.look(request)
        opening = self._returned(request, typed.get("opening", ""))
        if refused := await self._refusal(request, typed, opening, webinar):
            key, status, wait = refused
            page = self._again(request, typed, {"form": key}, status, opening)
            page.headers.update(retry_after(wait))
            return page
        assert opening is not None  # noqa: S101 - refused above
        checked = form.check(typed, open_sessions=_open(typed, webinar))
        if isinstance(checked, form.Refusal):
            return self._again(request, typed, checked.errors, 422, opening)
        return await self._register(request, typed, checked, opening, webinar)

    async def _register(
        self, request: Request, typed: Mapping[str, str], signup: form.SignUp, opening: Opening, webinar: Webinar
    ) -> Response:
        now = dtm.datetime.now(dtm.UTC)
        session = chosen(schedule.current(), signup.session_id, now) if signup.session_id else None
        if signup.session_id and (session is None or session.webinar_id != webinar.webinar_id):
            # The chosen time went by while the form was open: the page shows what can be chosen now.
            return self._again(request, typed, {"session": "landing.error.session_required"}, 422, opening)
        desk = registrar.Desk(
            submission_id=opening.submission(signup),
            webinar_id=webinar.webinar_id,
            language=language_of(request, typed.get("language", "")),
            ip=address_of(request, self.settings.trusted_proxy_hops),
            user_agent=request.headers.get("user-agent", ""),
            browser=request.cookies.get(BROWSER_COOKIE, ""),
        )
        visit = opening.visit(self.settings)
        try:
            token = await registrar.register(warehouse.get(), signup, visit, desk, session=session, now=now)
        except WarehouseError:
            logger.exception("A sign-up was not stored")
            return self._again(request, typed, {"form": "landing.error.not_saved"}, 503, opening)
        going = f"/thanks/{token}"
        if "application/json" in request.headers.get("accept", ""):  # our script: it goes there by itself
            return JSONResponse({"next": going}, headers={"Cache-Control": "no-store"})
        return RedirectResponse(going, status_code=303)

    async def _refusal(
        self, request: Request, typed: Mapping[str, str], opening: Opening | None, webinar: Webinar
    ) -> tuple[str, int, float] | None:
        """Why a form is not even read: text key, status and how many seconds to stay away."""
        if not is_own(request, self.settings.origins):
            return "landing.error.foreign", 403, 0
        if wait := self.tries.take(address_of(request, self.settings.trusted_proxy_hops), time.monotonic()):
            return "landing.error.too_many", 429, wait
        if form.is_robot(typed):
            await _count_robot(webinar.webinar_id)
            return "landing.error.robot", 422, 0
        return None if opening else ("landing.error.too_old", 422, 0)

    def _again(
        self,
        request: Request,
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        status: int,
        opening: Opening | None,
    ) -> Response:
        """The page with what was typed and what is wrong; a form that was not ours gets a new opening."""
        opening = opening or self._opened(request, dtm.datetime.now(dtm.UTC))
        sealed = signing.sign(PURPOSE, asdict(opening))
        return self._page(request, opening, sealed, Sent(typed, errors), status=status)

    def _page(
        self, request: Request, opening: Opening, sealed: str, sent: Sent | None = None, *, status: int = 200
    ) -> Response:
        language = language_of(request, sent.typed.get("language", "") if sent else "")
        webinar = self._webinar(request)
        path, asked = f"/w/{opening.slug}", request.url.query
        page = landing_view.render(
            self.client,
            landing_view.shown(webinar, schedule.current(), language, dtm.datetime.now(dtm.UTC)) if webinar else None,
            language=language, path=path, query=request.query_params.multi_items(),
            action=f"{path}?{asked}" if asked else path, opening=sealed, address=self.settings.address, sent=sent,
            worn=theme.attribute(request.cookies),
        ).encode()  # fmt: skip
        headers = {"Vary": "Accept-Encoding, Accept-Language, Cookie", "Cache-Control": "private, no-cache"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            page = gzip.compress(page, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return Response(page, status if webinar else 404, headers, media_type="text/html")

    def _opened(self, request: Request, now: dtm.datetime) -> Opening:
        told = {name: value[: visits.MAX_VALUE] for name, value in request.query_params.items() if name in visits.TOLD}
        return Opening(
            form_id=str(uuid.uuid4()),
            slug=request.path_params["slug"],
            at=now.isoformat(),
            visitor_id=request.cookies.get(VISITOR_COOKIE) or str(uuid.uuid4()),
            query=told,
            referrer_host=visits.referrer(request.headers.get("referer", ""), request.headers.get("host", "")),
        )

    def _returned(self, request: Request, text: str) -> Opening | None:
        """The opening that a page of ours carried; None for a foreign, an old one or another webinar's."""
        body = signing.unsign(PURPOSE, text, max_age_seconds=OPEN_SECONDS)
        opening = Opening(**body) if body else None
        return opening if opening and opening.slug == request.path_params["slug"] else None

    def _webinar(self, request: Request) -> Webinar | None:
        return schedule.current().by_slug(request.path_params["slug"])

    def _mark(self, request: Request, response: Response, opening: Opening) -> None:
        """Mark the browser for a year."""
        fixed = {"httponly": True, "samesite": "lax", "secure": self.settings.is_https, "path": "/"}
        if VISITOR_COOKIE not in request.cookies:
            response.set_cookie(VISITOR_COOKIE, opening.visitor_id, max_age=YEAR_SECONDS, **fixed)  # type: ignore[arg-type]
        if BROWSER_COOKIE not in request.cookies:
            response.set_cookie(BROWSER_COOKIE, new_secret(), max_age=YEAR_SECONDS, **fixed)  # type: ignore[arg-type]

    async def _typed(self, request: Request) -> dict[str, str]:
        """The fields of the form; none of one of absurd size."""
        if int(request.headers.get("content-length") or MAX_FORM_BYTES + 1) > MAX_FORM_BYTES:
            return {}
        async with request.form(max_files=0, max_fields=MAX_FIELDS) as fields:
            return {name: value for name, value in fields.items() if isinstance(value, str)}


def _open(typed: Mapping[str, str], webinar: Webinar) -> list[str]:
    """What may be chosen: what the page offers now, and the slot it offered when it was opened (`chosen` decides)."""
    ahead = offered(schedule.current(), webinar.webinar_id, dtm.datetime.now(dtm.UTC))
    return [*(session.session_id for session in ahead), *([typed["session"]] if typed.get("session") else [])]


async def _count_robot(webinar_id: str) -> None:
    try:
        kept = await warehouse.get().reject(
            stage="form", code="honeypot", message="A hidden field was filled in.", payload=webinar_id,
            emitter="web_form",
        )  # fmt: skip
        # Counted, but nobody's task: there is no fact in it to replay.
        await warehouse.get().mark_rejected(kept, "discarded")
    except WarehouseError:
        logger.exception("A robot was not counted")


async def _body(request: Request) -> bytes:
    """A small body; of a bigger one nothing."""
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > MAX_FORM_BYTES:
            return b""
    return text
