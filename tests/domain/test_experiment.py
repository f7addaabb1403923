"""A comparison is cautious: checked against numbers done by hand."""

import pytest

from domain.experiment import compare


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ((99, 0), (1000, 500), "too_early"),
        ((0, 0), (0, 0), "too_early"),
        ((100, 0), (100, 0), "no_difference"),
        ((100, 100), (100, 100), "no_difference"),
        # 20 % against 26 % of 200: pooled 0.23, standard error 0.0421, 1.43 of them apart
        ((200, 40), (200, 52), "no_difference"),
        # 20 % against 30 % of 200: pooled 0.25, standard error 0.0433, 2.31 of them apart
        ((200, 40), (200, 60), "b_better"),
        ((200, 60), (200, 40), "b_worse"),
    ],
)
def test_two_shares_are_compared(a: tuple[int, int], b: tuple[int, int], said: str) -> None:
    assert compare(a, b) == said
