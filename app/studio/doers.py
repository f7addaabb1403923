"""Who did something, in words: a fact's `by` is the e-mail of an account, or one of the codes here."""

from types import MappingProxyType

from app.rights import erasing
from app.shared import texts

NO_ACCOUNTS = MappingProxyType({erasing.SELF: "self", "cli": "cli", "command line": "cli", "script": "script"})
"""What facts name as their doer that is no account of the house, and the word for it."""


def doer(by: str, language: str) -> str:
    """An account as it is; who has none, in words."""
    return texts.translate(language, f"studio.audit.by.{NO_ACCOUNTS[by]}") if by in NO_ACCOUNTS else by
