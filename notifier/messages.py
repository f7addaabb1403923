"""Template key and what is known of the person → text and buttons. Pure: every fact, address and moment is given."""

import dataclasses
import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from notifier.dates import Language

TEXTS = Path(__file__).parent / "texts"
LANGUAGES: tuple[Language, ...] = ("ru", "en")
TEXT_LIMIT = 4096
"""Telegram's limit, counted here before tags are taken out: stricter, never looser."""

Keyboard = Literal["", "contact", "remove"]
ButtonKind = Literal["room", "replay", "landing", "offer", "stop"]
BUTTONS: dict[str, tuple[ButtonKind, ...]] = {
    "welcome": ("room", "landing"),
    "welcome_follow_up": ("room", "landing"),
    "registered": ("room",),
    "reminder_24h": ("room",),
    "reminder_1h": ("room",),
    "reminder_10m": ("room",),
    "live_now": ("room",),
    "live_now_5m": ("room",),
    "follow_up_attended": ("offer", "replay"),
    "follow_up_not_attended": ("landing",),
    "recording_offer": ("replay",),
    "partner_new_lead": (),
    "partner_entered": (),
    "partner_offer_clicked": (),
    "partner_form_submitted": (),
    "partner_attended": (),
    "partner_not_attended": (),
}
"""Buttons of each template, shown where there is an address to open (`landing` only where there is no room)."""

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


def render(template: str, language: Language, particulars: Particulars, *, can_stop: bool = False) -> Rendered:
    """A scenario message. `can_stop` adds the button that withdraws consent (marketing). Raises RenderError."""
    values = {
        key: value[: _LIMITS.get(key, _TITLE_LIMIT)] if isinstance(value, str) and not key.endswith("url") else value
        for key, value in dataclasses.asdict(particulars).items()
    }
    text = fill(template, language, **values)
    return Rendered(text, _buttons(template, language, particulars, can_stop=can_stop))


def fill(template: str, language: Language, **values: Any) -> str:
    """The text of a template. Raises RenderError."""
    try:
        text = environment().get_template(f"{language}/{template}.j2").render(**values).strip()
    except jinja2.TemplateError as error:
        raise RenderError(f"{language}/{template}.j2: {type(error).__name__}: {error}") from error
    if not text or len(text) > TEXT_LIMIT:
        raise RenderError(f"{language}/{template}.j2 gave {len(text)} characters; Telegram takes 1 to {TEXT_LIMIT}")
    return text


def _buttons(template: str, language: Language, particulars: Particulars, *, can_stop: bool) -> tuple[Button, ...]:
    words = labels(language)
    addresses: dict[ButtonKind, str] = {
        "room": particulars.room_url,
        "replay": particulars.replay_url,
        "landing": "" if particulars.room_url else particulars.landing_url,
        "offer": particulars.offer_url,
    }
    texts = {**words, "offer": particulars.offer_button or words["offer"]}
    links = (Button(texts[kind], url=addresses[kind]) for kind in BUTTONS[template] if addresses[kind])
    stop = (Button(words["stop"], data=STOP_DATA),) if can_stop else ()
    return (*links, *stop)
