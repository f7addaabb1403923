"""Every HTTP route that never reaches Reflex, the busiest first. Who may use which stands in `app.access.matrix`."""

from pathlib import Path

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access import own
from app.access import routes as access
from app.access.attempts import Attempts
from app.api import application as collect_api
from app.crm import routes as crm
from app.dashboards import cost_upload
from app.dashboards import routes as dashboards
from app.partners import entrance
from app.registration import calendar, landing, one_click
from app.rights import routes as rights
from app.room import routes as room
from app.settings import Settings
from app.shared import warehouse
from app.studio import handouts, pictures, script_routes


class Paths(BaseRoute):
    """An ASGI app for a list of paths, given as they are; one that ends with a slash is a prefix."""

    def __init__(self, paths: tuple[str, ...], app: ASGIApp) -> None:
        self.exact = frozenset(path for path in paths if not path.endswith("/"))
        self.prefixes = tuple(path for path in paths if path.endswith("/"))
        self.app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Full for our paths, none for all others."""
        path = scope.get("path", "")
        is_ours = path in self.exact or (bool(self.prefixes) and path.startswith(self.prefixes))
        return (Match.FULL if is_ours and scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the connection over, its path untouched."""
        await self.app(scope, receive, send)


def routes(client: Path, settings: Settings) -> list[BaseRoute]:
    """The routes of the house; `client` is the folder of the built frontend."""
    door = collect_api.Door(warehouse.blocking, trusted_hops=settings.trusted_proxy_hops)
    attempts = Attempts()
    return [
        *room.routes(client, settings),
        *landing.routes(client, settings),
        *calendar.routes(settings),
        *one_click.routes(settings),
        Paths(collect_api.PATHS, collect_api.application(warehouse.blocking, door)),
        *access.routes(warehouse.blocking, settings, attempts),
        *own.routes(warehouse.blocking, settings, attempts),
        *entrance.routes(warehouse.blocking),
        *rights.routes(),
        *crm.routes(),
        *dashboards.routes(),
        *cost_upload.routes(settings),
        *script_routes.routes(settings),
        *handouts.routes(settings),
        *pictures.routes(settings),
    ]
