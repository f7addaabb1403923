"""How a number is shortened for a reader: a half goes up, as people do it by hand (62.5 is 63). Pure; no language."""

from decimal import ROUND_HALF_UP, Decimal


def half_up(value: float | Decimal, digits: int = 0) -> Decimal:
    """The value with so many digits after the point; a half goes away from zero, as the value is written in digits."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
