"""Small pages that need no script, for answers that are no page of the app: what is so, and what to do next."""

import html
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.shared import theme
from app.shared.language import language_of
from app.shared.texts import translate

SHELL = (
    '<!DOCTYPE html><html lang="{language}"{worn}><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '{head}<link rel="stylesheet" href="/efir.css"></head><body><div class="page">'
    '<header class="masthead"><span class="wordmark"><span class="lamp"></span>{name}</span>'
    '<div class="frame-tools">{switch}</div></header>'
    '<main class="column"><section class="notice"><h1>{title}</h1><p>{text}</p>{more}</section></main>'
    "</div></body></html>"
)


AWAY_SECONDS = 5
"""When to come back to a server that cannot answer yet."""


def page(request: Request, key: str, *, status: int, way: tuple[str, str] = ("/", "programme.title")) -> HTMLResponse:
    """The page whose texts are `<key>.title` and `<key>.text`; `way` is where to go on, and what that is called."""
    language = language_of(request)
    href, name = way
    more = f'<a class="button" href="{html.escape(href)}">{html.escape(translate(language, name))}</a>'
    return say(request, translate(language, f"{key}.title"), translate(language, f"{key}.text"), more, status=status)


def say(request: Request, title: str, text: str, more: str = "", *, status: int) -> HTMLResponse:
    """A page of these texts, in the visitor's language and theme; `more` is HTML of our own that stands below them."""
    language = language_of(request)
    page = SHELL.format(
        language=language,
        name=translate(language, "common.name"),
        worn=theme.attribute(request.cookies),
        head=theme.HEAD,
        switch=theme.switch_html(language),
        title=html.escape(title),
        text=html.escape(text),
        more=more,
    )
    # Its words depend on who asks and when: nobody keeps it.
    back = {"Retry-After": str(AWAY_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store", **back})


def unread(request: Request) -> HTMLResponse:
    """For what is not in a schedule that could not be read yet: nobody knows whether it is there."""
    asked = f"?{request.url.query}" if request.url.query else ""
    return page(request, "unread", status=503, way=(f"{request.url.path}{asked}", "unread.again"))
