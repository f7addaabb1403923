"""What an answer of the Bot API means. `BadRequest` and `TimedOut` *are* `NetworkError`s: type and cause decide."""

import datetime as dtm
from dataclasses import dataclass
from typing import Literal

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

Meaning = Literal["sent", "not_sent", "refused", "channel_gone", "unknown", "withheld"]
"""`not_sent`: for sure, try again by itself. `refused`: never will be accepted. `unknown`: nobody can know.
`withheld`: nobody was called, it did not hold any more; then `code` is the reason."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.LocalProtocolError)
"""Failures before a byte of the request was written: DNS, TCP, TLS, proxy, pool. Everything later is ambiguous."""

_GONE_TEXTS = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found", "user_is_blocked")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one attempt. `pause` holds the whole bot (`retry_after` is global); None: nothing to wait for."""

    meaning: Meaning
    code: str = ""
    detail: str = ""
    pause: dtm.timedelta | None = None
    message_id: str = ""
    saw: tuple[str, ...] = ()


def classify(error: BaseException) -> Outcome:  # noqa: PLR0911 - the delivery table, one row a line
    """The row of the delivery table an exception belongs to. What nobody foresaw is `unknown`: no silent resend."""
    detail = str(error)
    kind = type(error)
    if isinstance(error, RetryAfter):
        return Outcome("not_sent", "too_many_requests", detail, pause=_seconds(error.retry_after))
    if kind is Forbidden:
        return Outcome("channel_gone", "forbidden", detail)
    if kind is BadRequest:
        is_gone = any(text in detail.lower() for text in _GONE_TEXTS)
        return (
            Outcome("channel_gone", "chat_not_found", detail) if is_gone else Outcome("refused", "bad_request", detail)
        )
    if isinstance(error, ChatMigrated):
        return Outcome("refused", "chat_migrated", detail)
    if isinstance(error, InvalidToken | Conflict):
        return Outcome("not_sent", "token_rejected" if isinstance(error, InvalidToken) else "conflict", detail)
    if kind in {TimedOut, NetworkError} and isinstance(error.__cause__, _NEVER_LEFT):
        return Outcome("not_sent", "unreachable", detail or type(error.__cause__).__name__)
    if kind is NetworkError and detail.lower().startswith("too many requests"):
        return Outcome("not_sent", "too_many_requests", detail)
    return Outcome("unknown", code=kind.__name__, detail=f"{kind.__name__}: {detail}")


def _seconds(retry_after: float | dtm.timedelta) -> dtm.timedelta:
    return retry_after if isinstance(retry_after, dtm.timedelta) else dtm.timedelta(seconds=retry_after)
