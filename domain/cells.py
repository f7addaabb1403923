"""Texts of people in the cells of a CSV: never a formula in a spreadsheet, and the same text when read back."""

import re

PHONE = re.compile(r"\+\d{7,15}")
_BEGINS = r"[=+\-@\t\r\n|%＝＋－＠]"
"""A cell that begins so may be read as a formula (full-width twins included)."""
_WITHIN = r"""'*[ "]*(?:[=+@＝＋＠]|[-－](?:\d|\w\w))"""
"""A formula where a spreadsheet begins a new cell in the middle of ours, as those set to
Russian do at each semicolon. A smile ;-) is none."""
_FORMULA = re.compile(rf"^(?=[ ]*{_BEGINS})|(?<=[;\t\r\n])(?={_WITHIN})")
_GUARD = re.compile(rf"^'|(?<=[;\t\r\n])'(?={_WITHIN})")


def guarded(text: str) -> str:
    """The text as a cell: an apostrophe stands wherever a formula might begin. A phone number is none."""
    return text if PHONE.fullmatch(text) else _FORMULA.sub("'", text)


def bare(cell: str) -> str:
    """What `guarded` was given: the cell without those apostrophes."""
    return _GUARD.sub("", cell)
