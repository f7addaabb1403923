"""What a client sent, taken apart into items: JSON, an array, NDJSON, CloudEvents (structured, batched or binary).

No rules about facts here.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_ITEMS = 500

JSON_TYPES = frozenset({"", "application/json", "application/cloudevents+json", "application/cloudevents-batch+json"})
DATA_TYPES = frozenset({"", "application/json"})
"""What the data of a CloudEvent in binary mode may be."""
ENCODINGS = frozenset({"", "identity"})
ATTRIBUTE = "ce-"
LINE_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines"})


TOO_DEEP = "it is nested too deeply"


class BodyError(ValueError):
    """The request cannot be taken apart. `status` is the HTTP status, `code` is stable, the message says what to do."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep status and code beside the message."""
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a request: its text as sent, and what it says if it is JSON."""

    text: str
    value: Any
    is_json: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """All items of a request. `is_batch` False: the client sent one event, and gets one status."""

    items: tuple[Item, ...]
    is_batch: bool


async def read(stream: AsyncIterator[bytes], limit: int = MAX_BODY_BYTES) -> bytes:
    """The body, or BodyError 413 as soon as it grows over the limit."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise BodyError(413, "body_too_large", f"The body is over {limit} bytes: send smaller batches.")
        chunks.append(chunk)
    return b"".join(chunks)


def take_apart(headers: Mapping[str, str], body: bytes) -> Body:
    """The items of a body. Raises BodyError 413 (too many), 415 (unknown type or encoding), 422 (empty, no batch)."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise BodyError(415, "unknown_encoding", f"Content-Encoding {encoding!r} is not understood; send it as it is.")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if f"{ATTRIBUTE}specversion" in headers and media_type in DATA_TYPES:
        found = Body((_binary(headers, body),), is_batch=False)
    elif media_type in LINE_TYPES:
        found = Body(_lines(body), is_batch=True)
    elif media_type in JSON_TYPES:
        found = _json(body, must_be_batch=media_type == "application/cloudevents-batch+json")
    else:
        known = ", ".join(sorted((JSON_TYPES | LINE_TYPES) - {""}))
        raise BodyError(415, "unknown_media_type", f"Content-Type {media_type!r} is not understood; send {known}.")
    if not found.items:
        raise BodyError(422, "empty", "There is no event in the body.")
    if len(found.items) > MAX_ITEMS:
        message = f"{len(found.items)} events in one request; at most {MAX_ITEMS} are taken: split the batch."
        raise BodyError(413, "batch_too_large", message)
    return found


def _json(body: bytes, *, must_be_batch: bool) -> Body:
    if not body.strip():
        return Body((), is_batch=False)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return Body((Item(body.decode(errors="replace"), str(error), is_json=False),), is_batch=False)
    if must_be_batch and not isinstance(value, list):
        raise BodyError(422, "not_a_batch", "application/cloudevents-batch+json carries a JSON array.")
    items = value if isinstance(value, list) else [value]
    try:
        return Body(tuple(Item(orjson.dumps(one).decode(), one) for one in items), is_batch=isinstance(value, list))
    except orjson.JSONEncodeError:  # it reads deeper nesting than it writes
        return Body((Item(body.decode(errors="replace"), TOO_DEEP, is_json=False),), is_batch=False)


def _binary(headers: Mapping[str, str], body: bytes) -> Item:
    """A CloudEvent in binary mode, as it would stand in structured mode: attributes are headers, the body is its data.

    Header values are percent-encoded (CloudEvents HTTP binding 1.0, 3.1.3.2).
    """
    attributes = {
        name.removeprefix(ATTRIBUTE): unquote(value) for name, value in headers.items() if name.startswith(ATTRIBUTE)
    }
    try:
        value = {**attributes, "data": orjson.loads(body) if body else {}}
    except orjson.JSONDecodeError as error:
        return Item(body.decode(errors="replace"), str(error), is_json=False)
    try:
        return Item(orjson.dumps(value).decode(), value)
    except orjson.JSONEncodeError:
        return Item(body.decode(errors="replace"), TOO_DEEP, is_json=False)


def _lines(body: bytes) -> tuple[Item, ...]:
    return tuple(_line(line) for line in body.splitlines() if line.strip())


def _line(line: bytes) -> Item:
    try:
        return Item(line.decode(errors="replace"), orjson.loads(line))
    except orjson.JSONDecodeError as error:
        return Item(line.decode(errors="replace"), str(error), is_json=False)
