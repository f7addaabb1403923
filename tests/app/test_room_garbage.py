"""Python's search for cycles leaves a full room alone, and is made up for when it is quiet."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.room import garbage


class Node:
    """Part of a cycle."""

    other: "Node"


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.freeze()


def cycle() -> "weakref.ref[Node]":
    """Two that only keep each other."""
    one, other = Node(), Node()
    one.other, other.other = other, one
    return weakref.ref(one)


def test_what_lives_in_a_full_room_is_not_searched() -> None:
    people = [Node() for _ in range(1_000)]
    assert not garbage.turn(garbage.CROWD, seconds=1)
    assert not [found for found in gc.get_objects() if isinstance(found, Node)]
    assert gc.get_freeze_count() > len(people)


def test_what_a_crowd_left_behind_is_found_once_it_is_quiet() -> None:
    left = cycle()
    garbage.turn(garbage.CROWD, seconds=1)
    gc.collect()
    assert left() is not None
    assert garbage.turn(0, seconds=garbage.QUIET_SECONDS)
    assert left() is None


def test_a_crowd_that_never_ends_is_searched_too_but_seldom() -> None:
    left = cycle()
    assert not garbage.turn(garbage.CROWD, seconds=garbage.CROWDED_SECONDS - 1)
    assert left() is not None
    assert garbage.turn(garbage.CROWD, seconds=garbage.CROWDED_SECONDS)
    assert left() is None


def test_a_quiet_process_is_left_to_python() -> None:
    before = gc.get_freeze_count()
    assert not garbage.turn(garbage.CROWD - 1, seconds=1)
    assert gc.get_freeze_count() == before
