"""The ASGI application uvicorn serves: `uvicorn app.asgi:app`. Hot routes answer first, everything else is Reflex.

Composition root of the app's HTTP half: which routes there are, what runs while the server runs. Serves the frontend
that `python -m app.build` made; nothing is compiled here.
"""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILT = ROOT / ".web-build" / "current"
if not (BUILT / "build" / "client").is_dir():
    raise RuntimeError("The frontend is not built yet: run `python -m app.build` first.")
os.environ.update(
    {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_WEB_WORKDIR": str(BUILT),
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }
)

from starlette.routing import BaseRoute, Match, Router  # noqa: E402 - Reflex reads the environment when imported
from starlette.types import ASGIApp, Receive, Scope, Send  # noqa: E402

from app.access import routes as access_routes  # noqa: E402
from app.api import application as collect_api  # noqa: E402
from app.api import telegram as telegram_api  # noqa: E402
from app.app import app as pages  # noqa: E402
from app.registration import calendar  # noqa: E402
from app.registration import entry as registration  # noqa: E402
from app.rights import routes as rights  # noqa: E402
from app.room import entry as room  # noqa: E402
from app.room import halls, media  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.shared import schedule, warehouse  # noqa: E402
from app.shared.headers import SecurityHeaders, content_security_policy, script_hashes  # noqa: E402

CLIENT = BUILT / "build" / "client"

LIFESPANS = [schedule.followed, halls.opened]
"""Async context managers (no arguments) that are open while the server runs."""


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


class Outer:
    """Dispatches hot routes before Reflex; the server's life is Reflex's, which opens our lifespans too."""

    def __init__(self, reflex: ASGIApp, routes: list[BaseRoute]) -> None:
        """Put `routes` in front of `reflex`."""
        self.reflex = reflex
        self.router = Router(routes, redirect_slashes=False, default=reflex)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        await (self.reflex if scope["type"] == "lifespan" else self.router)(scope, receive, send)


def routes(settings: Settings) -> list[BaseRoute]:
    """Everything that never reaches Reflex, the busiest first."""
    return [
        *room.routes(settings),
        *media.routes(settings),
        *registration.routes(CLIENT, settings),
        *calendar.routes(settings),
        *telegram_api.routes(warehouse.blocking, settings),
        Paths(collect_api.PATHS, collect_api.application(warehouse.blocking)),
        *access_routes.routes(warehouse.blocking),
        *rights.routes(),
    ]


def compose() -> ASGIApp:
    """The whole app. Reads the settings from the environment."""
    settings = Settings()
    for lifespan in LIFESPANS:
        pages.register_lifespan_task(lifespan)
    policy = content_security_policy(script_hashes(CLIENT))
    return SecurityHeaders(Outer(pages(), routes(settings)), policy=policy, is_https=settings.is_https)


app = compose()
