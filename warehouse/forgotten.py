"""Who was erased, beside the database: ids only. It outlives a restore from an older copy, which cannot know."""

import json
import os
from collections.abc import Collection
from pathlib import Path

FILE_NAME = "forgotten.json"
"""Beside the database file."""


class Forgotten:
    """The subjects that were erased, and whether the file has been rewritten since. Every change is durable at once."""

    def __init__(self, path: Path) -> None:
        """Read the list; a missing one is empty."""
        self._path = path
        self.subjects: frozenset[str] = frozenset()
        self.is_rewritten = True
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            self.subjects = frozenset(stored["subjects"])
            self.is_rewritten = bool(stored["is_rewritten"])

    def __contains__(self, subject_id: object) -> bool:
        return subject_id in self.subjects

    def add(self, subject_ids: Collection[str]) -> None:
        """Remember these people as erased, and that the file is to be rewritten."""
        self.subjects |= frozenset(subject_ids)
        self.is_rewritten = False
        self._store()

    def rewritten(self) -> None:
        """The file holds nothing of them any more."""
        self.is_rewritten = True
        self._store()

    def _store(self) -> None:
        draft = self._path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"subjects": sorted(self.subjects), "is_rewritten": self.is_rewritten}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
