"""Log lines without secrets: the bot token never appears, libraries that print addresses or bodies are quiet."""

import logging
import sys

_QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    "telegram.request": logging.CRITICAL,
}
"""httpx prints URLs (the token is in them) at INFO; PTB's request module prints whole answers (texts) at ERROR."""


class RedactingFormatter(logging.Formatter):
    """Formats a record and then blots secrets out of the whole result, tracebacks included."""

    def __init__(self, pattern: str, secrets: tuple[str, ...]) -> None:
        super().__init__(pattern)
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be seen."""
        return redact(super().format(record), self._secrets)


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """The text with every secret, and the part of a bot token after its colon, blotted out."""
    for secret in secrets:
        for part in filter(None, (secret, secret.partition(":")[2])):
            text = text.replace(part, "•••")
    return text


def set_up_logging(secrets: tuple[str, ...], level: int = logging.INFO) -> None:
    """One handler on stderr for everything, redacted; warnings and uncaught exceptions go through it too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name, quiet_level in _QUIET.items():
        logging.getLogger(name).setLevel(quiet_level)

    def log_uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
        logging.getLogger("notifier").critical("Stopped by an error.", exc_info=(kind, error, trace))  # type: ignore[arg-type]

    sys.excepthook = log_uncaught
