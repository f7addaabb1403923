"""The warehouse over Arrow Flight on loopback: who calls (bearer token) and what they may state. No rules, no SQL."""

import hmac
import threading
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pyarrow as pa
from pyarrow import flight

from warehouse.credentials import PROCESSES, Credential
from warehouse.dispatch import answer
from warehouse.engine import Engine
from warehouse.messages import HOST, LONGEST_POLL_SECONDS, Message, pack, unpack

LONG_POLLS = 64
"""So many callers may wait at once; each holds a thread of the server. Further ones are sent back soon."""
CROWDED_POLL_SECONDS = 0.25


class _Caller(flight.ServerMiddleware):
    """The credential of one call."""

    def __init__(self, credential: Credential) -> None:
        super().__init__()
        self.credential = credential


class _BearerTokens(flight.ServerMiddlewareFactory):
    """Turns `authorization: Bearer …` into a credential, or refuses the call."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__()
        self._credentials = [(tokens[process].encode(), Credential.of(process)) for process in PROCESSES]

    def start_call(self, _info: flight.CallInfo, headers: dict[str, list[str] | list[bytes]]) -> _Caller:
        given = str((headers.get("authorization") or [""])[0]).removeprefix("Bearer ").encode()
        for token, credential in self._credentials:
            if hmac.compare_digest(token, given):
                return _Caller(credential)
        message = "This token opens nothing here. Use the one in EFIR_HOME/secrets of the running installation."
        raise flight.FlightUnauthenticatedError(message)


class Service(flight.FlightServerBase):
    """Every request is one Flight action named like the method of `interface.Warehouse`."""

    def __init__(self, engine: Engine, tokens: Mapping[str, str], *, port: int) -> None:
        """Listen at once. `port` 0 picks a free one; see `port` of the object."""
        super().__init__(f"grpc://{HOST}:{port}", middleware={"caller": _BearerTokens(tokens)})
        self._engine = engine
        self._is_stopping = False
        self._poll_slots = threading.BoundedSemaphore(LONG_POLLS)

    def do_action(self, context: flight.ServerCallContext, action: flight.Action) -> Iterator[Any]:
        """Answer one request."""
        caller = cast("_Caller", context.get_middleware("caller"))
        reply = self._answer(caller.credential, action.type, action.body)
        return iter([flight.Result(pack(reply))])

    def _answer(self, credential: Credential, method: str, body: pa.Buffer) -> Message:
        if self._is_stopping:
            return Message({"error": "stopping", "message": "The warehouse is stopping; try again when it is back."})
        request = unpack(body)
        if method == "facts_after" and request.fields["wait_seconds"] > 0:
            return self._poll(credential, request.fields)
        return answer(self._engine, credential, method, request)

    def _poll(self, credential: Credential, fields: dict[str, Any]) -> Message:
        has_slot = self._poll_slots.acquire(blocking=False)
        longest = LONGEST_POLL_SECONDS if has_slot else CROWDED_POLL_SECONDS
        try:
            wait_seconds = min(fields["wait_seconds"], longest)
            return answer(self._engine, credential, "facts_after", Message({**fields, "wait_seconds": wait_seconds}))
        finally:
            if has_slot:
                self._poll_slots.release()

    def stop(self) -> None:
        """Answer what is under way, end every long poll, take nothing more."""
        self._is_stopping = True
        self._engine.stop_waiting()
        self.shutdown()
