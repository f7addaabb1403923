"""The texts of scenario messages as they are shipped, `message_texts/<language>/<template>.j2`: what nobody changed.

They lie below the doors because one sends them and another shows and edits them. What was saved is in the log.
"""

import functools
from pathlib import Path

FOLDER = Path(__file__).parent / "message_texts"


@functools.cache
def shipped(template: str, language: str) -> str:
    """The source of a shipped text. Raises KeyError if there is none."""
    path = FOLDER / language / f"{template}.j2"
    if Path(template).name != template or not path.is_file():
        raise KeyError(f"{language}/{template}")
    return path.read_text(encoding="utf-8").strip()
