"""What every HTTP answer of the house says about itself: content security, framing, sniffing, referrers, caching."""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
SECRET_PATHS = (
    "/j/",
    "/r/",
    "/thanks/",
    "/telegram/",
    "/ics/",
    "/invite/",
    "/me/",
    "/book/",
    "/room/",
    "/replay/",
    "/media/",
)
"""Addresses that carry a token or follow one: they are told to nobody."""

EMBED_ORIGINS = (
    "https://www.youtube-nocookie.com",
    "https://vk.com",
    "https://vk.ru",
    "https://vkvideo.ru",
    "https://rutube.ru",
)
"""Whose players may stand in a page of ours; VK sends its embeds on between its own domains."""


def script_hashes(folder: Path) -> list[str]:
    """CSP sources of the inline scripts in the built pages, so that no other inline script may run."""
    found: set[str] = set()
    for page in folder.rglob("*.html"):
        for script in INLINE_SCRIPT.findall(page.read_text(encoding="utf-8")):
            found.add("'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'")
    return sorted(found)


def content_security_policy(hashes: Iterable[str]) -> str:
    """The policy of our pages: own scripts only; video from anywhere a webinar may lie; framed by nobody."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: https:",
            "media-src 'self' blob: https: http:",
            "connect-src 'self' ws: wss: https: http:",
            f"frame-src {' '.join(EMBED_ORIGINS)}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """ASGI middleware that adds the headers an answer has not set itself."""

    def __init__(self, app: ASGIApp, *, policy: str, is_https: bool) -> None:
        """Wrap `app`; `policy` is the Content-Security-Policy of pages that bring none of their own."""
        self.app = app
        self.fixed = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        }
        if is_https:
            self.fixed["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through, adding headers to the start of an HTTP answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(scope["path"], message)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _add(self, path: str, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self.fixed.items():
            headers.setdefault(name, value)
        is_secret = path.startswith(SECRET_PATHS)
        headers.setdefault("Referrer-Policy", "no-referrer" if is_secret else "strict-origin-when-cross-origin")
        if path.startswith("/assets/") and message["status"] == 200:  # noqa: PLR2004 - their names carry a hash
            headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")
        elif headers.get("content-type", "").startswith("text/html"):
            headers.setdefault("Cache-Control", "no-store" if is_secret else "no-cache")
