"""Passwords: argon2id hashes and what a new one must be. Nothing is stored here."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 200

_hasher = PasswordHasher()  # argon2id with the library's RFC 9106 low-memory profile


class WeakPassword(ValueError):  # noqa: N818 - it is the password that is at fault
    """The password cannot be taken; `code` is the key of the sentence to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(password: str, email: str) -> None:
    """Raise WeakPassword `too_short`, `too_long`, `same_as_email` or `monotonous`."""
    if len(password) < MIN_LENGTH:
        raise WeakPassword("too_short")
    if len(password) > MAX_LENGTH:
        raise WeakPassword("too_long")
    if password.casefold() in {email.casefold(), email.partition("@")[0].casefold()}:
        raise WeakPassword("same_as_email")
    if len(set(password)) < MIN_LENGTH // 2:
        raise WeakPassword("monotonous")


def hashed(password: str) -> str:
    """The argon2id hash with its salt and parameters."""
    return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. With no hash it takes as long and says no: names cannot be probed."""
    try:
        _hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
