"""How the landing page looks (`landing.html`): one HTML page with its styles inside. What it does is in `landing`."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from app.registration.consents import PURPOSES, REQUIRED
from app.registration.form import FIELDS, HONEYPOT
from app.shared import bundle, texts, theme
from app.shared.html import Head, tags
from domain.offers import offered, rule_of
from domain.webinars import Schedule, Session, Webinar

ENTRY = "public/landing/landing.js"
SHEETS = ("efir.css", "pages.css")
PICTURE = "/og.png"
"""What a link to a landing shows where it unfurls; made for the house, 1200 × 630, 30 KB."""
PICTURE_SIZE = {"og:image:width": "1200", "og:image:height": "630", "og:image:type": "image/png"}
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
        sessions=tuple(
            _showing(session, before, zone, now, is_on_demand=is_on_demand and session.session_id not in plan.sessions)
            for before, session in zip([None, *ahead], ahead, strict=False)
        ),
    )


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
        head = Head(found.title, found.summary, language, address + path, address + PICTURE, PICTURE_SIZE)
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
