"""/account: one's own sessions, second factor and, for who runs the house, alerts in Telegram. Plain HTTP pages."""

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.access import accounts, alerts, second_factor, sessions
from app.access.accounts import Account
from app.access.attempts import Attempts
from app.access.routes import Door, Provider, present
from app.settings import Settings
from app.shared import telegram

PATH = "/account"
ALERTS = f"{PATH}#alerts"


def routes(provider: Provider, settings: Settings | None = None, attempts: Attempts | None = None) -> list[BaseRoute]:
    """The page and what its forms do."""
    own = Own(provider, settings or Settings(), attempts or Attempts())
    return [
        Route(PATH, own.page, methods=["GET"]),
        Route(f"{PATH}/sessions", own.end_session, methods=["POST"]),
        Route(f"{PATH}/second-factor", own.turn_on, methods=["POST"]),
        Route(f"{PATH}/second-factor/off", own.turn_off, methods=["POST"]),
        Route(f"{PATH}/alerts/link", own.link_alerts, methods=["GET"]),
        Route(f"{PATH}/alerts", own.choose_alerts, methods=["POST"]),
        Route(f"{PATH}/alerts/off", own.unlink_alerts, methods=["POST"]),
    ]


class Own(Door):
    """The page of whoever is logged in."""

    async def page(self, request: Request) -> Response:
        """Where I am logged in, and my second factor."""
        account = await self._account(request)
        return await self._shown(request, account) if account else RedirectResponse(f"/login?next={PATH}", 303)

    async def end_session(self, request: Request) -> Response:
        """Log out one other place."""
        account, form = await self._account(request), await self._form(request)
        if account is None or form is None:
            return self._page(request, "login", 403, error="access.foreign_origin", next=PATH)
        if await run_in_threadpool(sessions.end_of, self.provider(), account.email, form.get("key", "")):
            await self._note(request, "session_ended", account.email)
        return RedirectResponse(PATH, status_code=303)

    async def turn_on(self, request: Request) -> Response:
        """A code proves that the app has the secret; from now on the login asks for codes."""
        account, form = await self._account(request), await self._form(request)
        if account is None or form is None:
            return self._page(request, "login", 403, error="access.foreign_origin", next=PATH)
        if account.has_second_factor:
            return RedirectResponse(PATH, status_code=303)
        secret, code = form.get("secret", ""), form.get("code", "")
        codes = None
        if second_factor.is_secret(secret):
            codes = await run_in_threadpool(
                second_factor.turn_on, self.provider(), account.email, secret, code, present()
            )
        if codes is None:
            return await self._shown(request, account, error="access.code_wrong", secret=secret)
        await self._note(request, "second_factor_on", account.email)
        return self._page(request, "recovery", codes=codes)

    async def turn_off(self, request: Request) -> Response:
        """Only with a code that is good now: who found an open browser cannot take it off."""
        account, form = await self._account(request), await self._form(request)
        if account is None or form is None:
            return self._page(request, "login", 403, error="access.foreign_origin", next=PATH)
        tried, address = f"code:{account.email}", self.address(request)
        if self.attempts.begin(tried, address, self.clock()):
            return await self._shown(request, account, error="access.code_wait")
        typed = form.get("code", "")
        if not await self._tried(tried, address, second_factor.passes, account.email, typed, present()):
            return await self._shown(request, account, error="access.code_wrong")
        self.attempts.succeeded(tried, address)
        await run_in_threadpool(second_factor.turn_off, self.provider(), account.email)
        await self._note(request, "second_factor_off", account.email)
        return RedirectResponse(PATH, status_code=303)

    async def link_alerts(self, request: Request) -> Response:
        """On to the bot, with START ready. A form could not do this: our policy lets forms go nowhere else."""
        account = await self._account(request)
        if account is None or not account.runs_the_house:
            return RedirectResponse(f"/login?next={PATH}" if account is None else PATH, 303)
        return RedirectResponse(await run_in_threadpool(self._start_url, account.email, self._language(request)), 303)

    async def choose_alerts(self, request: Request) -> Response:
        """Have alerts of the ticked kinds only."""
        account, form = await self._account(request), await self._form(request)
        if account is None or form is None or not account.runs_the_house:
            return self._page(request, "login", 403, error="access.foreign_origin", next=PATH)
        if account.staff_id:
            await run_in_threadpool(alerts.choose, self.provider(), account.staff_id, form.keys(), present())
        return RedirectResponse(ALERTS, status_code=303)

    async def unlink_alerts(self, request: Request) -> Response:
        """No more alerts there; the chat is forgotten."""
        account, form = await self._account(request), await self._form(request)
        if account is None or form is None or not account.runs_the_house:
            return self._page(request, "login", 403, error="access.foreign_origin", next=PATH)
        if await run_in_threadpool(accounts.end_alerts, self.provider(), account.email, present()):
            await self._note(request, "alerts_unlinked", account.email)
        return RedirectResponse(ALERTS, status_code=303)

    def _start_url(self, email: str, language: str) -> str:
        warehouse = self.provider()
        token = alerts.mint(warehouse, accounts.staff_id_of(warehouse, email), language, present())
        return telegram.known_bot(warehouse).start_url(token) or f"/telegram/{token}"

    def _bot_url(self) -> str:
        return telegram.known_bot(self.provider()).chat_url

    async def _shown(self, request: Request, account: Account, *, error: str = "", secret: str = "") -> Response:
        mine = await run_in_threadpool(sessions.of, self.provider(), account.email, present())
        chosen = secret if second_factor.is_secret(secret) else second_factor.proposed()
        code = segno.make(second_factor.address_of(chosen, account.email), error="m", micro=False)
        told = None
        if account.runs_the_house:
            told = await run_in_threadpool(alerts.of, self.provider(), account.staff_id, self._language(request))
        return self._page(
            request, "account", 422 if error else 200, error=error, account=account, sessions=mine, secret=chosen,
            here=sessions.key_of(self._token(request)), qr=code.svg_data_uri(scale=4, border=2),
            alerts=told, bot=await run_in_threadpool(self._bot_url),
        )  # fmt: skip
