"""Passwords of these tests are hashed like the house's, for less: the house's own take 0.3 s of CPU each time."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from app.access import passwords


@pytest.fixture(scope="session", autouse=True)
def costly() -> Iterator[PasswordHasher]:
    """What the house hashes with, put aside until these tests have ended."""
    hasher = passwords._hasher  # noqa: SLF001 - it is put back
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield hasher
