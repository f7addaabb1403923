"""What the form asks people to agree to. The texts are in `app/texts`, their version in `domain`."""

from domain.consents import PURPOSES, REQUIRED, TEXT_VERSION

__all__ = ["PURPOSES", "REQUIRED", "TEXT_VERSION"]
