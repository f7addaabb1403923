"""The picture a link to a webinar unfurls with: taken in the studio, kept in the media folder, given to anybody.

Its address holds its content's hash: another picture is another address, so that messengers do not show the old one.
"""

import hashlib
from functools import partial
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.settings import Settings
from app.shared import plain, schedule
from app.studio.handouts import SPARE_BYTES, no_webinar, refused
from app.studio.redefining import redefined
from domain.events import Picture
from domain.pictures import measured
from warehouse.interface import WarehouseError

MAX_BYTES = 5 * 1024 * 1024
"""What every messenger takes; Telegram and VK stop there."""
LEAST, MOST = (600, 315), (4096, 4096)
"""Pixels, width and height: smaller ones unfurl as a thumbnail, larger ones are refused by some."""
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
PUBLIC = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def routes(settings: Settings) -> list[BaseRoute]:
    """To be put before Reflex."""
    at = "/staff/webinars/{webinar_id}/picture"
    return [
        Route("/pictures/{webinar_id}/{name}", partial(_give, settings=settings), methods=["GET", "HEAD"]),
        Route(at, partial(_take, settings=settings), methods=["POST"]),
        Route(f"{at}/remove", partial(_remove, settings=settings), methods=["POST"]),
    ]


async def _give(request: Request, *, settings: Settings) -> Response:
    webinar_id = request.path_params["webinar_id"]
    webinar = schedule.current().webinars.get(webinar_id)
    if webinar is None and not schedule.is_read():
        return plain.unread(request)
    picture = webinar.definition.picture if webinar else None
    if picture is None or picture.name != request.path_params["name"]:
        return plain.page(request, "picture.missing", status=404)
    path = _place(settings, webinar_id, picture)
    if not path.is_file():
        return plain.page(request, "picture.missing", status=404)
    return FileResponse(path, media_type=picture.media_type, headers=PUBLIC)


async def _take(request: Request, *, settings: Settings) -> Response:
    """A picture from the studio's form; the page it came from says what became of it."""
    if denied := await refused(request, settings):
        return denied
    if request.path_params["webinar_id"] not in (await schedule.refresh()).webinars:
        return no_webinar(request)
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > MAX_BYTES + SPARE_BYTES:
        return _back(request, "too_big")
    async with request.form(max_files=1, max_fields=1) as form:
        upload = form.get("file")
        content = await upload.read() if isinstance(upload, UploadFile) else b""
    found = read(content)
    if isinstance(found, str):
        return _back(request, found)
    path = _place(settings, request.path_params["webinar_id"], found)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return await _saved(request, settings, found, "sent")


async def _remove(request: Request, *, settings: Settings) -> Response:
    return await refused(request, settings) or await _saved(request, settings, None, "removed")


def read(content: bytes) -> Picture | str:
    """The picture by its content, or the code of what is wrong with it: none, too_big, kind, small or large."""
    if not content:
        return "none"
    if len(content) > MAX_BYTES:
        return "too_big"
    found = measured(content)
    if found is None:
        return "kind"
    if found.width < LEAST[0] or found.height < LEAST[1]:
        return "small"
    if found.width > MOST[0] or found.height > MOST[1]:
        return "large"
    name = hashlib.sha256(content).hexdigest()[:20] + ENDINGS[found.media_type]
    return Picture(name=name, media_type=found.media_type, width=found.width, height=found.height)


async def _saved(request: Request, settings: Settings, picture: Picture | None, done: str) -> Response:
    """The webinar with this picture; the file of the one before goes once nothing names it any more."""
    webinar_id = request.path_params["webinar_id"]
    try:
        was = await redefined(webinar_id, lambda _: {"picture": picture})
    except WarehouseError:
        return _back(request, "away")
    if was is None:
        return no_webinar(request)
    before = was.picture
    if before is not None and before != picture:
        _place(settings, webinar_id, before).unlink(missing_ok=True)
    return _back(request, done)


def _place(settings: Settings, webinar_id: str, picture: Picture) -> Path:
    return settings.home / "media" / "pictures" / webinar_id / picture.name


def _back(request: Request, code: str) -> Response:
    webinar_id = quote(request.path_params["webinar_id"])
    return RedirectResponse(f"/studio/webinars/{webinar_id}?picture={code}#picture", status_code=303)
