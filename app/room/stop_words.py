"""The words list of a webinar: chat lines with one of its words are held for the host, or shown to their author only.

What the list decides is a fact like the host's own deeds, so that a restarted room decides the same. Pure.
"""

import datetime as dtm
import re
from collections.abc import Collection
from dataclasses import replace

from app.room.hall import Programme
from app.room.speech import Said
from domain.events import ChatModerated, Emitter, Fact, deterministic_id

BY = "stop_words"
WORD = re.compile(r"\w+")


def weighed(said: Said, programme: Programme, now: dtm.datetime) -> Said:
    """The line, with what the webinar's list makes of it. A line without one of its words stays as it is."""
    definition, session = programme.webinar.definition, programme.session
    if said.line is None or not matches(str(said.line["text"]), definition.stop_words):
        return said
    line_id = str(said.line["id"])
    done = ChatModerated(
        action_id=deterministic_id(BY, session.session_id, line_id),
        by=BY,
        deed="line_held" if definition.stop_words_deed == "hold" else "line_shadowed",
        line_id=line_id,
    )
    fact = Fact.of(
        done,
        emitter=Emitter.STUDIO,
        occurred_at=now,
        webinar_id=session.webinar_id,
        session_id=session.session_id,
    )
    return replace(said, facts=(*said.facts, fact))


def matches(text: str, words: Collection[str]) -> bool:
    """Whether one of the words (`word`, `stem*`, or several words in a row) is in the text, whatever its case."""
    if not words:
        return False
    line = [_plain(word) for word in WORD.findall(text)]
    return any(_is_in(wanted.split(), line) for wanted in words if wanted.strip())


def _is_in(wanted: list[str], line: list[str]) -> bool:
    patterns = [(_plain(word.rstrip("*")), word.endswith("*")) for word in wanted]
    for start in range(len(line) - len(patterns) + 1):
        here = line[start : start + len(patterns)]
        if all(
            said.startswith(word) if is_stem else said == word
            for said, (word, is_stem) in zip(here, patterns, strict=True)
        ):
            return True
    return False


def _plain(word: str) -> str:
    return word.casefold().replace("ё", "е")
