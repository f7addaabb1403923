"""No secret in a log line: neither whole nor the part of a bot token that is one."""

import logging
import sys

from notifier.redaction import RedactingFormatter, redact

TOKEN = "123456:AAF-synthetic-token"


def test_a_token_is_blotted_out_whole_and_by_its_secret_part() -> None:
    said = f"https://api.telegram.org/bot{TOKEN}/sendMessage, bot 123456, {TOKEN.partition(':')[2]}"
    assert redact(said, (TOKEN,)) == "https://api.telegram.org/bot•••/sendMessage, bot 123456, •••"
    assert redact("nothing secret", ("",)) == "nothing secret"


def test_a_traceback_is_blotted_out_too() -> None:
    try:
        int(TOKEN.partition(":")[2])
    except ValueError:
        record = logging.LogRecord("notifier", logging.ERROR, "", 1, "call to %s", (TOKEN,), sys.exc_info())
    line = RedactingFormatter("%(message)s", (TOKEN,)).format(record)
    assert "AAF-synthetic-token" not in line
    assert "call to •••" in line
    assert "base 10: '•••'" in line
