"""Contacts: one spelling for each phone number and e-mail address. Storing them is the warehouse's matter."""

import email_validator
import phonenumbers

from domain.cells import PHONE

_TOO_SHORT = phonenumbers.ValidationResult.TOO_SHORT
_TOO_LONG = phonenumbers.ValidationResult.TOO_LONG
_CODES = {_TOO_SHORT: "phone_too_short", _TOO_LONG: "phone_too_long"}
_KEPT_DIGITS = 2


class ContactError(ValueError):
    """A contact cannot be used. `code` is stable and has a sentence in every language of the texts.

    Codes: phone_required, phone_invalid, phone_too_short, phone_too_long, email_required, email_invalid.
    """

    def __init__(self, code: str) -> None:
        """Carry only the code: the contact itself must not end up in a log."""
        super().__init__(code)
        self.code = code


def normalise_phone(text: str, region: str = "RU") -> str:
    """The number in E.164 (+79991234567). `region` decides how a number without a country code is read.

    Raises ContactError phone_required, phone_invalid, phone_too_short or phone_too_long.
    """
    if not text.strip():
        raise ContactError("phone_required")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        too_short = error.error_type == phonenumbers.NumberParseException.TOO_SHORT_NSN
        raise ContactError("phone_too_short" if too_short else "phone_invalid") from None
    if not phonenumbers.is_valid_number(number):
        raise ContactError(_CODES.get(phonenumbers.is_possible_number_with_reason(number), "phone_invalid"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_email(text: str) -> str:
    """The address in lower case, Unicode-normalised. No mailbox in use tells upper from lower case.

    Raises ContactError email_required or email_invalid.
    """
    if not text.strip():
        raise ContactError("email_required")
    try:
        checked = email_validator.validate_email(text.strip(), check_deliverability=False)
    except email_validator.EmailNotValidError:
        raise ContactError("email_invalid") from None
    return checked.normalized.lower()


def grouped(contact: str) -> str:
    """A contact as a page shows it: a number in E.164 as people write it, with spaces that do not break.

    Whatever else it is stays as it is: an address, a Telegram name, a number of no country. Files, searches and the log
    keep E.164.
    """
    if not PHONE.fullmatch(contact):
        return contact
    try:
        number = phonenumbers.parse(contact)
    except phonenumbers.NumberParseException:
        return contact
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def mask(value: str) -> str:
    """A contact or name as it may stand where not everybody should read it: +7•••••••67, a•••@example.org, И•••."""
    name, at, host = value.partition("@")
    if at:
        return f"{name[:1]}•••@{host}"
    if value.startswith("+") and len(value) > 2 * _KEPT_DIGITS:
        hidden = "•" * (len(value) - 2 * _KEPT_DIGITS)
        return f"{value[:_KEPT_DIGITS]}{hidden}{value[-_KEPT_DIGITS:]}"
    return f"{value[:1]}•••" if value else ""
