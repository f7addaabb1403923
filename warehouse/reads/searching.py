"""What somebody typed to find a person: words of a name or an address, or digits of a phone."""

import re
from typing import Any

NATIONAL_DIGITS = 10
"""A Russian number without its 8 or +7: people search for either."""
FEWEST_DIGITS = 3
"""Two digits are in every number."""


def searched(typed: str) -> dict[str, Any]:
    """As the questions take it: `search` whole, its `words` and a `piece`, `digits` and the `beginning` of a phone.

    Words are in lower case, е for ё, as the questions fold what they look through; all of them must be there, in
    whatever order. The longest piece without е rules most people out before anything is folded: folding everybody
    costs a third more. Something with letters is no number.
    """
    search = typed.strip().lower().removeprefix("@")
    words = search.replace("ё", "е").split()
    digits = "" if any(letter.isalpha() for letter in search) else re.sub(r"\D", "", search)
    is_national = digits.startswith("8") and FEWEST_DIGITS <= len(digits) <= NATIONAL_DIGITS
    return {
        "search": search,
        "words": words,
        "piece": max(re.split("[ е]", " ".join(words)), key=len),
        "digits": digits[-NATIONAL_DIGITS:] if len(digits) >= FEWEST_DIGITS else "",
        "beginning": f"+7{digits[1:]}" if is_national else "",
    }
