"""Signed, short-lived addresses of the video we serve: each for a file, or a playlist's folder, and one session."""

import datetime as dtm
from pathlib import PurePosixPath
from typing import Any

from app.shared.signing import sign, unsign

LONGEST = dtm.timedelta(hours=6)
"""No address works longer; a page whose address has expired asks for another one."""


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


def read(signed: str, now: dtm.datetime) -> dict[str, Any] | None:
    """What an address covers (`path`, `session`); None for one that has expired or was not signed by us."""
    body = unsign("media", signed, max_age_seconds=round(LONGEST.total_seconds()))
    return body if body and body["until"] >= now.timestamp() else None
