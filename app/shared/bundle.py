"""What the build made of the scripts of our own pages (those without Reflex): the files such a page asks for."""

import json
from functools import cache
from pathlib import Path

MANIFEST = "pages.json"
"""Beside the folder of the built frontend; written by `app.build`."""


@cache
def links(client: Path, entry: str, *, is_all_at_once: bool = False) -> str:
    """The tags of an entry's sheets and script; `client` is the folder of the built frontend.

    `is_all_at_once`: also what it would load later (a player, say) is fetched with it.
    """
    made = json.loads((client.parent / MANIFEST).read_text(encoding="utf-8"))
    part = made[entry]
    sheets = [f'<link rel="stylesheet" href="/{name}">' for name in part.get("css", [])]
    shared = [made[name]["file"] for name in part.get("imports", [])]
    later = [made[name]["file"] for name in part.get("dynamicImports", [])] if is_all_at_once else []
    early = [f'<link rel="modulepreload" href="/{name}">' for name in (*shared, *later)]
    return "\n".join([*sheets, f'<script type="module" src="/{part["file"]}"></script>', *early])
