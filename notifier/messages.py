"""Template key and what is known of the person → text and buttons. Pure: every fact, address and moment is given."""

import dataclasses
import functools
import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from domain.dates import Language
from domain.events import TextButton
from domain.message_text import BUTTONS, TEXT_LIMIT, ButtonKind, TextError, written
from domain.saved_texts import NO_SAVED_TEXTS, Chosen, SavedTexts
from warehouse.shipped_texts import shipped

LOGGER = logging.getLogger("notifier.messages")

TEXTS = Path(__file__).parent / "texts"
LANGUAGES: tuple[Language, ...] = ("ru", "en")
Keyboard = Literal["", "contact", "remove"]
STOP_DATA = "stop"
"""Callback data of the button under every marketing message."""

_NAME_LIMIT = 64
_TITLE_LIMIT = 200
_LIMITS = {"name": _NAME_LIMIT, "lead_name": _NAME_LIMIT, "host": _NAME_LIMIT, "offer_text": 1000}


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: opens `url`, or sends `data` back to the bot."""

    text: str
    url: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as its reader will see it; `text` is Telegram HTML."""

    text: str
    buttons: tuple[Button, ...] = ()
    keyboard: Keyboard = ""
    """Instead of buttons: `contact` asks for the reader's own number with a button that says `ask`."""
    ask: str = ""
    photo: bytes = b""
    """A picture; the text stands under it."""
    revision: int = 0
    """The saved version it was written with; 0: the shipped text."""
    variant: str = "a"


@dataclass(frozen=True, slots=True)
class Particulars:
    """All a template may speak of. An empty string means «not known» or «there is none»; texts read well without it."""

    name: str = ""
    title: str = ""
    host: str = ""
    starts: str = ""
    starts_in: str = ""
    """«10 минут»; empty once it has begun."""
    session_minutes: int = 0
    watched_minutes: int | None = None
    room_url: str = ""
    replay_url: str = ""
    replay_until: str = ""
    landing_url: str = ""
    next_starts: str = ""
    """Start of another session of the webinar, for those who missed theirs."""
    book_url: str = ""
    """A place in it in one tap."""
    me_url: str = ""
    """The reader's own page: their data, consents, the way out."""
    offer_title: str = ""
    offer_text: str = ""
    offer_button: str = ""
    offer_url: str = ""
    lead_name: str = ""
    source: str = ""


class RenderError(ValueError):
    """The template is missing, asks for what does not exist, or became too long: sending again will not help."""


@functools.cache
def environment() -> SandboxedEnvironment:
    """Templates in a sandbox; unknown variables are errors; values are escaped for Telegram's HTML."""
    return SandboxedEnvironment(
        loader=jinja2.FileSystemLoader(TEXTS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@functools.cache
def labels(language: Language) -> dict[str, str]:
    """Button labels of a language."""
    return tomllib.loads((TEXTS / language / "buttons.toml").read_text(encoding="utf-8"))


@functools.cache
def menu(language: Language) -> dict[str, str]:
    """The bot's command menu: command → what it does."""
    return tomllib.loads((TEXTS / language / "commands.toml").read_text(encoding="utf-8"))


def render(
    template: str,
    language: Language,
    particulars: Particulars,
    *,
    can_stop: bool = False,
    texts: SavedTexts = NO_SAVED_TEXTS,
    variant: str = "a",
) -> Rendered:
    """A scenario message, written with the newest saved text or the shipped one. Raises RenderError.

    `can_stop` adds the button that withdraws consent (marketing).
    """
    values = {
        key: value[: _LIMITS.get(key, _TITLE_LIMIT)] if isinstance(value, str) and not key.endswith("url") else value
        for key, value in dataclasses.asdict(particulars).items()
    }
    chosen, text = _written(template, language, texts.chosen(template, language, variant), values)
    buttons = _buttons(template, language, particulars, chosen.buttons, can_stop=can_stop)
    return Rendered(text, buttons, revision=chosen.revision, variant=chosen.variant)


def _written(template: str, language: Language, chosen: Chosen, values: Mapping[str, Any]) -> tuple[Chosen, str]:
    """The text, and what it was written with. A saved text that fails somebody gives way to the shipped one."""
    if chosen.source is not None:
        try:
            return chosen, written(chosen.source, values)
        except TextError as error:
            LOGGER.warning("Saved text %s/%s, version %d, gave way: %s", language, template, chosen.revision, error)
    try:
        return Chosen(None, 0, "a"), written(shipped(template, language), values)
    except (KeyError, TextError) as error:
        raise RenderError(f"{language}/{template}: {error}") from error


def fill(template: str, language: Language, **values: Any) -> str:
    """The text of an answer or a page of the bot. Raises RenderError."""
    try:
        text = environment().get_template(f"{language}/{template}.j2").render(**values).strip()
    except jinja2.TemplateError as error:
        raise RenderError(f"{language}/{template}.j2: {type(error).__name__}: {error}") from error
    if not text or len(text) > TEXT_LIMIT:
        raise RenderError(f"{language}/{template}.j2 gave {len(text)} characters; Telegram takes 1 to {TEXT_LIMIT}")
    return text


def _buttons(
    template: str,
    language: Language,
    particulars: Particulars,
    saved: tuple[TextButton, ...] | None,
    *,
    can_stop: bool,
) -> tuple[Button, ...]:
    """Those the text was saved with, else those it was shipped with, where there is something to open."""
    words = labels(language)
    addresses: dict[ButtonKind, str] = {
        "room": particulars.room_url,
        "replay": particulars.replay_url,
        "landing": "" if particulars.room_url else particulars.landing_url,
        "offer": particulars.offer_url,
        "book": particulars.book_url,
    }
    texts = {**words, "offer": particulars.offer_button or words["offer"]}
    wanted = [(kind, "") for kind in BUTTONS[template]] if saved is None else [(one.kind, one.label) for one in saved]
    links = (Button(label or texts[kind], url=addresses[kind]) for kind, label in wanted if addresses[kind])
    stop = (Button(words["stop"], data=STOP_DATA),) if can_stop else ()
    own = (Button(words["me"], url=particulars.me_url),) if can_stop and particulars.me_url else ()
    return (*links, *own, *stop)
