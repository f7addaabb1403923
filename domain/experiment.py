"""Whether one wording does better than another. Counts in, a cautious word out."""

import math
from typing import Literal

SAMPLE = 100
"""With fewer matured messages of either variant nothing can be said."""
CERTAIN_AT = 1.96
"""Standard errors between two shares that chance alone reaches once in twenty comparisons."""

Verdict = Literal["too_early", "no_difference", "b_better", "b_worse"]


def compare(a: tuple[int, int], b: tuple[int, int]) -> Verdict:
    """Two variants as (matured messages, of them with the result): two-proportion z-test at 95 %.

    Looking every day and stopping at the first difference finds differences that are none; the page says so.
    """
    (of_a, did_a), (of_b, did_b) = a, b
    if min(of_a, of_b) < SAMPLE:
        return "too_early"
    pooled = (did_a + did_b) / (of_a + of_b)
    error = math.sqrt(pooled * (1 - pooled) * (1 / of_a + 1 / of_b))
    if error == 0:
        return "no_difference"
    distance = (did_b / of_b - did_a / of_a) / error
    if abs(distance) < CERTAIN_AT:
        return "no_difference"
    return "b_better" if distance > 0 else "b_worse"
