"""Video we serve ourselves: range requests to signed addresses, only for who holds a seat and was not sent out."""

import datetime as dtm
from functools import partial
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from app.room import addresses
from app.room.bans import is_banned
from app.room.seats import seat_in
from app.settings import Settings
from app.shared import plain
from warehouse.interface import WarehouseError

SAMPLE = Path(__file__).parent.parent / "sample"
"""The synthetic recording that comes with the house; the media folder comes first."""

KINDS = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".vtt": "text/vtt",
}


def routes(settings: Settings) -> list[BaseRoute]:
    """The route of the media."""
    return [Route("/media/{signed}/{name:path}", partial(_serve, settings=settings), methods=["GET", "HEAD"])]


async def _serve(request: Request, *, settings: Settings) -> Response:
    body = addresses.read(request.path_params["signed"], dtm.datetime.now(dtm.UTC))
    seat = seat_in(request.cookies, body["session"]) if body else None
    if body is None or seat is None:
        return plain.page(request, "media.expired", status=403)
    if PurePosixPath(body["path"]) == PurePosixPath():  # signed by an earlier version: it would open the whole folder
        return plain.page(request, "media.expired", status=403)
    try:
        if await is_banned(seat):
            return plain.page(request, "media.closed", status=403)
    except WarehouseError:
        return plain.page(request, "link.away", status=503)
    found = locate(body["path"], request.path_params["name"], folders(settings))
    if found is None:
        return plain.page(request, "media.missing", status=404)
    return FileResponse(
        found, media_type=KINDS[found.suffix.lower()], headers={"Cache-Control": "private, max-age=3600"}
    )


def folders(settings: Settings) -> list[Path]:
    """Where media lies."""
    return [settings.home / "media", SAMPLE]


def locate(covered: str, name: str, places: list[Path]) -> Path | None:
    """The file `name` under the signed path in one of the places; None for what is outside or of no known kind."""
    for place in places:
        root = place.resolve()
        whole = (root / covered).resolve()
        found = whole if whole.is_file() and whole.name == name else (whole / name).resolve()
        is_inside = found.is_relative_to(whole) and whole.is_relative_to(root)
        if is_inside and found.is_file() and found.suffix.lower() in KINDS:
            return found
    return None
