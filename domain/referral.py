"""Partners' links: a code with a short signature, so that only codes we gave out are credited. Pure."""

import base64
import hashlib
import hmac

SEPARATOR, IN_TELEGRAM = ".", "-"
SIGNATURE = 6
"""Letters of the signature: 30 bits. A guess costs a request each, and only gives a partner what they did not earn."""


def signed(code: str, key: str) -> str:
    """The code as it stands in a link: `anna.k3f9qa`."""
    return f"{code}{SEPARATOR}{_signature(code, key)}"


def code_in(ref: str, key: str) -> str | None:
    """The code of a `ref` that we signed (upper and lower case are the same); None for any other text."""
    code, separator, signature = ref.rpartition(SEPARATOR)
    is_ours = hmac.compare_digest(signature.casefold().encode(), _signature(code, key).encode())
    return code if separator and is_ours else None


def start_payload(code: str, key: str) -> str:
    """The same for a link to the bot, where Telegram takes no dot: `anna-k3f9qa`."""
    return f"{code}{IN_TELEGRAM}{_signature(code, key)}"


def code_started(payload: str, key: str) -> str | None:
    """The code of a START payload that we signed; None for any other."""
    code, _, signature = payload.rpartition(IN_TELEGRAM)
    return code_in(f"{code}{SEPARATOR}{signature}", key)


def _signature(code: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"ref:{code.casefold()}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().casefold()[:SIGNATURE]
