"""The audience page's address: the session, and the number whose people are shown. Page and files read it alike."""

from collections.abc import Mapping
from urllib.parse import urlencode

from warehouse.reads.audience import KIND_PARTS, KINDS, PARTS, SessionPart

NAMES = ("session", "part", "value", "minute")
MOST_MINUTES = 100_000


def chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The session and the number as the address has them; "" where nothing valid is said."""
    said = {name: str(query.get(name) or "").strip()[:200] for name in NAMES}
    if said["part"] not in PARTS and (said["part"] not in KIND_PARTS or said["value"] not in KINDS):
        said["part"] = ""
    if not (said["minute"].isdecimal() and int(said["minute"]) < MOST_MINUTES):
        said["minute"] = ""
    return said


def query_of(said: Mapping[str, str]) -> str:
    """The same as the end of an address."""
    asked = {name: said[name] for name in NAMES if said.get(name)}
    return f"?{urlencode(asked)}" if asked else ""


def address(session: str, part: str = "", value: str = "", minute: str = "") -> str:
    """The page of a session, with the people of one of its numbers."""
    return "/studio/audience" + query_of({"session": session, "part": part, "value": value, "minute": minute})


def behind(said: Mapping[str, str]) -> SessionPart | None:
    """Whose people are shown; None: nobody's."""
    return SessionPart(said["part"], said["value"], int(said["minute"] or 0)) if said["part"] else None
