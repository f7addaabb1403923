"""Login, logout and invitation as plain HTTP pages: they set HttpOnly cookies, which Reflex cannot."""

import datetime as dtm
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.access import accounts, browsers, journal, origin, second_factor, sessions
from app.access.accounts import Account
from app.access.attempts import Attempts
from app.access.journal import Deed
from app.access.passwords import MIN_LENGTH, WeakPassword
from app.access.roles import Role
from app.api.answers import retry_after
from app.settings import Settings
from app.shared import texts, theme
from app.shared.address import address_of
from domain.people import ContactError, normalise_email
from warehouse import tokens
from warehouse.interface import Warehouse, WarehouseError

HOME = "/studio"
PARTNERS_HOME = "/partner"
MAX_FORM_BYTES = 16_384
HALF_WAY = "second_step"
"""Purpose of the token between the password and the code."""
HALF_WAY_LASTS = dtm.timedelta(minutes=5)
GOT_AT = {"login": "/login", "account": "/account", "code": "", "recovery": ""}
"""Where a page that also answers forms is got; "": nowhere, it is only an answer. Other pages: where they are."""
Provider = Callable[[], Warehouse]
T = TypeVar("T")

_pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(), trim_blocks=True)
_pages.globals |= {"theme_head": theme.HEAD, "theme_switch": theme.switch_html, "named": browsers.named}


def routes(provider: Provider, settings: Settings | None = None, attempts: Attempts | None = None) -> list[BaseRoute]:
    """/login, /logout and /invite/<token>, to be put before Reflex. `provider` gives this process's warehouse."""
    door = Door(provider, settings or Settings(), attempts or Attempts())
    return [
        Route("/login", door.login_page, methods=["GET"]),
        Route("/login", door.login, methods=["POST"]),
        Route("/login/code", door.again, methods=["GET"]),
        Route("/login/code", door.login_code, methods=["POST"]),
        Route("/logout", door.logout, methods=["POST"]),
        Route("/invite/{token}", door.invite_page, methods=["GET"]),
        Route("/invite/{token}", door.accept_invite, methods=["POST"]),
    ]


class Door:
    """The login pages of one process."""

    def __init__(self, provider: Provider, settings: Settings, attempts: Attempts) -> None:
        self.provider = provider
        self.settings = settings
        self.attempts = attempts
        self.clock = time.monotonic

    def address(self, request: Request) -> str:
        """Where the request comes from, for the limits and the journal."""
        return address_of(request, self.settings.trusted_proxy_hops)

    async def login_page(self, request: Request) -> Response:
        """The form; whoever is logged in goes on to where they wanted."""
        going = _local(request.query_params.get("next", ""))
        if await self._account(request):
            return RedirectResponse(going, status_code=303)
        return self._page(request, "login", next=going)

    async def login(self, request: Request) -> Response:
        """Check the password and begin a session; wrong ones wait longer and longer."""
        form = await self._form(request)
        if form is None:
            return self._page(request, "login", status=403, error="access.foreign_origin", next=HOME)
        typed, going = form.get("email", ""), _local(form.get("next", ""))
        email, address = _email(typed), self.address(request)
        if wait := self.attempts.begin(email, address, self.clock()):
            return self._later(request, wait, email=typed, next=going)
        account = await self._tried(email, address, accounts.authenticated, email, form.get("password", ""))
        if account is None:
            await self._note(request, "login_failed", email)
            return self._page(request, "login", 401, error="access.wrong", email=typed, next=going)
        self.attempts.succeeded(email, address)
        if account.has_second_factor:
            return await self._ask_code(request, account.email, going)
        return await self._welcome(request, account, going)

    async def again(self, _: Request) -> Response:
        """The second step has no address of its own: who comes back to it begins anew."""
        return RedirectResponse("/login", status_code=303)

    async def login_code(self, request: Request) -> Response:
        """The second step: a code of the authenticator app, or a recovery code."""
        form = await self._form(request)
        if form is None:
            return self._page(request, "login", status=403, error="access.foreign_origin", next=HOME)
        begun = await run_in_threadpool(tokens.redeem, self.provider(), HALF_WAY, form.get("step", ""), now=present())
        if begun is None:
            return self._page(request, "login", 401, error="access.code_late", next=HOME)
        email, going = str(begun["email"]), _local(str(begun["next"]))
        tried, address = f"code:{email}", self.address(request)
        if wait := self.attempts.begin(tried, address, self.clock()):
            return self._later(request, wait, next=going)
        how = await self._tried(tried, address, second_factor.passes, email, form.get("code", ""), present())
        account = await run_in_threadpool(accounts.find, self.provider(), email)
        if not how or account is None or not account.is_active:
            await self._note(request, "login_failed", email)
            return await self._ask_code(request, email, going, error="access.code_wrong")
        self.attempts.succeeded(tried, address)
        if how == "recovery":
            await self._note(request, "recovery_code_used", email)
        return await self._welcome(request, account, going)

    def _later(self, request: Request, wait: float, **values: str) -> Response:
        """Too many tries: the sentence says for how many minutes, the header for how many seconds."""
        page = self._page(request, "login", 429, error="access.wait", minutes=math.ceil(wait / 60), **values)
        page.headers.update(retry_after(wait))
        return page

    async def _tried(self, tried: str, address: str, check: Callable[..., T], *typed: Any) -> T:
        """What the check says of what was typed. Raises WarehouseError: then it was no try."""
        try:
            return await run_in_threadpool(check, self.provider(), *typed)
        except WarehouseError:
            self.attempts.take_back(tried, address)
            raise

    async def _ask_code(self, request: Request, email: str, going: str, *, error: str = "") -> Response:
        step = await run_in_threadpool(
            tokens.mint, self.provider(), HALF_WAY, {"email": email, "next": going},
            now=present(), ttl=HALF_WAY_LASTS, single_use=True,
        )  # fmt: skip
        return self._page(request, "code", 401 if error else 200, error=error, step=step)

    async def _note(self, request: Request, deed: Deed, who: str) -> None:
        where = self.address(request)
        await run_in_threadpool(journal.note, self.provider(), deed, who[:200], now=present(), address=where)

    async def logout(self, request: Request) -> Response:
        """End this session."""
        if await self._form(request) is None:
            return self._page(request, "login", status=403, error="access.foreign_origin", next=HOME)
        if account := await self._account(request):
            await self._note(request, "logout", account.email)
        await run_in_threadpool(sessions.end, self.provider(), self._token(request))
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(sessions.cookie_name(is_https=self.settings.is_https), path="/")
        return answer

    async def invite_page(self, request: Request) -> Response:
        """The form for the first password, while the link is good. To open it uses nothing up: previews may do it."""
        token = request.path_params["token"]
        if not await run_in_threadpool(accounts.is_open, self.provider(), token, present()):
            return self._invite_gone(request)
        return self._page(request, "invite", min_length=MIN_LENGTH)

    def _invite_gone(self, request: Request) -> Response:
        return self._page(request, "invite", 410, error="access.invite_gone", min_length=MIN_LENGTH, is_gone=True)

    async def accept_invite(self, request: Request) -> Response:
        """Use the link, write the account, log in."""
        form = await self._form(request)
        if form is None:
            return self._page(request, "invite", 403, error="access.foreign_origin", min_length=MIN_LENGTH)
        password, now = form.get("password", ""), present()
        if password != form.get("again", ""):
            return self._page(request, "invite", 422, error="access.not_the_same", min_length=MIN_LENGTH)
        try:
            account = await run_in_threadpool(
                accounts.accept_invite, self.provider(), request.path_params["token"], password, now
            )
        except WeakPassword as error:
            return self._page(request, "invite", 422, error=f"access.{error.code}", min_length=MIN_LENGTH)
        if account is None:
            return self._invite_gone(request)
        await run_in_threadpool(sessions.end_all, self.provider(), account.email)
        await self._note(request, "joined", account.email)
        if account.has_second_factor:
            return await self._ask_code(request, account.email, HOME)
        return await self._welcome(request, account, HOME)

    async def _welcome(self, request: Request, account: Account, going: str) -> Response:
        warehouse = self.provider()
        await run_in_threadpool(sessions.end, warehouse, self._token(request))
        address, browser = self.address(request), request.headers.get("user-agent", "")
        token = await run_in_threadpool(sessions.start, warehouse, account, present(), address=address, browser=browser)
        await self._note(request, "login", account.email)
        answer = RedirectResponse(PARTNERS_HOME if account.role == Role.PARTNER else going, status_code=303)
        answer.set_cookie(
            sessions.cookie_name(is_https=self.settings.is_https),
            token,
            max_age=int(sessions.LASTS.total_seconds()),
            path="/",
            secure=self.settings.is_https,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def _account(self, request: Request) -> Account | None:
        return await run_in_threadpool(sessions.account_of, self.provider(), self._token(request), present())

    async def _form(self, request: Request) -> dict[str, str] | None:
        """The fields of a form from our own page; None for a form from elsewhere (or one of absurd size)."""
        is_small = int(request.headers.get("content-length") or MAX_FORM_BYTES + 1) <= MAX_FORM_BYTES
        if not is_small or not origin.is_own(request, self.settings.origins):
            return None
        async with request.form(max_files=0, max_fields=20) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}

    def _token(self, request: Request) -> str:
        return sessions.token_in(request.headers.get("cookie", ""), is_https=self.settings.is_https)

    def _language(self, request: Request) -> texts.Language:
        return texts.preferred(
            request.query_params.get("lang", ""),
            request.cookies.get("efir_lang", ""),
            request.headers.get("accept-language", ""),
        )

    def _page(self, request: Request, name: str, status: int = 200, error: str = "", **values: Any) -> HTMLResponse:
        language = self._language(request)
        said = texts.section(language, "access")
        sentence = texts.translate(language, error, **values) if error else ""
        html = _pages.get_template(f"{name}.html").render(
            t=said, name=texts.translate(language, "common.name"), language=language, path=request.url.path,
            error=sentence, worn=theme.attribute(request.cookies),
            spoken=_spoken(name, request.url.path, values), **values,
        )  # fmt: skip
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        return HTMLResponse(html, status_code=status, headers=headers)


def _spoken(name: str, path: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Where the page is got in each language, going on to the same place; nowhere for what is shown only once."""
    at = GOT_AT.get(name, path)
    going = {"next": values["next"]} if values.get("next") else {}
    return {code: f"{at}?{urlencode({**going, 'lang': code})}" for code in texts.LANGUAGES} if at else {}


def _local(going: str) -> str:
    """Where to go after login: a path of ours, never another site."""
    parts = urlsplit(going)
    is_path = going.startswith("/") and not going.startswith(("//", "/\\")) and not parts.netloc
    return going if is_path and not any(ord(letter) < 32 for letter in going) else HOME  # noqa: PLR2004 - control characters


def _email(typed: str) -> str:
    try:
        return normalise_email(typed)
    except ContactError:
        return typed.strip().casefold()[:200]


def present() -> dtm.datetime:
    """This moment: HTTP handlers are doors, so they may read the clock."""
    return dtm.datetime.now(dtm.UTC)
