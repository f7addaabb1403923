"""Whether a process can be relied upon: asked again and again of what does not answer yet, it leaves nothing open."""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable

import pytest

from efir.process import readiness


async def answered(ask: Callable[[], Awaitable[bool]]) -> bool:
    return await ask()


def test_a_page_that_says_nothing_is_not_ready_and_its_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ANSWER_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ask = readiness.page_answers(silent.getsockname()[1], "/readyz")
        assert not asyncio.run(answered(ask))
        gc.collect()
        heard, _ = silent.accept()
        with heard:
            assert heard.recv(1000).startswith(b"GET /readyz")
            assert heard.recv(1000) == b"", "it hung up"
