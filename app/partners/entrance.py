"""/partner/enter and /partner/join: plain HTTP pages behind one-time links, for they set a cookie.

Opening a link uses nothing up (a preview in a messenger may do it); the button on the page does.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.access.attempts import Attempts
from app.access.routes import Door, Provider, present
from app.partners import membership
from app.settings import Settings
from app.studio.forms import Complaints

HOME = "/partner"


def routes(provider: Provider, settings: Settings | None = None) -> list[BaseRoute]:
    """To be put before Reflex."""
    entrance = Entrance(provider, settings or Settings(), Attempts())
    return [
        Route("/partner/enter/{token}", entrance.enter_page, methods=["GET"]),
        Route("/partner/enter/{token}", entrance.enter, methods=["POST"]),
        Route("/partner/join/{token}", entrance.join_page, methods=["GET"]),
        Route("/partner/join/{token}", entrance.join, methods=["POST"]),
    ]


class Entrance(Door):
    """The doors of the cabinet."""

    async def enter_page(self, request: Request) -> Response:
        """A button: whoever presses it enters."""
        return self._page(request, "partner_enter")

    async def enter(self, request: Request) -> Response:
        """Use the link up and begin a session."""
        if await self._form(request) is None:
            return self._page(request, "partner_enter", 403, error="access.foreign_origin")
        account = await run_in_threadpool(membership.enter, self.provider(), request.path_params["token"], present())
        if account is None:
            return self._page(request, "partner_enter", 410, error="access.partner.link_gone", is_gone=True)
        return await self._welcome(request, account, HOME)

    async def join_page(self, request: Request) -> Response:
        """The form of somebody who was invited."""
        return self._page(request, "partner_join", typed={})

    async def join(self, request: Request) -> Response:
        """Become a partner and enter."""
        form = await self._form(request)
        if form is None:
            return self._page(request, "partner_join", 403, error="access.foreign_origin", typed={})
        try:
            account = await run_in_threadpool(
                membership.join, self.provider(), request.path_params["token"], form, present()
            )
        except Complaints as found:
            code = next(iter(found.fields.values()))
            return self._page(request, "partner_join", 422, error=f"access.partner.wrong.{code}", typed=form)
        if account is None:
            return self._page(request, "partner_join", 410, error="access.partner.link_gone", typed={}, is_gone=True)
        return await self._welcome(request, account, HOME)
