"""The room's page `/room/<session>`: the shell of one React component that holds the socket (`assets/room/`).

No State: the room's frames never pass through Reflex (decision 0006). The texts of both languages go along as a prop.
"""

from typing import Any

import reflex as rx

from app.shared import texts
from app.shared.route import Route

HLS = "hls.js@1.6.15"


class Room(rx.Component):
    """The room or, with `use` = replay, the recording of its session."""

    library = rx.asset("room/room.jsx").importable_path
    tag = "Room"
    is_default = True
    lib_dependencies: list[str] = [HLS]

    use: rx.Var[str]
    texts: rx.Var[dict[str, Any]]


def room(use: str) -> rx.Component:
    """The component with the room's texts."""
    return Room.create(use=use, texts={language: texts.section(language, "room") for language in texts.LANGUAGES})


PAGES = [Route("/room/[session]", lambda: room("room"), title="title.home")]
