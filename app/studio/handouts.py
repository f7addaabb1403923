"""Files a host hands out: kept under the media folder, taken in the studio, given to who holds a seat in the room.

Only kinds that browsers do not run, always as a download. An address is signed for one file and one session.
"""

import datetime as dtm
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.access.guard import AccessDenied, from_elsewhere, require, turned_away
from app.access.origin import is_own
from app.access.roles import Role
from app.room.seats import seat_in
from app.settings import Settings
from app.shared import plain, schedule
from app.shared.signing import unsign
from app.studio.forms import short_id
from app.studio.redefining import redefined
from domain.events import Handout
from warehouse.interface import WarehouseError

Handouts = tuple[Handout, ...]

MAX_BYTES = 25 * 1024 * 1024
SPARE_BYTES = 16 * 1024
"""What the form around the file may weigh."""
MOST = 20
MAX_AGE_SECONDS = 90 * 86400
KINDS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
}
PRIVATE = {
    "Cache-Control": "private, max-age=600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
}


def routes(settings: Settings) -> list[BaseRoute]:
    """To be put before Reflex."""
    return [
        Route("/handouts/{signed}/{name}", partial(_give, settings=settings), methods=["GET", "HEAD"]),
        Route("/staff/webinars/{webinar_id}/handouts", partial(_take, settings=settings), methods=["POST"]),
        Route(
            "/staff/webinars/{webinar_id}/handouts/{handout_id}/remove",
            partial(_remove, settings=settings),
            methods=["POST"],
        ),
    ]


def place(settings: Settings, webinar_id: str, handout_id: str) -> Path:
    """Where the file lies."""
    return settings.home / "media" / "handouts" / webinar_id / handout_id


async def _give(request: Request, *, settings: Settings) -> Response:
    body = unsign("handout", request.path_params["signed"], max_age_seconds=MAX_AGE_SECONDS)
    now = dtm.datetime.now(dtm.UTC)
    if body is None or body["until"] < now.timestamp() or seat_in(request.cookies, body["session"]) is None:
        return plain.page(request, "media.file_expired", status=403)
    webinar = schedule.current().webinars.get(body["webinar"])
    known = {one.handout_id: one for one in webinar.definition.handouts} if webinar else {}
    handout, path = known.get(body["handout"]), place(settings, body["webinar"], body["handout"])
    if handout is None or not path.is_file():
        return plain.page(request, "media.file_missing", status=404)
    return FileResponse(path, media_type=handout.media_type, filename=handout.title, headers=PRIVATE)


async def _take(request: Request, *, settings: Settings) -> Response:
    """A file from the studio's form; the page it came from says what became of it."""
    webinar_id = request.path_params["webinar_id"]
    if denied := await refused(request, settings):
        return denied
    webinar = (await schedule.refresh()).webinars.get(webinar_id)
    if webinar is None:
        return no_webinar(request)
    if len(webinar.definition.handouts) >= MOST:
        return _back(webinar_id, "many")
    received = await _received(request)
    if isinstance(received, str):
        return _back(webinar_id, received)
    handout, content = received
    path = place(settings, webinar_id, handout.handout_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return await _saved(webinar_id, lambda known: (*known, handout), "added")


async def _received(request: Request) -> tuple[Handout, bytes] | str:
    """The file of the form, or the code of what is wrong with it. One that is too big is not read at all."""
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > MAX_BYTES + SPARE_BYTES:
        return "too_big"
    async with request.form(max_files=1, max_fields=1) as form:
        upload = form.get("file")
        content = await upload.read() if isinstance(upload, UploadFile) else b""
        title = clean(upload.filename or "") if isinstance(upload, UploadFile) else ""
    kind = KINDS.get(Path(title).suffix.lower())
    if not title or not content:
        return "none"
    if kind is None:
        return "kind"
    if len(content) > MAX_BYTES:
        return "too_big"
    return Handout(handout_id=short_id(), title=title, media_type=kind, size_bytes=len(content)), content


async def _remove(request: Request, *, settings: Settings) -> Response:
    webinar_id, handout_id = request.path_params["webinar_id"], request.path_params["handout_id"]
    if denied := await refused(request, settings):
        return denied
    webinar = (await schedule.refresh()).webinars.get(webinar_id)
    if webinar is None:
        return no_webinar(request)
    if handout_id not in {one.handout_id for one in webinar.definition.handouts}:
        return _back(webinar_id, "gone")
    answer = await _saved(
        webinar_id, lambda known: tuple(one for one in known if one.handout_id != handout_id), "removed"
    )
    place(settings, webinar_id, handout_id).unlink(missing_ok=True)
    return answer


def no_webinar(request: Request) -> Response:
    """What staff are shown who ask for something of a webinar nobody announced."""
    return plain.page(request, "studio.webinar.missing", status=404, way=("/studio/webinars", "studio.nav.webinars"))


async def refused(request: Request, settings: Settings) -> Response | None:
    """The answer to whoever may not change webinars, or sent the form from another site; None: go on."""
    if not is_own(request, settings.origins):
        return from_elsewhere(request)
    try:
        await require(request.headers.get("cookie", ""), Role.HOST)
    except AccessDenied as denied:
        return turned_away(request, denied)
    return None


async def _saved(webinar_id: str, changed: Callable[[Handouts], Handouts], done: str) -> Response:
    try:
        await redefined(webinar_id, lambda definition: {"handouts": changed(definition.handouts)})
    except WarehouseError:
        return _back(webinar_id, "away")
    return _back(webinar_id, done)


def _back(webinar_id: str, code: str) -> Response:
    return RedirectResponse(f"/studio/webinars/{quote(webinar_id)}?handout={code}#handouts", status_code=303)


def clean(name: str) -> str:
    """The file's own name without folders and without what no name should have; 120 characters."""
    bare = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\\/]+", " ", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, suffix = Path(bare).stem, Path(bare).suffix
    return f"{stem[:110]}{suffix[:10]}"
