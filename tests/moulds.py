"""Files of the warehouse as tests begin with them: each story is lived through once, and every test gets a copy."""

import datetime as dtm
import shutil
from collections.abc import Callable
from pathlib import Path

from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse

Story = Callable[[LocalWarehouse], object]
Clock = Callable[[], dtm.datetime]


def nothing(_: LocalWarehouse) -> None:
    """The story of an empty warehouse."""


class Moulds:
    """Made on demand; a story is told once in this process for each clock that stamps it."""

    def __init__(self, folder: Path) -> None:
        """They lie in this folder."""
        self._folder = folder
        self._made: dict[tuple[Story, Clock | None], Path] = {}

    def copy(self, story: Story, to: Path, *, clock: Clock | None = None) -> None:
        """Put a file there in which the story, a function of some module, has happened."""
        if (story, clock) not in self._made:
            path = self._folder / f"{len(self._made)}.duckdb"
            with LocalWarehouse(path, credential=Credential.of("admin"), clock=clock) as warehouse:
                story(warehouse)
            self._made[story, clock] = path
        shutil.copyfile(self._made[story, clock], to)
