"""/studio/air/<session>: the host's console. State checks who may see it; the room itself comes over its own socket."""

from typing import Any

import reflex as rx

from app.shared import texts
from app.shared.route import Route
from app.studio.desk import HOSTS, Desk
from app.studio.frame import desk

t = Desk.t


class Air(Desk):
    """Who may sit at the console."""

    @rx.event
    async def opened(self) -> None:
        """Let hosts in; the socket asks again, at its door and at every command."""
        await self._may(*HOSTS)


class Console(rx.Component):
    """The console (`assets/air/console.jsx`) with its texts in both languages."""

    library = rx.asset("air/console.jsx").importable_path
    tag = "Console"
    is_default = True

    language: rx.Var[str]
    texts: rx.Var[dict[str, Any]]


def _page() -> rx.Component:
    words = {language: texts.section(language, "studio.air") for language in texts.LANGUAGES}
    return desk(Console.create(language=Desk.lang, texts=words), name="pult", title=t["studio.air.title"])


PAGES = [Route("/studio/air/[session_id]", _page, title="title.air", on_load=Air.opened)]
