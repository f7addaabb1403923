"""`docs/events.md` and `docs/events.schema.json`, from the event contract."""

import ast
import functools
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import models_json_schema

from domain import events
from domain.events import CATALOGUE, Emitter, Event, Fact

INTRODUCTION = """# Events

Every fact in the log is one of these. Written from `domain/events.py` by `make docs`; the JSON Schema is
[events.schema.json](events.schema.json). Facts carry no personal data: people are `lead_id`, and what they wrote or
left as contacts lives in `people`, where it can be erased.
"""
WORDS = {
    str: "text", int: "whole number", float: "number", bool: "yes/no", AwareDatetime: "instant", Any: "anything",
    Emitter: "emitter",
}  # fmt: skip
"""How types are called in the tables."""
COLUMNS = "| field | type | default | meaning |\n|---|---|---|---|\n"


def markdown() -> str:
    """The whole contract as a page: the envelope, every event, the shapes they share, who may state what."""
    shared = "\n".join(_shape(cls) for cls in _shared_shapes())
    parts = [INTRODUCTION, _overview(), _shape(Fact, "Envelope"), *map(_event, CATALOGUE.values()), shared, _emitters()]
    return "\n".join(parts)


def json_schema() -> str:
    """JSON Schema (2020-12) of one stored fact: `oneOf` over every event."""
    shapes: list[type[BaseModel]] = [*CATALOGUE.values(), Fact]
    references, definitions = models_json_schema(
        [(cls, "validation") for cls in shapes], ref_template="#/$defs/{model}"
    )
    choices = [_choice(cls, references[cls, "validation"]) for cls in CATALOGUE.values()]
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A fact of Efir's log",
        "oneOf": choices,
        "$defs": definitions["$defs"],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _choice(cls: type[Event], properties: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "name": {"const": cls.name},
        "version": {"const": cls.version},
        "emitter": {"enum": sorted(cls.emitters)},
        "properties": properties,
        **{field: {"type": "string"} for field in _always(cls)},
    }
    return {"title": cls.name, "allOf": [{"$ref": "#/$defs/Fact"}], "properties": fields, "required": _always(cls)}


def _always(cls: type[Event]) -> list[str]:
    """Envelope fields that every fact of the event has."""
    return [] if cls.requires_unless else [*cls.requires]


def _overview() -> str:
    rows = [f"| [`{cls.name}`](#{cls.name}) | {_first_sentence(cls)} |" for cls in CATALOGUE.values()]
    return "| event | what happened |\n|---|---|\n" + "\n".join(rows) + "\n"


def _event(cls: type[Event]) -> str:
    emitters = ", ".join(f"`{emitter}`" for emitter in sorted(cls.emitters))
    needs = f" The envelope must have {', '.join(f'`{field}`' for field in cls.requires)}" if cls.requires else ""
    needs += f", unless `{cls.requires_unless[0]}` is `{cls.requires_unless[1]}`" if cls.requires_unless else ""
    needs += "." if needs else ""
    key = ", ".join(f"`{field}`" for field in cls.key)
    space = f", shared with every event of the key space `{cls.key_space}`: the first one wins" if cls.key_space else ""
    head = f"## {cls.name}\n\n{inspect.getdoc(cls)}\n\nVersion {cls.version}. Stated by {emitters}."
    return f"{head}{needs} Natural key: {key}{space}.\n\n{_fields(cls)}"


def _shape(cls: type[BaseModel], title: str = "") -> str:
    return f"## {title or cls.__name__}\n\n{inspect.getdoc(cls)}\n\n{_fields(cls)}"


def _fields(cls: type[BaseModel]) -> str:
    meanings = _meanings(cls)
    rows = [
        f"| `{name}` | {_type(field.annotation)} | {_default(field)} | {meanings.get(name, '')} |"
        for name, field in cls.model_fields.items()
    ]
    return COLUMNS + "\n".join(rows) + "\n" if rows else "No properties of its own.\n"


def _emitters() -> str:
    rows = [
        f"| `{emitter}` | " + ", ".join(f"`{cls.name}`" for cls in CATALOGUE.values() if emitter in cls.emitters) + " |"
        for emitter in Emitter
    ]
    return "## Emitters\n\n| emitter | may state |\n|---|---|\n" + "\n".join(rows) + "\n"


def _shared_shapes() -> Iterator[type[BaseModel]]:
    for _, cls in inspect.getmembers(events, inspect.isclass):
        if cls.__module__ == events.__name__ and issubclass(cls, BaseModel) and not issubclass(cls, Event | Fact):
            yield cls


def _meanings(cls: type[BaseModel]) -> dict[str, str]:
    """Docstrings of a class's fields (the strings that stand below them), its ancestors' included."""
    found: dict[str, str] = {}
    for ancestor in reversed(cls.__mro__):
        if ancestor.__module__ == events.__name__:
            found |= _field_docstrings().get(ancestor.__name__, {})
    return found


@functools.cache
def _field_docstrings() -> dict[str, dict[str, str]]:
    tree = ast.parse(Path(inspect.getfile(events)).read_text(encoding="utf-8"))
    return {node.name: dict(_documented(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _documented(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = ast.literal_eval(below.value)
            yield field.target.id, " ".join(text.split())


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return " or ".join("nothing" if part is type(None) else _type(part) for part in arguments)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"map of {_type(arguments[0])} to {_type(arguments[1])}"
    if origin is not None:
        return _type(arguments[0])
    return WORDS.get(annotation, getattr(annotation, "__name__", "anything"))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ((), {}, "") or isinstance(default, BaseModel):
        return ""
    return f"`{json.dumps(default, default=str)}`"


def _first_sentence(cls: type[Event]) -> str:
    return " ".join((inspect.getdoc(cls) or "").split("\n\n")[0].split()).split(". ")[0].rstrip(".") + "."
