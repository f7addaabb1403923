"""Video we serve ourselves: signed, short-lived addresses with range requests, only for who holds a seat.

An address is signed for a file, or for the folder of an HLS playlist, and for one session.
"""

import datetime as dtm
from functools import partial
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.room.seats import seat_in
from app.settings import Settings
from app.shared.signing import sign, unsign

MAX_AGE_SECONDS = 30 * 86400
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


class MediaError(ValueError):
    """A video that cannot be served as it lies; the message says what to do."""


def address(name: str, kind: str, session_id: str, until: dtm.datetime) -> str:
    """The address of a file of the media folder for one session, until then.

    Raises MediaError for a playlist in the root of the folder: its address would open every video that lies there.
    """
    path = PurePosixPath(name.lstrip("/"))
    if kind == "hls" and not is_in_own_folder(name):
        raise MediaError(
            f"{path.name}: a playlist and its segments need a folder of their own: media/show/{path.name}."
        )
    covered = str(path.parent) if kind == "hls" else str(path)
    signed = sign("media", {"path": covered, "session": session_id, "until": int(until.timestamp())})
    return f"/media/{signed}/{path.name}"


def is_in_own_folder(name: str) -> bool:
    """Whether a playlist lies in a subfolder of the media folder, so that signing its folder opens nothing else."""
    return len(PurePosixPath(name.lstrip("/")).parts) > 1


def routes(settings: Settings) -> list[BaseRoute]:
    """The route of the media."""
    return [Route("/media/{signed}/{name:path}", partial(_serve, settings=settings), methods=["GET", "HEAD"])]


async def _serve(request: Request, *, settings: Settings) -> Response:
    body = unsign("media", request.path_params["signed"], max_age_seconds=MAX_AGE_SECONDS)
    now = dtm.datetime.now(dtm.UTC).timestamp()
    if body is None or body["until"] < now or seat_in(request.cookies, body["session"]) is None:
        return PlainTextResponse("This video address has expired: reload the room.", status_code=403)
    if PurePosixPath(body["path"]) == PurePosixPath():  # signed by an earlier version: it would open the whole folder
        return PlainTextResponse("This video address has expired: reload the room.", status_code=403)
    found = locate(body["path"], request.path_params["name"], folders(settings))
    if found is None:
        return PlainTextResponse("The video is not in the media folder.", status_code=404)
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
