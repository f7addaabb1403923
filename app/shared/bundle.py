"""What the build made of the scripts of our own pages (those without Reflex): the files such a page asks for."""

import json
from functools import cache
from pathlib import Path
from typing import Any

MANIFEST = "pages.json"
"""Beside the folder of the built frontend; written by `app.build`."""


@cache
def _made(client: Path) -> dict[str, Any]:
    return dict(json.loads((client.parent / MANIFEST).read_text(encoding="utf-8")))


@cache
def links(client: Path, entry: str, *, is_all_at_once: bool = False) -> str:
    """The tags of an entry's script; `client` is the folder of the built frontend.

    `is_all_at_once`: also what it would load later (a player, say) is fetched with it.
    """
    made = _made(client)
    part = made[entry]
    shared = [made[name]["file"] for name in part.get("imports", [])]
    later = [made[name]["file"] for name in part.get("dynamicImports", [])] if is_all_at_once else []
    early = [f'<link rel="modulepreload" href="/{name}">' for name in (*shared, *later)]
    return "\n".join([f'<script type="module" src="/{part["file"]}"></script>', *early])


@cache
def style(client: Path, entry: str) -> str:
    """An entry's styles, to stand in the page itself: the first picture waits for no second file."""
    sheets = _made(client)[entry].get("css", [])
    return "".join((client / name).read_text(encoding="utf-8") for name in sheets)
