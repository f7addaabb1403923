"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and one-time recovery codes.

The secret stands in the account (the server must know it); recovery codes are stored as SHA-256 only.
"""

import datetime as dtm
import hashlib
import hmac
import re
import secrets
from typing import Any

import pyotp

from app.access import accounts
from app.access.accounts import COLLECTION
from warehouse.interface import RegistryEntry, VersionConflict, Warehouse

ISSUER = "Efir"
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A phone's clock may be half a minute off, either way."""
RECOVERY_CODES = 8


def proposed() -> str:
    """A fresh secret to show as a QR code; nothing is stored until a code proves that the app has it."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether this is a secret of our own making, on its way back from the form."""
    return re.fullmatch(r"[A-Z2-7]{32}", text) is not None


def address_of(secret: str, email: str) -> str:
    """What the QR code says: the `otpauth:` address of the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def turn_on(warehouse: Warehouse, email: str, secret: str, code: str, now: dtm.datetime) -> list[str] | None:
    """Ask for codes from now on. The recovery codes to show once; None when the code is not of this secret."""
    step = _step_of(secret, code, now)
    entry = warehouse.get(COLLECTION, email)
    if step is None or entry is None:
        return None
    codes = ["-".join(_letters() for _ in range(4)) for _ in range(RECOVERY_CODES)]
    hashes = [_hashed(one) for one in codes]
    body = {**entry.body, "totp_secret": secret, "totp_step": step, "recovery_hashes": hashes}
    warehouse.put(COLLECTION, email, body, expect_version=entry.version)
    return codes


def turn_off(warehouse: Warehouse, email: str) -> None:
    """Ask for no codes any more. Raises KeyError when there is no such account."""
    accounts.change(warehouse, email, totp_secret=None, totp_step=None, recovery_hashes=None)


def is_on(entry: RegistryEntry | None) -> bool:
    """Whether this account asks for a code."""
    return bool(entry and entry.body.get("totp_secret"))


def passes(warehouse: Warehouse, email: str, code: str, now: dtm.datetime) -> str:
    """`totp` or `recovery` when the code is good, and used up by this; "" when it is not.

    A code works once, even within its half minute; so does a recovery code.
    """
    entry = warehouse.get(COLLECTION, email)
    if entry is None or not is_on(entry):
        return ""
    try:
        return _by_app(warehouse, entry, code, now) or _by_recovery(warehouse, entry, code)
    except VersionConflict:  # the same code a moment earlier, from elsewhere
        return ""


def _by_app(warehouse: Warehouse, entry: RegistryEntry, code: str, now: dtm.datetime) -> str:
    step = _step_of(str(entry.body["totp_secret"]), code, now)
    if step is None or step <= int(entry.body.get("totp_step", 0)):
        return ""
    return _use(warehouse, entry, "totp", totp_step=step)


def _by_recovery(warehouse: Warehouse, entry: RegistryEntry, code: str) -> str:
    stored: list[str] = list(entry.body.get("recovery_hashes", []))
    given = _hashed(code)
    left = [one for one in stored if not hmac.compare_digest(one, given)]
    return _use(warehouse, entry, "recovery", recovery_hashes=left) if len(left) < len(stored) else ""


def _use(warehouse: Warehouse, entry: RegistryEntry, how: str, **changed: Any) -> str:
    warehouse.put(COLLECTION, entry.key, {**entry.body, **changed}, expect_version=entry.version)
    return how


def _step_of(secret: str, code: str, now: dtm.datetime) -> int | None:
    """The half minute this code belongs to; None if it is no code of the secret around now."""
    digits = "".join(letter for letter in code if letter.isdigit())
    current = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if len(digits) == generator.digits and hmac.compare_digest(generator.at(step * STEP_SECONDS), digits):
            return step
    return None


def _letters() -> str:
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4))


def _hashed(code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
