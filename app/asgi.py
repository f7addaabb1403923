"""The ASGI application uvicorn serves: `uvicorn app.asgi:app`. The room at once, everything else soon, Reflex last.

Composition root of the app's HTTP half: what runs while the server runs (which routes there are: `app.routes`). Serves
the frontend that `python -m app.build` made; nothing is compiled here.
"""

import os
from functools import partial
from pathlib import Path
from typing import cast

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

from starlette.applications import Starlette  # noqa: E402 - Reflex reads the environment when imported
from starlette.routing import Router  # noqa: E402
from starlette.types import ASGIApp  # noqa: E402

from app.room import halls  # noqa: E402
from app.room import routes as room  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.shared import schedule  # noqa: E402
from app.shared.headers import SecurityHeaders, content_security_policy, script_hashes  # noqa: E402
from app.startup import House  # noqa: E402

CLIENT = BUILT / "build" / "client"

LIFESPANS = [schedule.followed, halls.opened]
"""Async context managers (no arguments) that are open while the server runs."""


def load(settings: Settings) -> tuple[Starlette, ASGIApp]:
    """What Reflex makes, and every route of ours with it for all other addresses. Imports all of it: seconds."""
    from app.app import app as pages  # noqa: PLC0415 - see above
    from app.routes import routes  # noqa: PLC0415 - they know Reflex, too

    reflex = cast("Starlette", pages())
    return reflex, Router(routes(CLIENT, settings), redirect_slashes=False, default=reflex)


def compose() -> ASGIApp:
    """The whole app. Reads the settings from the environment."""
    settings = Settings()
    policy = content_security_policy(script_hashes(CLIENT))
    house = House(room.routes(CLIENT, settings), LIFESPANS, partial(load, settings))
    return SecurityHeaders(house, policy=policy, is_https=settings.is_https)


app = compose()
