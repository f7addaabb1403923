import datetime as dtm
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.webhooks import RETRIES, secret_of, signature

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
AT = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)
BODY = '{"data": {"stage": "тёплый"}}'.encode()
OLD, NEW = secret_of("key", "e1", ""), secret_of("key", "e1", "r")


@pytest.fixture
def verify() -> Callable[..., bool]:
    """The example of the page."""
    found: dict[str, Any] = {}
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, found)  # noqa: S102 - the page's own example
    return found["verify"]  # type: ignore[no-any-return]


def headers(*secrets: str) -> dict[str, str]:
    signed = signature(secrets, "id", AT, BODY)
    return {"webhook-id": "id", "webhook-timestamp": str(int(AT.timestamp())), "webhook-signature": signed}


def test_the_example_accepts_what_we_sign(verify: Callable[..., bool]) -> None:
    assert verify(NEW, headers(NEW), BODY, now=AT.timestamp())
    assert verify(OLD, headers(NEW, OLD), BODY, now=AT.timestamp())


@pytest.mark.parametrize(
    ("secret", "body", "seconds", "changed"),
    [
        (OLD, BODY, 0, {}),
        (NEW, BODY + b" ", 0, {}),
        (NEW, BODY, 301, {}),
        (NEW, BODY, -301, {}),
        (NEW, BODY, 0, {"webhook-id": "other"}),
        (NEW, BODY, 0, {"webhook-signature": "v2," + signature([NEW], "id", AT, BODY)[3:]}),
    ],
)
def test_the_example_refuses_everything_else(
    verify: Callable[..., bool], secret: str, body: bytes, seconds: int, changed: dict[str, str]
) -> None:
    assert not verify(secret, {**headers(NEW), **changed}, body, now=AT.timestamp() + seconds)


def test_the_page_tells_the_schedule_there_is() -> None:
    said = [float(number) * (60 if unit == "min" else 1) for number, unit in
            re.findall(r"([\d.]+) (s|min)\b", PAGE.partition("again after ")[2].partition(";")[0])]  # fmt: skip
    assert said == [pause.total_seconds() for pause in RETRIES]
