"""The ASGI application uvicorn serves: `uvicorn app.asgi:app`. Hot routes answer first, everything else is Reflex.

Composition root of the app's HTTP half: what runs while the server runs (which routes there are: `app.routes`). Serves
the frontend that `python -m app.build` made; nothing is compiled here.
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

from starlette.routing import BaseRoute, Router  # noqa: E402 - Reflex reads the environment when imported
from starlette.types import ASGIApp, Receive, Scope, Send  # noqa: E402

from app.app import app as pages  # noqa: E402
from app.room import halls  # noqa: E402
from app.routes import routes  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.shared import schedule  # noqa: E402
from app.shared.headers import SecurityHeaders, content_security_policy, script_hashes  # noqa: E402

CLIENT = BUILT / "build" / "client"

LIFESPANS = [schedule.followed, halls.opened]
"""Async context managers (no arguments) that are open while the server runs."""


class Outer:
    """Dispatches hot routes before Reflex; the server's life is Reflex's, which opens our lifespans too."""

    def __init__(self, reflex: ASGIApp, routes: list[BaseRoute]) -> None:
        """Put `routes` in front of `reflex`."""
        self.reflex = reflex
        self.router = Router(routes, redirect_slashes=False, default=reflex)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        await (self.reflex if scope["type"] == "lifespan" else self.router)(scope, receive, send)


def compose() -> ASGIApp:
    """The whole app. Reads the settings from the environment."""
    settings = Settings()
    for lifespan in LIFESPANS:
        pages.register_lifespan_task(lifespan)
    policy = content_security_policy(script_hashes(CLIENT))
    return SecurityHeaders(Outer(pages(), routes(CLIENT, settings)), policy=policy, is_https=settings.is_https)


app = compose()
