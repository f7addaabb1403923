"""What every public page knows of its visitor: the language, the texts in it, the cookie that marks the browser.

Staff pages have a State of their own. A value that arrives from the browser is a wish, never a right.
"""

from http.cookies import CookieError, SimpleCookie

import reflex as rx

from app.shared import texts
from app.shared.language import LANGUAGE_COOKIE

SECTIONS = ("common", "landing", "legal", "thanks", "telegram", "link", "programme", "me", "theme", "title")


def cookies_of(header: str) -> dict[str, str]:
    """The cookies of a request by name; a header no browser would send counts as none."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


class Visitor(rx.State):
    """Language and texts of the public pages; the pages' own states stand below it."""

    lang: str = texts.DEFAULT
    t: dict[str, str] = texts.section(texts.DEFAULT, *SECTIONS)
    chosen_lang: str = rx.Cookie("", name=LANGUAGE_COOKIE, path="/", max_age=365 * 86400, same_site="lax")

    @rx.event
    def speak(self, language: str) -> None:
        """Switch the language of the page and remember the choice."""
        if language in texts.LANGUAGES:
            self.chosen_lang = language
            self._say(language)

    def _say(self, language: str) -> None:
        self.lang = language
        self.t = texts.section(language, *SECTIONS)

    def _greet(self) -> None:
        """Choose the language from the address, the cookie and the browser; every page calls it when it opens."""
        self._say(
            texts.preferred(
                self.router.url.query_parameters.get("lang", ""),
                self._cookies().get(LANGUAGE_COOKIE, ""),
                self.router.headers.accept_language,
            )
        )

    def _cookies(self) -> dict[str, str]:
        return cookies_of(self.router.headers.cookie)
