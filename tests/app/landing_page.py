"""A landing page as a browser without scripts sees it: what it shows, what its form would send, what comes back."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from app.registration import landing
from app.registration.landing_view import ENTRY
from app.settings import Settings
from app.shared.bundle import MANIFEST
from tests.app.calling import Caller

ORIGIN = {"origin": "http://localhost:3000"}
LONE = frozenset({"input", "meta", "link", "hr", "br"})


class Shown(HTMLParser):
    """What stands on a page: the form's fields as they would be sent, the choices, the errors at their fields."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status = answer.status_code
        self.text = answer.text
        self.fields: dict[str, str] = {}
        self.sessions: list[str] = []
        self.errors: dict[str, str] = {}
        self.marks: set[str] = set()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.append((tag, told))
        self.marks |= {told[name] for name in ("id", "data-testid") if name in told}
        if tag not in LONE:
            self._open.append(told.get("data-testid", ""))
        if tag == "input" and "name" in told:
            self._take(told)

    def _take(self, told: dict[str, str]) -> None:
        kind, name = told.get("type"), told["name"]
        if kind == "radio":
            self.sessions.append(told["value"])
        if kind in {"radio", "checkbox"}:
            if "checked" in told:
                self.fields[name] = told.get("value", "on")
        elif name not in {"ref", "utm_source"}:  # of the language switch
            self.fields[name] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in LONE:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        where = next((mark for mark in self._open if mark.startswith("error-")), "")
        if where and data.strip():
            self.errors[where.removeprefix("error-")] = data.strip()


class Visitor:
    """A browser at a landing page, with its cookies."""

    def __init__(self, folder: Path, slug: str, settings: Settings | None = None) -> None:
        client = folder / "build" / "client"
        client.mkdir(parents=True, exist_ok=True)
        (client.parent / MANIFEST).write_text(json.dumps({ENTRY: {"file": "assets/landing-1.js"}}))
        self.caller = Caller(Starlette(routes=landing.routes(client, settings or Settings())))
        self.path = f"/w/{slug}"
        self.page: Shown | None = None

    def opens(self, query: str = "", **headers: str) -> Shown:
        """Open the page."""
        told = {"accept-language": "ru"} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.page = Shown(self.caller.get(self.path + query, headers=told))
        return self.page

    def sees(self, **headers: str) -> int:
        """What the page's script says once it runs."""
        assert self.page is not None
        opening = self.page.fields["opening"]
        return self.caller.post(f"{self.path}/seen", content=opening, headers=ORIGIN | headers).status_code

    def sends(self, typed: dict[str, Any], **headers: str) -> httpx.Response:
        """Fill the form in and send it."""
        assert self.page is not None
        return self.caller.post(self.path, data=self.page.fields | typed, headers=ORIGIN | headers)
