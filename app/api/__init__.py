"""The HTTP doors for machines: collect API, health, readiness, metrics and their documentation page.

`routes.routes(provider)` are put before Reflex by `app.asgi`. No pages for people here.
"""
