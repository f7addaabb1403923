"""The pages `/room/<session>` and `/replay/<session>`: our own HTML around one bundle, with nothing of Reflex in it.

Every page of Reflex opens its Socket.IO connection, at several times the cost of a seat in the room (decision 0014).
Who has a seat sees the room before any script has come: the page draws it as it stands now, and the script goes on from
there. The texts of both languages go along, so that the language can be switched without asking.
"""

import datetime as dtm
import gzip
import json
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.room.bans import is_banned
from app.room.seats import Use, seat_in
from app.room.stage import millis, stage
from app.shared import bundle, plain, schedule, texts, theme
from app.shared.language import language_of
from domain.webinars import Session, Webinar
from warehouse.interface import WarehouseError

ENTRY = "public/room/main.jsx"

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)


def routes(client: Path) -> list[BaseRoute]:
    """The room's and the recording's page; `client` is the folder of the built frontend."""
    return [
        Route("/room/{session}", partial(_page, use="room", client=client), methods=["GET", "HEAD"]),
        Route("/replay/{session}", partial(_page, use="replay", client=client), methods=["GET", "HEAD"]),
    ]


async def _page(request: Request, *, use: Use, client: Path) -> Response:
    language = language_of(request)
    programme = schedule.current()
    session = programme.sessions.get(request.path_params["session"])
    webinar = programme.webinars.get(session.webinar_id) if session else None
    now = dtm.datetime.now(dtm.UTC)
    early = await _early(request, session, webinar, now) if use == "room" and session and webinar else None
    packed = _packed(
        client,
        use,
        language,
        texts.localised(webinar.definition.title, language) if webinar else "",
        _when(session, webinar) if session and webinar else "",
        json.dumps(early, ensure_ascii=False),
        is_stream=_is_stream(session, webinar, now),
        worn=theme.attribute(request.cookies),
    )
    headers = {"Vary": "Accept-Encoding, Accept-Language, Cookie"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        packed = gzip.decompress(packed)
    if webinar is None and not schedule.is_read():
        headers["Retry-After"] = str(plain.AWAY_SECONDS)  # for programs: the page asks again by itself
        return Response(packed, status_code=503, media_type="text/html", headers=headers)
    return Response(packed, status_code=200 if webinar else 404, media_type="text/html", headers=headers)


async def _early(request: Request, session: Session, webinar: Webinar, now: dtm.datetime) -> dict[str, Any] | None:
    """The room as it stands, for who has a seat in it and was not sent out: what the socket would tell them first.

    On air the video comes along, so that it need not wait for the socket. The same for everybody within a second.
    """
    seat = seat_in(request.cookies, session.session_id)
    phase = session.phase(now)
    if seat is None or phase not in {"lobby", "on_air"}:
        return None
    try:
        if await is_banned(seat):
            return None
    except WarehouseError:  # the socket will say what is the matter
        return None
    shown = stage(session, webinar, schedule.current(), now)
    return shown | {"now": millis(now) // 1000 * 1000} if phase == "on_air" else shown


def _is_stream(session: Session | None, webinar: Webinar | None, now: dtm.datetime) -> bool:
    is_on_air = session is not None and session.phase(now) == "on_air"
    return is_on_air and webinar is not None and webinar.definition.media_kind == "hls"


def _when(session: Session, webinar: Webinar) -> str:
    """When it begins, in the webinar's zone: the script says it in the visitor's own."""
    zone = webinar.definition.time_zone
    local = session.opens_at.astimezone(ZoneInfo(zone))
    return f"{local:%d.%m.%Y, %H:%M} ({zone}, UTC{local.isoformat()[-6:]})"


@lru_cache(maxsize=256)
def _packed(  # noqa: PLR0913 - everything the page says
    client: Path, use: Use, language: texts.Language, title: str, when: str, early: str, *, is_stream: bool, worn: str
) -> bytes:
    spoken = json.dumps({known: texts.section(known, "room", "theme") for known in texts.LANGUAGES}, ensure_ascii=False)
    told = f'{{"use": "{use}", "early": {early}, "texts": {spoken}}}'
    page = _pages.get_template("page.html").render(
        language=language, title=title, when=when, use=use, early=json.loads(early), worn=Markup(worn),  # noqa: S704 - one of ours
        head=Markup(theme.HEAD), switch=Markup(theme.switch_html(language)),  # noqa: S704 - our own, escaped
        focus=theme.FOCUS_SCRIPT,
        t=texts.section(language, "room", "title"), style=Markup(bundle.style(client, ENTRY)),  # noqa: S704 - our own file
        links=Markup(bundle.links(client, ENTRY, is_all_at_once=is_stream)),  # noqa: S704 - our own names
        backdrop=_backdrop(), told=Markup(told.replace("<", "\\u003c")),  # noqa: S704 - JSON that cannot end its element
    )  # fmt: skip
    return gzip.compress(page.encode(), 6, mtime=0)


@cache
def _backdrop() -> str:
    """What hangs where the picture will be, inside the page: the bundler puts the same into the script."""
    return "data:image/svg+xml," + quote((theme.ASSETS / "room" / "backdrop.svg").read_text(encoding="utf-8").strip())
