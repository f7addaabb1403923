"""The spool of Telegram updates: what the door that takes them in and the notifier that handles them agree on."""

import hashlib
import hmac

COLLECTION = "telegram_updates"
"""Registry collection: update id → raw update. Stored before it is acknowledged, removed once handled."""

FAILED = "telegram_updates_failed"
"""Registry collection: update id → an update no handler could take; put back into the spool by a replay."""
FAILED_STAGE = "telegram_update"
"""Stage of the refusals that stand for them; their payload is the update id."""

WEBHOOK_PATH = "/api/v1/telegram/webhook"
SYNTHETIC_FROM = 10**12
"""Chat and update ids from here on are made by the dry run's START page; Telegram's own are far smaller."""


def webhook_secret(signing_key: str) -> str:
    """What Telegram must show at our webhook: derived from the installation's secrets, told to nobody else."""
    return hmac.new(signing_key.encode(), b"efir.telegram-webhook", hashlib.sha256).hexdigest()
