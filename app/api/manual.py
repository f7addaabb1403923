"""The collect API explained: the OpenAPI parts FastAPI cannot guess, and the page at /api/docs made from them.

The page is plain HTML from our own catalogue: the usual documentation pages load their scripts from elsewhere.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from app.api.answers import Answer, Refusal
from app.shared import theme
from domain.events import CATALOGUE, Event
from warehouse.emitter_keys import EXTERNAL

POST_DESCRIPTION = (
    "One event, a JSON array, NDJSON or CloudEvents 1.0 (structured, batch or binary), at most 500 events and 2 MiB. "
    "An id has at most 200 characters, the properties of an event at most 32 KiB. "
    "Every event carries an `event_id` of its own: sending it again is a `duplicate` and changes nothing. "
    "`accepted` and `duplicate` mean: it is on disk. Whatever is refused is kept with its reason and can be replayed. "
    "A single event answers with its own status (200, 403, 409, 422); a batch with 200, or 207 if anything was refused."
)
REFUSALS: Mapping[int | str, str] = {
    401: "No key, or an unknown or revoked one",
    403: "The key may not state this event",
    409: "Another event is stored under this id; yours is kept among the refused ones",
    413: "Over 2 MiB or over 500 events",
    415: "A Content-Type or Content-Encoding that is not understood",
    422: "The event breaks the contract; `message` says where",
    429: "Too many at once; come back after `Retry-After` seconds",
    503: "The warehouse does not answer; nothing is acknowledged",
}
REFUSALS_RU: Mapping[int | str, str] = {
    401: "Ключа нет, он неизвестен или отозван",
    403: "Этому ключу нельзя сообщать такое событие",
    409: "Под этим id уже хранится другое событие; ваше отложено среди отклонённых",
    413: "Больше 2 МиБ или больше 500 событий",
    415: "Непонятный Content-Type или Content-Encoding",
    422: "Событие нарушает договор; message говорит, где именно",
    429: "Слишком часто; вернитесь через Retry-After секунд",
    503: "Хранилище не отвечает; ничего не подтверждено",
}
EXAMPLE = {
    "event_id": "6f1c9a52-8c0e-4a57-9d1e-0b8f4f1f2a11",
    "name": "client_webinar_entered",
    "occurred_at": "2026-01-15T16:00:05Z",
    "lead_id": "0f8c1f2e-5d5e-4c36-8b4b-1d2a6f0e9a01",
    "webinar_id": "first-webinar",
    "session_id": "k3v7q2m9xa",
    "properties": {"visit_no": 1},
}
CLOUD_EXAMPLE = {
    "specversion": "1.0",
    "id": EXAMPLE["event_id"],
    "source": "client-webinar-tracker-v2",
    "type": EXAMPLE["name"],
    "time": EXAMPLE["occurred_at"],
    "leadid": EXAMPLE["lead_id"],
    "webinarid": EXAMPLE["webinar_id"],
    "sessionid": EXAMPLE["session_id"],
    "data": EXAMPLE["properties"],
}

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)


def _with_code(text: str) -> Markup:
    """What stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


_pages.filters["with_code"] = _with_code
_pages.globals |= {"theme_head": theme.HEAD, "theme_switch": theme.switch_html}


def events_from_outside() -> dict[str, type[Event]]:
    """The events some outside emitter may state, in the order of the contract."""
    return {name: cls for name, cls in CATALOGUE.items() if cls.emitters & EXTERNAL}


def request_body() -> dict[str, Any]:
    """The OpenAPI description of what may be posted."""
    event = {
        "type": "object",
        "required": ["event_id", "name", "occurred_at", "properties"],
        "properties": {
            "event_id": {"type": "string", "format": "uuid", "description": "Your own id; a repeat is stored once"},
            "name": {"type": "string", "enum": list(events_from_outside())},
            "occurred_at": {"type": "string", "format": "date-time"},
            "lead_id": {"type": "string"},
            "webinar_id": {"type": "string"},
            "session_id": {"type": "string"},
            "correlation_id": {"type": "string"},
            "properties": {"type": "object", "description": "Typed per event, see the contract"},
        },
        "example": EXAMPLE,
    }
    cloud = {"type": "object", "required": ["specversion", "id", "source", "type", "time"], "example": CLOUD_EXAMPLE}
    lines = {"type": "string", "description": "One event a line"}
    content = {
        "application/json": {"schema": {"oneOf": [event, {"type": "array", "maxItems": 500, "items": event}]}},
        "application/x-ndjson": {"schema": lines},
        "application/cloudevents+json": {"schema": cloud},
        "application/cloudevents-batch+json": {"schema": {"type": "array", "maxItems": 500, "items": cloud}},
    }
    return {"requestBody": {"required": True, "content": content}}


def responses() -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of every answer but 200: its shape, and the headers a program has to read."""
    shapes: dict[int | str, Any] = {403: Answer, 409: Answer, 422: Answer | Refusal}
    wait = {"Retry-After": {"description": "Seconds to stay away", "schema": {"type": "integer"}}}
    headers: dict[int | str, Any] = {429: wait, 503: wait}
    mixed = {"model": Answer, "description": "A batch of which something was refused; `results` says what"}
    return {207: mixed} | {
        code: {"model": shapes.get(code, Refusal), "description": text, "headers": headers.get(code, {})}
        for code, text in REFUSALS.items()
    }


def page(openapi: Mapping[str, Any], *, language: str, worn: str = "") -> str:
    """The documentation page, from the OpenAPI document and the contract."""
    operation = openapi["paths"]["/api/v1/events"]["post"]
    return _pages.get_template("manual.html").render(
        language=language if language in {"ru", "en"} else "ru",
        worn=worn,
        operation=operation,
        refusals=REFUSALS if language == "en" else REFUSALS_RU,
        example=EXAMPLE,
        cloud_example=CLOUD_EXAMPLE,
        events=[_described(name, cls) for name, cls in events_from_outside().items()],
    )


def _described(name: str, cls: type[Event]) -> dict[str, Any]:
    schema = cls.model_json_schema()
    required = set(schema.get("required", ()))
    fields = [
        {"name": field, "type": _type(spec), "required": field in required}
        for field, spec in schema.get("properties", {}).items()
    ]
    return {
        "name": name,
        "text": (cls.__doc__ or "").strip(),
        "emitters": sorted(str(emitter) for emitter in cls.emitters & EXTERNAL),
        "envelope": cls.requires,
        "fields": fields,
    }


def _type(spec: Mapping[str, Any]) -> str:
    if "anyOf" in spec:
        return " | ".join(_type(one) for one in spec["anyOf"])
    if "enum" in spec:
        return " | ".join(str(value) for value in spec["enum"])
    if "$ref" in spec:
        return str(spec["$ref"]).rpartition("/")[2]
    if spec.get("type") == "array":
        return f"{_type(spec.get('items', {}))}[]"
    return str(spec.get("format") or spec.get("type") or "any")
