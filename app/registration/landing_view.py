"""How the landing page looks (`landing.html`): one HTML page with its styles inside. What it does is in `landing`."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from app.registration.consents import PURPOSES, REQUIRED
from app.registration.form import FIELDS, HONEYPOT
from app.shared import bundle, texts, theme
from app.shared.html import Head, tags
from domain.events import Picture
from domain.offers import offered, rule_of
from domain.webinars import Schedule, Session, Webinar

ENTRY = "public/landing/landing.js"
SHEETS = ("efir.css", "pages.css")
OWN_CARD = Picture(name="og.png", media_type="image/png", width=1200, height=630)
"""What a link to a landing unfurls with unless the webinar has a picture of its own; made for the house, 30 KB."""
NO_ERRORS: Mapping[str, str] = dict.fromkeys(FIELDS, "")

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True, slots=True)
class Showing:
    """One session as the page offers it."""

    session_id: str
    starts_at: str
    before: str
    """Start of the session above it: the browser puts a heading where a new day begins in the visitor's zone."""
    is_on_air: bool
    is_on_demand: bool
    day: str
    """Day and time of day in the webinar's zone, for browsers without scripts."""
    clock: str
    is_new_day: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A webinar as its page shows it now."""

    title: str
    summary: str
    host: str
    minutes: int
    zone: str
    picture: str
    """Path of what a link to it unfurls with."""
    picture_about: Mapping[str, str]
    sessions: tuple[Showing, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What comes back with a page: the values typed (`typed`) and the text keys of what is wrong with them."""

    typed: Mapping[str, str]
    errors: Mapping[str, str]


def shown(webinar: Webinar, plan: Schedule, language: str, now: dtm.datetime) -> Shown:
    """The webinar with the sessions one can choose at this moment."""
    definition, zone = webinar.definition, ZoneInfo(webinar.definition.time_zone)
    ahead = offered(plan, webinar.webinar_id, now)
    is_on_demand = rule_of(plan, webinar.webinar_id).kind == "on_demand"
    return Shown(
        title=texts.localised(definition.title, language),
        summary=texts.localised(definition.summary, language),
        host=definition.host_name,
        minutes=max(1, round(definition.duration_seconds / 60)),
        zone=f"{definition.time_zone}, UTC{now.astimezone(zone).isoformat()[-6:]}",
        picture=picture_path(webinar),
        picture_about=_about(definition.picture or OWN_CARD),
        sessions=tuple(
            _showing(session, before, zone, now, is_on_demand=is_on_demand and session.session_id not in plan.sessions)
            for before, session in zip([None, *ahead], ahead, strict=False)
        ),
    )


def picture_path(webinar: Webinar) -> str:
    """Path of the picture a link to the webinar unfurls with: its own, else the house's card."""
    own = webinar.definition.picture
    return f"/pictures/{quote(webinar.webinar_id)}/{own.name}" if own else f"/{OWN_CARD.name}"


def _about(picture: Picture) -> dict[str, str]:
    sizes = {"og:image:width": str(picture.width), "og:image:height": str(picture.height)}
    return {**sizes, "og:image:type": picture.media_type}


def _showing(
    session: Session, before: Session | None, zone: ZoneInfo, now: dtm.datetime, *, is_on_demand: bool
) -> Showing:
    local = session.starts_at.astimezone(zone)
    return Showing(
        session.session_id,
        session.starts_at.isoformat(),
        before=before.starts_at.isoformat() if before else "",
        is_on_air=session.phase(now) == "on_air",
        is_on_demand=is_on_demand,
        day=f"{local:%d.%m.%Y}",
        clock=f"{local:%H:%M}",
        is_new_day=before is None or before.starts_at.astimezone(zone).date() != local.date(),
    )


def render(  # noqa: PLR0913 - everything the page says
    client: Path,
    found: Shown | None,
    *,
    language: texts.Language,
    path: str,
    query: Iterable[tuple[str, str]],
    action: str,
    opening: str,
    address: str,
    worn: str = "",
    sent: Sent | None = None,
) -> str:
    """The page; without `found` it says that there is no such webinar. `opening` goes back with the form as it is."""
    head = Head(texts.translate(language, "landing.missing.title"), language=language)
    if found is not None:
        head = Head(found.title, found.summary, language, address + path, address + found.picture, found.picture_about)
    return _pages.get_template("landing.html").render(
        t=texts.section(language, "landing", "common"), language=language, shown=found, path=path, action=action,
        query=tuple(query), opening=opening, typed=sent.typed if sent else {},
        errors={**NO_ERRORS, **(sent.errors if sent else {})}, purposes=PURPOSES, required=REQUIRED, honeypot=HONEYPOT,
        head=Markup(tags(head)), style=_style(), script=Markup(bundle.links(client, ENTRY)),  # noqa: S704 - our own, escaped
        frame=Markup(theme.HEAD), switch=Markup(theme.switch_html(language)), worn=Markup(worn),  # noqa: S704 - the same
    )  # fmt: skip


@cache
def _style() -> Markup:
    """The sheets of the public pages, in the page itself: the first picture waits for no second file."""
    sheets = ((theme.ASSETS / name).read_text(encoding="utf-8") for name in SHEETS)
    return Markup("".join(sheets))  # noqa: S704 - our own files
