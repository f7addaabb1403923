"""Composition root: the only place that constructs the notifier's parts. Handlers are registered one per line."""

import datetime as dtm
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    MessageHandler,
    filters,
)

from domain.webhooks import RETRIES
from notifier import alert_handlers, booking_handlers, handlers, partner_handlers
from notifier.canary import Canaries
from notifier.delivery import Delivery
from notifier.desk import KEY, Desk
from notifier.inbox import Inbox
from notifier.lanes import Limits
from notifier.ledger import Ledger
from notifier.messages import STOP_DATA
from notifier.programme import Programme
from notifier.replays import Replays
from notifier.settings import Settings
from notifier.threads import Threads
from notifier.transport import Transport, TransportName, bot_of
from notifier.webhook_call import TIMEOUT_SECONDS, Caller
from notifier.webhooks import Webhooks
from warehouse import secrets as house_secrets
from warehouse.interface import Warehouse

PRIVATE = filters.ChatType.PRIVATE
_LOOK_SECONDS, _LOOK_RARELY_SECONDS = 0.4, 2.0
"""How often the spool is looked into unasked: where the app writes to it (START page, webhook), and where we do."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Notifier:
    """The parts of a running notifier."""

    settings: Settings
    warehouse: Warehouse
    threads: Threads
    programme: Programme
    delivery: Delivery
    desk: Desk
    inbox: Inbox
    replays: Replays
    canaries: Canaries
    webhooks: Webhooks
    application: AnyApplication
    now: Callable[[], dtm.datetime]


def build(  # noqa: PLR0913 - the parts that tests set otherwise
    settings: Settings,
    warehouse: Warehouse,
    *,
    now: Callable[[], dtm.datetime],
    monotonic: Callable[[], float],
    limits: Limits | None = None,
    retries: Sequence[dtm.timedelta] = RETRIES,
    webhook_seconds: float = TIMEOUT_SECONDS,
) -> Notifier:
    """Put a notifier together; nothing is read, sent or started yet. `limits`: others than the settings'.

    `retries`: pauses between the attempts of a webhook; `webhook_seconds`: how long a receiver may take.
    """
    bot, threads, programme = bot_of(settings), Threads(), Programme()
    name: TransportName = "dry_run" if settings.is_dry_run else "telegram"
    secrets = (settings.telegram_bot_token.get_secret_value(),)
    ledger = Ledger(warehouse, threads, name, now=now, resend=settings.resend_uncertain, secrets=secrets)
    transport = Transport(bot, name)
    delivery = Delivery(
        warehouse,
        threads,
        transport,
        programme,
        ledger,
        site=settings.site,
        now=now,
        monotonic=monotonic,
        limits=limits or Limits(per_second=settings.telegram_per_second),
    )
    signing_key = house_secrets.ensure(settings.home).signing_key
    desk = Desk(warehouse, threads, programme, delivery, transport=name, site=settings.site, now=now,
                signing_key=signing_key)  # fmt: skip
    caller = Caller(is_private_allowed=settings.webhook_allow_private, timeout_seconds=webhook_seconds)
    webhooks = Webhooks(warehouse, threads, ledger, caller, signing_key=signing_key, now=now, retries=retries)
    application = application_of(bot, desk)
    is_fed = settings.is_dry_run or settings.is_webhook
    inbox = Inbox(application, desk, look_seconds=_LOOK_SECONDS if is_fed else _LOOK_RARELY_SECONDS)
    replays = Replays(warehouse, threads, delivery)
    canaries = Canaries(warehouse)
    return Notifier(
        settings, warehouse, threads, programme, delivery, desk, inbox, replays, canaries, webhooks, application, now
    )


def application_of(bot: ExtBot[None], desk: Desk) -> AnyApplication:
    """PTB's application without an updater: updates come from our spool, answers go through our lanes."""
    application: AnyApplication = ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
    application.bot_data[KEY] = desk
    application.add_handler(CommandHandler("start", handlers.start, filters=PRIVATE))
    application.add_handler(CommandHandler("stop", handlers.stop, filters=PRIVATE))
    application.add_handler(CommandHandler("help", handlers.help_, filters=PRIVATE))
    application.add_handler(CommandHandler("language", handlers.language, filters=PRIVATE))
    application.add_handler(CommandHandler("webinar", handlers.webinar, filters=PRIVATE))
    application.add_handler(CommandHandler("link", partner_handlers.link, filters=PRIVATE))
    application.add_handler(CommandHandler("leads", partner_handlers.leads, filters=PRIVATE))
    application.add_handler(CommandHandler("stats", partner_handlers.stats, filters=PRIVATE))
    application.add_handler(CommandHandler("cabinet", partner_handlers.cabinet, filters=PRIVATE))
    application.add_handler(CommandHandler("alerts", alert_handlers.alerts, filters=PRIVATE))
    kinds = "|".join(alert_handlers.KINDS)
    application.add_handler(CallbackQueryHandler(alert_handlers.switch, pattern=f"^alerts:({kinds}):(on|off)$"))
    application.add_handler(CallbackQueryHandler(handlers.stop, pattern=f"^{STOP_DATA}$"))
    application.add_handler(CallbackQueryHandler(handlers.language, pattern="^language:(ru|en)$"))
    application.add_handler(CallbackQueryHandler(booking_handlers.choose, pattern=r"^book:."))
    application.add_handler(CallbackQueryHandler(booking_handlers.tick, pattern=r"^tick:(-|p|m|pm):."))
    application.add_handler(CallbackQueryHandler(booking_handlers.agree, pattern=r"^agree:(-|p|m|pm):."))
    application.add_handler(MessageHandler(PRIVATE & filters.CONTACT, booking_handlers.contact))
    application.add_handler(ChatMemberHandler(handlers.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, handlers.help_))
    application.add_error_handler(handlers.failed)
    return application
