"""`python -m tests.botapi --port N`: the server alone, with its control API, until SIGTERM or SIGINT."""

import argparse
import signal

from tests.botapi.control import routes
from tests.botapi.server import TOKEN, BotApi


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    stops = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # in every thread to come: sigwait misses none
    holder: list[BotApi] = []
    holder.append(BotApi(parser.parse_args().port, extra_routes=routes(lambda: holder[0])))
    with holder[0] as api:
        print(f"ready TELEGRAM_API_BASE_URL={api.url} TELEGRAM_BOT_TOKEN={TOKEN}", flush=True)  # noqa: T201
        signal.sigwait(stops)


if __name__ == "__main__":
    main()
