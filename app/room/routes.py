"""Every HTTP route of the room. Nothing here knows Reflex: after a crash people are back before its pages are."""

from pathlib import Path

from starlette.routing import BaseRoute

from app.room import entry, media, page, telegram
from app.settings import Settings


def routes(client: Path, settings: Settings) -> list[BaseRoute]:
    """Links, tickets, sockets, the pages and what they play; `client` is the folder of the built frontend."""
    return [*entry.routes(settings), *telegram.routes(settings), *media.routes(settings), *page.routes(client)]
