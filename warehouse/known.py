"""What a door to the warehouse keeps in mind between questions: a few answers, for a while. It asks nothing itself."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

AT_MOST, SECONDS = 16, 600.0
"""So many answers, for so long: nobody keeps for ever whom nobody asks about."""

Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Place:
    began: float
    answer: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Known:
    """Answers by what was asked, those asked for last. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known yet. `clock` counts seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._places: dict[Hashable, _Place] = {}

    def answer(self, asked: Hashable, find: Callable[[Answer | None], Answer]) -> Answer:
        """What `find` makes of the answer that is known (None: none, or one too old to be trusted).

        Who asks the same meanwhile waits for it, and goes on from there.
        """
        place = self._place(asked)
        with place.lock:
            found = find(place.answer)
            place.answer = found
        return found

    def _place(self, asked: Hashable) -> _Place:
        now = self._clock()
        with self._lock:
            place = self._places.pop(asked, None)
            if place is None or now - place.began >= SECONDS:
                place = _Place(now)
            self._places[asked] = place
            while len(self._places) > AT_MOST:
                del self._places[next(iter(self._places))]
        return place
