"""`python -m efir.telling`: states what the supervisor sees failing (JSON on standard input), and plans who is told.

It also looks whether facts are answered: who answers them, Dagster, cannot tell that it does not.
"""

import datetime as dtm
import json
import sys

from domain.failures import Seen, Thing
from efir.settings import load
from pipelines.telling import tell
from warehouse.client import connect
from warehouse.interface import Warehouse, WarehouseError
from warehouse.reads.canary import canary

REACTION: Thing = ("reaction", "facts_arrived")
UNANSWERED_FOR = dtm.timedelta(minutes=3)
"""A canary is let loose every minute: the third in a row that nobody answers is no hiccup."""


def told(warehouse: Warehouse, said: str, now: dtm.datetime) -> int:
    """State it, and whether facts are answered; how many facts were new. Raises WarehouseError."""
    seen = json.loads(said)
    failing = [
        Seen(one["kind"], one["subject"], dtm.datetime.fromisoformat(one["since"]), one["detail"])
        for one in seen["failing"]
    ]
    well: set[Thing] = {(kind, subject) for kind, subject in seen["well"]}
    flight = canary(warehouse, now=now)
    answered = flight.is_answered(now, within=UNANSWERED_FOR)
    if answered:
        well.add(REACTION)
    elif answered is False:
        failing.append(Seen(*REACTION, flight.waiting_since or now))
    return tell(warehouse, failing, well, now).total()


def main() -> None:
    """Exit code 1 when the warehouse cannot take it now: the supervisor says it again."""
    try:
        with connect("admin", load()) as warehouse:
            told(warehouse, sys.stdin.read(), dtm.datetime.now(dtm.UTC))
    except WarehouseError as error:
        sys.exit(f"Failures could not be stated: {error}")


if __name__ == "__main__":
    main()
