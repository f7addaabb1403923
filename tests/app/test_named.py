"""On every page, in whatever state it is: each control and picture has a name, and Tab goes in the page's order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.app import PAGES
from app.shared.route import Route

FIELDS = frozenset({"input", "select", "textarea"})
UNNAMED_KINDS = frozenset({"hidden", "submit", "button", "reset"})
PROPERTY = re.compile(r'^"?([A-Za-z-]+)"?:(.*)$', re.DOTALL)


@dataclass(frozen=True)
class Drawn:
    """One element as Reflex hands it to the bundler."""

    tag: str
    properties: dict[str, str]
    is_in_label: bool
    has_content: bool


def drawn(part: Any, *, is_in_label: bool = False) -> Iterator[Drawn]:
    """Every element below, those of branches not taken too."""
    if isinstance(part, dict):
        tag = str(part.get("name", "")).strip('"')
        if tag:
            found = (PROPERTY.match(str(one)) for one in part.get("props", ()))
            properties = {match[1]: match[2].strip('"') for match in found if match}
            yield Drawn(tag, properties, is_in_label, bool(part.get("children")))
        for value in part.values():
            yield from drawn(value, is_in_label=is_in_label or tag == "label")
    elif isinstance(part, list | tuple):
        for one in part:
            yield from drawn(one, is_in_label=is_in_label)


def nameless(elements: list[Drawn]) -> list[str]:
    """What a screen reader could only call by its kind."""
    labelled = {one.properties.get("htmlFor") for one in elements if one.tag == "label"}
    found = []
    for one in elements:
        has_name = bool({"aria-label", "aria-labelledby"} & set(one.properties)) or one.is_in_label
        if one.tag in FIELDS and one.properties.get("type", "text") not in UNNAMED_KINDS:
            has_name = has_name or one.properties.get("id", "") in labelled - {None}
        elif one.tag in {"button", "a"}:
            has_name = has_name or one.has_content
        elif one.tag == "img":
            has_name = "alt" in one.properties
        else:
            continue
        if not has_name and one.properties.get("aria-hidden") != "true":
            found.append(f"{one.tag} {one.properties}")
    return found


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_every_control_and_picture_of_a_page_has_a_name(route: Route) -> None:
    elements = list(drawn(route.page().render()))
    assert len(elements) > 10, "the page was read"
    assert nameless(elements) == []
    jumps = [one for one in elements if one.properties.get("tabIndex", "0") not in {"0", "-1"}]
    assert jumps == [], "nothing jumps ahead of the page's order"


def test_a_nameless_control_is_found() -> None:
    bare = Drawn("input", {"id": "x"}, is_in_label=False, has_content=False)
    empty = Drawn("button", {}, is_in_label=False, has_content=False)
    blind = Drawn("img", {"src": "a.png"}, is_in_label=False, has_content=False)
    label = Drawn("label", {"htmlFor": "y"}, is_in_label=False, has_content=True)
    told = Drawn("select", {"id": "y"}, is_in_label=False, has_content=True)
    assert len(nameless([bare, empty, blind, label, told])) == 3
