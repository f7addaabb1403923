"""Does a state-changing request come from our own page? SameSite cookies are the first wall, this is the second."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import Request


def is_own(request: Request, allowed: Collection[str]) -> bool:
    """True if the browser says so: `Origin` (else `Referer`) is ours, or `Sec-Fetch-Site` is same-origin.

    A request that names no origin at all is refused: every browser of the last years sends one with a POST.
    """
    origin = request.headers.get("origin", "")
    if origin in {"", "null"}:
        referer = urlsplit(request.headers.get("referer", ""))
        origin = f"{referer.scheme}://{referer.netloc}" if referer.netloc else ""
    if not origin:
        return request.headers.get("sec-fetch-site") == "same-origin"
    return origin in allowed or urlsplit(origin).netloc == request.headers.get("host", "")
