"""The pages `/room/<session>` and `/replay/<session>`: our own HTML around one bundle, with nothing of Reflex in it.

Every page of Reflex opens its Socket.IO connection, at several times the cost of a seat in the room (decision 0014).
The texts of both languages go along, so that the language can be switched without asking. The page holds no secret.
"""

import datetime as dtm
import gzip
import html
import json
from functools import lru_cache, partial
from pathlib import Path
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.room.seats import Use, seat_in
from app.room.stage import stage
from app.shared import bundle, schedule, texts, theme
from app.shared.visitor import LANGUAGE_COOKIE

ENTRY = "public/room/main.jsx"
SHELL = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def routes(client: Path) -> list[BaseRoute]:
    """The room's and the recording's page; `client` is the folder of the built frontend."""
    return [
        Route("/room/{session}", partial(_page, use="room", client=client), methods=["GET", "HEAD"]),
        Route("/replay/{session}", partial(_page, use="replay", client=client), methods=["GET", "HEAD"]),
    ]


async def _page(request: Request, *, use: Use, client: Path) -> Response:
    language = texts.preferred(
        request.query_params.get("lang", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
    )
    programme = schedule.current()
    session = programme.sessions.get(request.path_params["session"])
    webinar = programme.webinars.get(session.webinar_id) if session else None
    title = texts.localised(webinar.definition.title, language) if webinar else ""
    now = dtm.datetime.now(dtm.UTC)
    phase = session.phase(now) if session else "over"
    early: dict[str, Any] | None = None
    if use == "room" and phase == "lobby" and session and webinar and seat_in(request.cookies, session.session_id):
        early = stage(session, webinar, programme, now)  # the waiting room is drawn before its socket is there
    is_stream = phase == "on_air" and webinar is not None and webinar.definition.media_kind == "hls"
    told = json.dumps(early, ensure_ascii=False)
    packed = _packed(client, use, language, title, told, is_stream=is_stream, worn=theme.attribute(request.cookies))
    headers = {"Vary": "Accept-Encoding, Accept-Language, Cookie"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        packed = gzip.decompress(packed)
    return Response(packed, status_code=200 if webinar else 404, media_type="text/html", headers=headers)


@lru_cache(maxsize=256)
def _packed(  # noqa: PLR0913 - all that two pages may differ in
    client: Path, use: Use, language: texts.Language, title: str, early: str, *, is_stream: bool, worn: str
) -> bytes:
    spoken = json.dumps({known: texts.section(known, "room", "theme") for known in texts.LANGUAGES}, ensure_ascii=False)
    told = f'{{"use": "{use}", "early": {early}, "texts": {spoken}}}'
    page = SHELL.substitute(
        language=language,
        worn=worn,
        title=html.escape(title or texts.translate(language, "title.home")),
        heading=html.escape(title),
        opening=html.escape(texts.translate(language, "room.opening")),
        head=theme.HEAD,
        switch=theme.switch_html(language),
        links=bundle.links(client, ENTRY, is_all_at_once=is_stream),
        told=told.replace("<", "\\u003c"),
    )
    return gzip.compress(page.encode(), 6, mtime=0)
