import datetime as dtm

from hypothesis import given
from hypothesis import strategies as st

from domain.attribution import Touch, partner_of
from domain.contest import claims

CREATED = dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC)


def visit(days: float, partner: str | None) -> Touch:
    return Touch(CREATED - dtm.timedelta(days=days), ref=partner, partner_id=partner)


def test_the_first_valid_link_in_the_window_wins_and_the_others_are_told_why_not() -> None:
    told = claims([visit(-1, "d"), visit(2, "b"), visit(5, "a"), visit(31, "z"), visit(1, None)], CREATED)
    assert [(claim.partner_id, claim.standing) for claim in told] == [
        ("z", "expired"), ("a", "won"), ("b", "later"), ("d", "afterwards"),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.floats(-5, 60), st.sampled_from([None, "a", "b", "c"])), max_size=8))
def test_what_is_said_to_have_won_is_what_the_contract_says(visits: list[tuple[float, str | None]]) -> None:
    touches = [visit(days, partner) for days, partner in visits]
    won = [claim.partner_id for claim in claims(touches, CREATED) if claim.standing == "won"]
    winner = partner_of(touches, CREATED)
    assert won == ([winner] if winner else [])
