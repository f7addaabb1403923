"""The check every State handler and route makes before it reads or writes staff data.

Any client can call any public Reflex handler, so hiding a button protects nothing: the handler itself asks here.
"""

import datetime as dtm

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.access import sessions
from app.access.accounts import Account
from app.access.roles import STAFF_ROLES, Role
from app.settings import Settings
from app.shared import plain, warehouse


class AccessDenied(RuntimeError):  # noqa: N818 - reads as what happened
    """Nobody is logged in (`account` is None), or the account's role does not allow this."""

    def __init__(self, account: Account | None) -> None:
        super().__init__("Log in with an account that may do this.")
        self.account = account


def turned_away(request: Request, denied: AccessDenied) -> Response:
    """What a browser is shown that asked for a file or sent a form: who may, and the way on."""
    known = denied.account is not None
    key, way = ("forbidden", ("/studio", "studio.forbidden.go")) if known else ("nobody", ("/login", "studio.login"))
    return plain.page(request, f"access.{key}", status=403 if known else 401, way=way)


def from_elsewhere(request: Request) -> Response:
    """What a browser is shown whose form is not from a page of ours (`origin.is_own`)."""
    return plain.page(request, "access.foreign", status=403, way=("/studio", "studio.forbidden.go"))


async def who(cookie_header: str, now: dtm.datetime | None = None) -> Account | None:
    """Whose session this Cookie header carries; None for nobody. The account is read anew each time."""
    token = sessions.token_in(cookie_header, is_https=Settings().is_https)
    if not token:
        return None
    moment = now or dtm.datetime.now(dtm.UTC)
    return await run_in_threadpool(sessions.account_of, warehouse.blocking(), token, moment)


async def require(cookie_header: str, *roles: Role | str, now: dtm.datetime | None = None) -> Account:
    """The account behind the Cookie header if it has one of the roles; an administrator always has.

    Raises AccessDenied.
    """
    account = await who(cookie_header, now)
    if account is None or account.role not in {Role.ADMIN, *roles} or lacks_second_factor(account, now):
        raise AccessDenied(account)
    return account


def lacks_second_factor(account: Account, now: dtm.datetime | None = None) -> bool:
    """Whether this account must set a second factor up before it may do anything else (`second_factor_required`).

    The grace begins with the account: who accepted the invitation a moment ago can look around first.
    """
    settings = Settings()
    if not settings.second_factor_required or account.has_second_factor or account.role not in STAFF_ROLES:
        return False
    if not account.created_at:
        return True
    grace = dtm.timedelta(hours=settings.second_factor_grace_hours)
    return (now or dtm.datetime.now(dtm.UTC)) >= dtm.datetime.fromisoformat(account.created_at) + grace
