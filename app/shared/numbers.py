"""Numbers as people read them in their language: «1 234,5» and «71 %» in Russian, "1,234.5" and "71%" in English.

Tables for programs (CSV, XLSX, JSON) are none of its business: they keep the point.
"""

from decimal import Decimal
from typing import Any

import reflex as rx

from domain.rounding import half_up

THIN = "\N{NARROW NO-BREAK SPACE}"
NOTHING = "—"
"""Said where a share is of nobody, or where nothing is known."""
TEN_PERCENT = 10


def decimal(value: float | Decimal, language: str, digits: int = 0) -> str:
    """A number with so many digits after the comma (ru) or the point (en), its thousands apart; a half goes up."""
    english = f"{half_up(value, digits):,}"
    return english if language == "en" else english.replace(",", THIN).replace(".", ",")


def percent(part: float, whole: float, language: str) -> str:
    """A share with two digits, as every page shows it; «—» of nothing."""
    if not whole:
        return NOTHING
    share = 100 * Decimal(str(part)) / Decimal(str(whole))
    digits = 1 if share < TEN_PERCENT and half_up(share, 1) != half_up(share) else 0
    return decimal(share, language, digits) + ("%" if language == "en" else "\N{NO-BREAK SPACE}%")


def seconds(value: float | None, language: str) -> str:
    """Seconds with two digits, without their unit; "" for unknown."""
    return "" if value is None else decimal(value, language, 2)


def counted(value: Any, language: Any) -> Any:
    """A whole number of a State as `decimal` would say it, in the browser. What is text already stays as it is."""
    if not isinstance(value, rx.vars.NumberVar):
        return value
    # An f-string keeps what each variable needs; `str` of one would lose it.
    return rx.Var(f"Number({value} ?? 0).toLocaleString({language}).replaceAll('\\u00a0', '\\u202f')")
