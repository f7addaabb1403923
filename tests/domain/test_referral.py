import string

from hypothesis import given
from hypothesis import strategies as st

from domain.referral import SIGNATURE, code_in, signed

KEY = "the house's key"
CODES = st.text(string.ascii_lowercase + string.digits + "_-", min_size=2, max_size=32)


@given(CODES)
def test_what_we_signed_is_ours_in_any_case_and_short(code: str) -> None:
    ref = signed(code, KEY)
    assert code_in(ref, KEY) == code
    assert (code_in(ref.upper(), KEY) or "").casefold() == code
    assert len(ref) == len(code) + 1 + SIGNATURE


@given(CODES, CODES)
def test_a_signature_is_of_one_code_and_one_house(code: str, other: str) -> None:
    ref = signed(code, KEY)
    if other != code:
        assert code_in(other + ref[len(code) :], KEY) is None
    assert code_in(ref, "another house") is None


@given(st.text(max_size=60))
def test_no_other_text_is_a_ref(text: str) -> None:
    assert code_in(text, KEY) is None


def test_a_bare_code_is_none() -> None:
    assert [code_in(ref, KEY) for ref in ("anna", "anna.", ".", "", "anna.жжжжжж")] == [None] * 5
