"""`python -m notifier`: send and receive until SIGTERM or SIGINT; `--drain-once` for the backstop, `--health` asks."""

import argparse
import asyncio
import datetime as dtm
import json
import logging
import os
import signal
import sys
import time

from telegram.error import InvalidToken

from notifier import health, identity
from notifier.bot import Notifier, build
from notifier.holder import HeldError, sender_of
from notifier.redaction import set_up_logging
from notifier.resident import drain_once, run
from notifier.settings import Settings
from warehouse.client import connect
from warehouse.resending import ask

LOGGER = logging.getLogger("notifier")
EXIT_ERROR, EXIT_TOKEN, EXIT_HELD, EXIT_OTHER_BOT = 1, 2, 3, 4


def main() -> int:
    """Exit code: 0 fine, 1 unhealthy or broken, 2 token refused, 3 another notifier holds this home, 4 another bot."""
    parser = argparse.ArgumentParser(prog="python -m notifier", description=__doc__)
    parser.add_argument("--drain-once", action="store_true", help="send what is due, print what was done, end")
    parser.add_argument("--health", action="store_true", help="say how the running notifier is; 0 healthy, 1 not")
    parser.add_argument("--replay", metavar="KEY", help="ask the running notifier to send a failed message again")
    parser.add_argument("--adopt-bot", action="store_true", help="go over to another bot than the one people linked")
    arguments = parser.parse_args()
    settings = Settings()
    set_up_logging((settings.telegram_bot_token.get_secret_value(),))
    if arguments.health:
        is_well, text = health.check(settings.home, now=_now())
        _say(text)
        return 0 if is_well else EXIT_ERROR
    if arguments.replay or arguments.adopt_bot:
        with connect("notifier", settings) as warehouse:
            if arguments.replay:
                ask(warehouse, arguments.replay, by="command line")
            else:
                identity.claim(warehouse, settings, now=_now(), adopt=True)
        return 0
    return _work(settings, is_once=arguments.drain_once)


def _work(settings: Settings, *, is_once: bool) -> int:
    try:
        with sender_of(settings.home, "drain-once" if is_once else "resident", now=_now()):
            notifier = build(settings, connect("notifier", settings), now=_now, monotonic=time.monotonic)
            asyncio.run(_drain(notifier) if is_once else _reside(notifier))
    except HeldError as error:
        LOGGER.error("%s", error)  # noqa: TRY400 - a sentence, not a trace
        return EXIT_HELD
    except identity.OtherBotError as error:
        LOGGER.error("%s", error)  # noqa: TRY400 - a sentence, not a trace
        return EXIT_OTHER_BOT
    except InvalidToken:
        LOGGER.error("Telegram does not know this bot token. Check TELEGRAM_BOT_TOKEN, or unset it for a dry run.")  # noqa: TRY400
        return EXIT_TOKEN
    return 0


async def _reside(notifier: Notifier) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    transport = "dry_run" if notifier.settings.is_dry_run else "telegram"
    await run(notifier, stop, on_ready=lambda: _say(f"ready notifier transport={transport} pid={os.getpid()}"))


async def _drain(notifier: Notifier) -> None:
    _say(json.dumps(await drain_once(notifier)))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)


if __name__ == "__main__":
    try:
        code = main()
    except SystemExit as ending:  # argparse has said it all
        code = int(ending.code or 0)
    except BaseException as error:  # noqa: BLE001 - through the redacting log, whatever it is
        sys.excepthook(type(error), error, error.__traceback__)
        code = EXIT_ERROR
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)  # a long poll in a thread must not hold up the end; everything durable has been waited for
