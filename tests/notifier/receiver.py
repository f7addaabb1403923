"""A receiver of webhooks on loopback that misbehaves as it is told, and remembers what it got."""

import contextlib
import http.server
import json
import socket
import struct
import threading
from dataclasses import dataclass
from typing import Any, Self

from domain.events import Fact
from tests.patience import PATIENCE_SECONDS


@dataclass(frozen=True)
class Got:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Receiver:
    """`manners` are what it does with the next requests, in order, then `usual` for ever.

    A number is the status it answers with; `hang` says nothing until the receiver closes; `reset` cuts the connection;
    `redirect` sends the caller to `/elsewhere`.
    """

    def __init__(self, *manners: int | str, usual: int | str = 200, answer: str = "ok") -> None:
        self.manners = list(manners)
        self.usual = usual
        self.answer = answer
        self.headers: dict[str, str] = {}
        self.got: list[Got] = []
        self.came = threading.Condition()
        self._closing = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver.take(self)

            do_GET = do_POST  # noqa: N815 - the library's name; a followed redirect would come as one

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                """Keep quiet."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def take(self, request: http.server.BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self.came:
            manner = self.manners.pop(0) if self.manners else self.usual
            self.got.append(Got(request.path, headers, body))
            self.came.notify_all()
        if manner == "hang":
            self._closing.wait(30)
            request.close_connection = True
        elif manner == "reset":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.close()
            request.close_connection = True
        else:
            self._answer(request, 302 if manner == "redirect" else int(manner))

    def _answer(self, request: http.server.BaseHTTPRequestHandler, status: int) -> None:
        said = self.answer.encode()
        with contextlib.suppress(ConnectionError):
            request.send_response(status)
            if 300 <= status < 400:
                request.send_header("location", self.url.replace("/hook", "/elsewhere"))
            for name, value in self.headers.items():
                request.send_header(name, value)
            request.send_header("content-length", str(len(said)))
            request.end_headers()
            request.wfile.write(said)

    def until(self, count: int, seconds: float = PATIENCE_SECONDS) -> list[Got]:
        """What came, as soon as it is so much."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.got) >= count, seconds), f"{len(self.got)} of {count} came"
            return list(self.got)

    def ids_of(self, fact: Fact) -> list[str]:
        """`webhook-id` of every request about a fact."""
        return [one.headers["webhook-id"] for one in self.got if one.event["id"] == fact.event_id]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
