"""Contacts have one spelling, and what cannot be used is refused with a stable code."""

import pytest

from domain.people import ContactError, grouped, mask, normalise_email, normalise_phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+7 999 123-45-67", "+79991234567"),
        ("8 (999) 123 45 67", "+79991234567"),
        ("79991234567", "+79991234567"),
        ("9991234567", "+79991234567"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_a_phone_number_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise_phone(typed) == kept


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+79991234567", "+7 999 123-45-67"), ("+442079460958", "+44 20 7946 0958"),
        ("+14155552671", "+1 415-555-2671"),
        ("+9990000000", "+9990000000"), ("anna@example.org", "anna@example.org"), ("+79991234567@example.org", ) * 2,
        ("@anna79991234567", ) * 2, ("—", "—"), ("", ""),
    ],
)  # fmt: skip
def test_a_contact_is_shown_as_people_write_it(kept: str, shown: str) -> None:
    assert grouped(kept) == shown.replace(" ", "\N{NO-BREAK SPACE}")
    if shown != kept:
        assert normalise_phone(grouped(kept)) == kept, "what is copied from a page is taken in a form"


def test_the_region_decides_how_a_local_number_is_read() -> None:
    assert normalise_phone("0151 12345678", region="DE") == "+4915112345678"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_required"),
        ("   ", "phone_required"),
        ("call me", "phone_invalid"),
        ("12", "phone_too_short"),
        ("+1 415 555 26711", "phone_too_long"),
        ("+7 000 123 45 67", "phone_invalid"),
        ("+712", "phone_too_short"),
    ],
)
def test_a_phone_number_that_cannot_be_used_says_why(typed: str, code: str) -> None:
    with pytest.raises(ContactError) as refused:
        normalise_phone(typed)
    assert refused.value.code == code


def test_an_address_is_kept_in_lower_case() -> None:
    assert normalise_email("  Vera@Example.ORG ") == "vera@example.org"


@pytest.mark.parametrize(
    ("typed", "code"), [("", "email_required"), ("vera", "email_invalid"), ("vera@example", "email_invalid")]
)
def test_an_address_that_cannot_be_used_says_why(typed: str, code: str) -> None:
    with pytest.raises(ContactError) as refused:
        normalise_email(typed)
    assert refused.value.code == code


def test_a_refusal_does_not_repeat_the_contact() -> None:
    with pytest.raises(ContactError) as refused:
        normalise_email("vera@example")
    assert "vera" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+79991234567", "+7••••••••67"),
        ("vera@example.org", "v•••@example.org"),
        ("Вера", "В•••"),
        ("+7", "+•••"),
        ("", ""),
    ],
)
def test_a_masked_value_keeps_just_enough_to_be_recognised(value: str, shown: str) -> None:
    assert mask(value) == shown
