"""What every staff page stands on: who is asking, in which language. No staff data may enter a State before `_may`."""

import datetime as dtm
from urllib.parse import urlencode

import reflex as rx

from app.access.accounts import Account
from app.access.guard import AccessDenied, lacks_second_factor, require
from app.access.roles import STAFF_ROLES, Role
from app.shared import texts
from app.shared.language import LANGUAGE_COOKIE

SECTIONS = ("studio", "common", "theme", "title")
READERS = tuple(STAFF_ROLES)
"""Who may look at lists of leads and messages: everybody of the house."""
HOSTS = (Role.HOST,)
MARKETERS = (Role.MARKETER,)
"""An administrator may do everything and need not be named."""


class Desk(rx.State):
    """The person at the desk. Pages are substates; `self._may(...)` is the first line of each of their handlers."""

    lang: str = texts.DEFAULT
    t: dict[str, str] = texts.section(texts.DEFAULT, *SECTIONS)
    access: str = "checking"
    """checking, granted, nobody (log in), forbidden (the role does not do) or second_factor (one must be set up)."""
    email: str = ""
    role: str = ""
    notice: str = ""
    """What the last action came to, in words."""
    complaint: str = ""
    """Why the last action was refused, in words."""
    kept_query: str = ""
    """What the address says besides the language, as the end of another: `&source=vk`."""
    shown_at: str = ""
    """Path of the page whose handler answered last: until a page is here, what it shows is not its own yet."""
    way_in: str = "/login"
    """Where to log in and come back from."""
    chosen_lang: str = rx.Cookie("", name=LANGUAGE_COOKIE, path="/", max_age=365 * 86400, same_site="lax")

    @rx.event
    def hush(self) -> None:
        """Put the message of the last action away."""
        self.notice = self.complaint = ""

    async def _may(self, *roles: Role) -> Account | None:
        """The account if it has one of the roles; else None, and this page forgets whatever it showed."""
        try:
            account = await require(self.router.headers.cookie, *roles)
        except AccessDenied as denied:
            self._send_away(denied.account)
            return None
        self.access, self.email, self.role = "granted", account.email, str(account.role)
        self.notice = self.complaint = ""
        self.shown_at = self.router.url.path.rstrip("/")
        self._say()
        return account

    async def _still(self, *roles: Role) -> Account | None:
        """The same for a page that looks again by itself: what the last action came to stays to be read.

        Only that the warehouse is away is said anew each time.
        """
        notice, complaint = self.notice, self.complaint
        account = await self._may(*roles)
        if account:
            self.notice, self.complaint = notice, "" if complaint == self._text("away") else complaint
        return account

    def _send_away(self, account: Account | None) -> None:
        """Forget whatever was shown and say why nothing is: not logged in, or not allowed."""
        self.reset()  # type: ignore[no-untyped-call]
        self.access = "forbidden" if account else "nobody"
        if account and lacks_second_factor(account):
            self.access = "second_factor"
        self.email = self.role = ""
        self._say()

    def _say(self) -> None:
        said = dict(self.router.url.query_parameters)
        asked = said.pop("lang", "")
        self.kept_query = f"&{urlencode(said)}" if said else ""
        here = self.router.url.path + (f"?{urlencode(said)}" if said else "")
        self.way_in = f"/login?{urlencode({'next': here})}"
        language = texts.preferred(asked, self.chosen_lang, self.router.headers.accept_language)
        if asked == language and self.chosen_lang != language:
            self.chosen_lang = language
        if language != self.lang or not self.t:
            self.lang = language
            self.t = texts.section(language, *SECTIONS)

    def _text(self, key: str, **values: object) -> str:
        return texts.translate(self.lang, f"studio.{key}", **values)


def now() -> dtm.datetime:
    """The present moment: handlers are doors, so they may read the clock."""
    return dtm.datetime.now(dtm.UTC)
