"""What Telegram is told about this bot at start: where updates go, and the command menu in every language."""

import asyncio
import logging

from telegram.error import TelegramError
from telegram.ext import ExtBot

from notifier.bot import Notifier
from notifier.inbox import ALLOWED_UPDATES
from notifier.messages import LANGUAGES, menu
from notifier.settings import Settings
from warehouse import secrets, spool

LOGGER = logging.getLogger("notifier")
_LONGEST_PAUSE = 30.0


async def introduce(notifier: Notifier) -> None:
    """Returns once Telegram knows where updates go: before that nothing could come in."""
    bot, settings = notifier.application.bot, notifier.settings
    if settings.telegram_mode == "webhook" and not settings.is_webhook:
        LOGGER.error("EFIR_TELEGRAM_MODE=webhook needs an EFIR_PUBLIC_URL with https; updates are fetched instead.")
    await _direct(bot, settings)
    try:
        for language in LANGUAGES:
            await bot.set_my_commands(list(menu(language).items()), language_code=language)
        await bot.set_my_commands(list(menu("ru").items()))
    except TelegramError as error:
        LOGGER.warning("The command menu was not set (%s); commands work without it.", type(error).__name__)


async def _direct(bot: ExtBot[None], settings: Settings) -> None:
    """Set or remove the webhook, until it is done. What waits at Telegram is never dropped."""
    failures = 0
    while True:
        try:
            if settings.is_webhook:
                await bot.set_webhook(
                    f"{settings.site}{spool.WEBHOOK_PATH}",
                    allowed_updates=ALLOWED_UPDATES,
                    secret_token=spool.webhook_secret(secrets.ensure(settings.home).signing_key),
                    drop_pending_updates=False,
                )
            else:
                await bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            failures += 1
            LOGGER.warning("Telegram was not told where updates go (%s), trying again.", type(error).__name__)
            await asyncio.sleep(min(2.0 ** min(failures - 1, 10), _LONGEST_PAUSE))
        else:
            return
