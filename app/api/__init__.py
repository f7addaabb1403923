"""The HTTP doors for machines: collect API, health, readiness, metrics and their documentation page.

`application()` is an ASGI app answering the `PATHS`; `app.asgi` mounts it before Reflex. No pages for people here.
"""

from app.api.application import PATHS, application

__all__ = ["PATHS", "application"]
