"""The shapes the collect API answers with, declared once for the code and for OpenAPI."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from app.api import metrics
from app.api.collect import Result


class ItemAnswer(BaseModel):
    """What became of one event of the request."""

    index: int = Field(description="Place in the request, from 0")
    status: Literal["accepted", "duplicate", "conflict", "rejected"]
    event_id: str = ""
    seq: int | None = Field(None, description="Place in the log of the stored event")
    code: str = Field("", description="Stable reason code of a conflict or rejection")
    message: str = Field("", description="The reason, and what to do")
    rejected_id: str = Field("", description="Where the refusal is kept for replay")


class Answer(BaseModel):
    """Results in the order of the request, and their totals. `accepted` and `duplicate` are on disk."""

    results: list[ItemAnswer]
    accepted: int = 0
    duplicate: int = 0
    conflict: int = 0
    rejected: int = 0


class Refusal(BaseModel):
    """The request as a whole was not taken; nothing of it is stored as a fact."""

    code: str
    message: str


def answer(results: Sequence[Result], *, is_batch: bool) -> JSONResponse:
    """200 when everything is stored; a single event answers with its own status, a mixed batch with 207."""
    totals = Counter(str(result.status) for result in results)
    for status, count in totals.items():
        metrics.ITEMS.labels(status).inc(count)
    worst = max(result.http_status for result in results)
    code = 207 if is_batch and worst != 200 else worst  # noqa: PLR2004 - HTTP OK
    body = {"results": [result.plain() for result in results]} | {
        status: totals[status] for status in ("accepted", "duplicate", "conflict", "rejected")
    }
    metrics.REQUESTS.labels(str(code)).inc()
    return JSONResponse(body, status_code=code)


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """A request-level refusal."""
    metrics.REQUESTS.labels(str(status)).inc()
    extra = {"WWW-Authenticate": 'Bearer realm="efir"'} if status == 401 else {}  # noqa: PLR2004 - HTTP Unauthorized
    return JSONResponse({"code": code, "message": message}, status_code=status, headers={**(headers or {}), **extra})


def retry_after(seconds: float) -> dict[str, str]:
    """The header that tells when to come back, in whole seconds; empty for no wait."""
    return {"Retry-After": str(math.ceil(seconds))} if seconds > 0 else {}
