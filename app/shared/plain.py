"""Small pages without scripts, for answers that are no page of the app: what is so, and what to do next."""

import html

from starlette.responses import HTMLResponse

from app.shared.texts import Language, translate

SHELL = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/efir.css"></head><body><div class="page">'
    '<header class="masthead"><span class="wordmark"><span class="lamp" data-state="off"></span>Эфир</span></header>'
    '<main class="column"><section class="notice"><h1>{title}</h1><p>{text}</p>{more}</section></main>'
    "</div></body></html>"
)


def page(language: Language, key: str, *, status: int, way: tuple[str, str] = ("/", "programme.title")) -> HTMLResponse:
    """The page whose texts are `<key>.title` and `<key>.text`; `way` is where to go on, and what that is called."""
    href, name = way
    more = f'<a class="button" href="{html.escape(href)}">{html.escape(translate(language, name))}</a>'
    return say(language, translate(language, f"{key}.title"), translate(language, f"{key}.text"), more, status=status)


def say(language: Language, title: str, text: str, more: str = "", *, status: int) -> HTMLResponse:
    """A page of these texts; `more` is HTML of our own that stands below them."""
    page = SHELL.format(language=language, title=html.escape(title), text=html.escape(text), more=more)
    return HTMLResponse(page, status_code=status)
