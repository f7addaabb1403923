"""What a message's text may be: a small Jinja dialect that becomes Telegram HTML. Pure: no files, no addresses.

The door that sends and the page that edits both ask here, so that what is accepted at save time can be sent.
"""

import functools
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any, Literal

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

Language = Literal["ru", "en"]
TEXT_LIMIT = 4096
"""Telegram's limit, counted before tags are taken out: stricter, never looser."""
SOURCE_LIMIT = 8000
FILTERS = frozenset({"capitalize", "default", "length", "lower", "trim", "upper"})
TESTS = frozenset({"none"})
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Const, nodes.Compare,
    nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Filter, nodes.Test,
)  # fmt: skip
"""Parts of Jinja a message may use: variables, conditions, a few filters. No loops, calls or includes."""

TAGS = frozenset(
    ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "tg-spoiler", "span", "blockquote"]
)  # fmt: skip

ButtonKind = Literal["room", "replay", "landing", "offer", "book", "me", "stop"]
BUTTONS: dict[str, tuple[ButtonKind, ...]] = {
    "welcome": ("room", "landing"),
    "welcome_follow_up": ("room", "landing"),
    "registered": ("room",),
    "reminder_24h": ("room",),
    "reminder_1h": ("room",),
    "reminder_10m": ("room",),
    "live_now": ("room",),
    "live_now_5m": ("room",),
    "session_moved": ("room",),
    "session_cancelled": ("book", "landing"),
    "follow_up_attended": ("offer", "replay"),
    "follow_up_not_attended": ("landing",),
    "recording_offer": ("replay",),
    "next_session_offer": ("book", "landing"),
    "partner_new_lead": (),
    "partner_entered": (),
    "partner_offer_clicked": (),
    "partner_form_submitted": (),
    "partner_attended": (),
    "partner_not_attended": (),
}
"""Buttons of each template, shown where there is an address to open (`landing` only where there is no room)."""

LINKS: tuple[ButtonKind, ...] = ("room", "replay", "book", "landing", "offer")
"""Buttons that open something: what a saved text may choose from. `stop` is no choice."""


def may_have_buttons(template: str) -> bool:
    """Partners' alerts lead nowhere; everybody else's message may have buttons."""
    return bool(BUTTONS[template])


ACCESS_LINKS = frozenset(
    {
        "welcome",
        "registered",
        "reminder_24h",
        "reminder_1h",
        "reminder_10m",
        "live_now",
        "live_now_5m",
        "recording_offer",
    }
)
"""Messages somebody needs to get in: the only ones that may be sent once more when nobody knows whether they came."""

_RU: dict[str, Any] = {
    "name": "Анна",
    "title": "Первый вебинар: как начать",
    "host": "Ольга Примерова",
    "starts": "среда, 26 ноября, 19:00 (Москва, UTC+3)",
    "starts_in": "10 минут",
    "session_minutes": 60,
    "watched_minutes": 42,
    "room_url": "https://example.org/j/sample",
    "replay_url": "https://example.org/r/sample",
    "replay_until": "субботы, 29 ноября, 20:00 (Москва, UTC+3)",
    "landing_url": "https://example.org/w/sample",
    "next_starts": "четверг, 4 декабря, 19:00 (Москва, UTC+3)",
    "book_url": "https://example.org/book/sample",
    "me_url": "https://example.org/me/sample",
    "offer_title": "Наставничество на месяц",
    "offer_text": "Четыре встречи и разбор вашей работы.",
    "offer_button": "Записаться",
    "offer_url": "https://example.org/offer",
    "lead_name": "Анна Примерова",
    "source": "newsletter",
}
_EN: dict[str, Any] = {
    **_RU,
    "name": "Anna",
    "title": "First webinar: how to begin",
    "host": "Olga Sample",
    "starts": "Wednesday, 26 November, 19:00 (Moscow, UTC+3)",
    "starts_in": "10 minutes",
    "replay_until": "Saturday, 29 November, 20:00 (Moscow, UTC+3)",
    "next_starts": "Thursday, 4 December, 19:00 (Moscow, UTC+3)",
    "offer_title": "A month of mentoring",
    "offer_text": "Four meetings and a review of your work.",
    "offer_button": "Sign up",
    "lead_name": "Anna Sample",
}
_NEVER_EMPTY = frozenset({"title", "session_minutes", "lead_name"})
VARIABLES = tuple(_RU)
"""All a text may speak of."""


_STRAY = re.compile(r"<(?![a-zA-Z/]).{0,10}", re.DOTALL)
"""A `<` that begins no tag: Telegram refuses it, a browser would show it."""


class TextError(ValueError):
    """The text cannot be sent as it is. `code` is stable; `detail` says where."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Keep the code beside the words."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def samples(language: Language) -> dict[str, dict[str, Any]]:
    """Whom every text must fit: everything known, no name, nearly nothing known, and values that look like markup."""
    full = _RU if language == "ru" else _EN
    bare = {
        key: value if key in _NEVER_EMPTY else None if key == "watched_minutes" else "" for key, value in full.items()
    }
    hostile = {key: '<b>&"' + value if isinstance(value, str) and value else value for key, value in full.items()}
    return {"full": full, "no_name": {**full, "name": ""}, "bare": bare, "hostile": hostile}


@functools.cache
def environment() -> SandboxedEnvironment:
    """A sandbox in which unknown variables are errors and values are escaped for Telegram's HTML."""
    return SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@functools.lru_cache(maxsize=256)
def _compiled(source: str) -> jinja2.Template:
    return environment().from_string(source)


def written(source: str, values: Mapping[str, Any]) -> str:
    """The text of a template for somebody. Raises TextError `syntax`, `unknown`, `empty` or `too_long`."""
    try:
        text = _compiled(source).render(**values).strip()
    except jinja2.UndefinedError as error:
        raise TextError("unknown", str(error.message or "")) from error
    except jinja2.TemplateSyntaxError as error:
        raise TextError("syntax", f"{error.lineno}: {error.message}") from error
    except (jinja2.TemplateError, TypeError, ValueError) as error:
        raise TextError("syntax", str(error)) from error
    if not text:
        raise TextError("empty")
    if len(text) > TEXT_LIMIT:
        raise TextError("too_long", str(len(text)))
    return text


def check(source: str, language: Language) -> None:
    """Accept a text, or raise TextError: it must fit every sample, in every branch that the samples take."""
    if len(source) > SOURCE_LIMIT:
        raise TextError("too_long", str(len(source)))
    try:
        tree = environment().parse(source)
    except jinja2.TemplateSyntaxError as error:
        raise TextError("syntax", f"{error.lineno}: {error.message}") from error
    _only_allowed(tree)
    for values in samples(language).values():
        check_telegram(written(source, values))


def _only_allowed(tree: nodes.Template) -> None:
    for node in (tree, *tree.find_all(nodes.Node)):
        if not isinstance(node, ALLOWED):
            raise TextError("not_allowed", f"{getattr(node, 'lineno', '?')}: {type(node).__name__}")
        if isinstance(node, nodes.Name) and node.name not in VARIABLES:
            raise TextError("unknown", node.name)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            raise TextError("not_allowed", f"{node.lineno}: |{node.name}")
        if isinstance(node, nodes.Test) and node.name not in TESTS:
            raise TextError("not_allowed", f"{node.lineno}: is {node.name}")


class _Telegram(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise TextError("tag", f"<{tag}>")
        href = dict(attrs).get("href") or ""
        if tag == "a" and not href.startswith(("https://", "http://", "tg://")):
            raise TextError("link", href)
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        raise TextError("tag", f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise TextError("unclosed", f"</{tag}>")


def check_telegram(text: str) -> None:
    """Raise TextError `tag`, `unclosed` or `link` for HTML that the Bot API would refuse."""
    if found := _STRAY.search(text):
        raise TextError("tag", found[0])
    reader = _Telegram()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise TextError("unclosed", f"<{reader.open[-1]}>")
