"""`python -m efir.telling`: states what the supervisor sees failing (JSON on standard input), and plans who is told."""

import datetime as dtm
import json
import sys

from domain.failures import Seen
from efir.settings import load
from pipelines.telling import tell
from warehouse.client import connect
from warehouse.interface import Warehouse, WarehouseError


def told(warehouse: Warehouse, said: str, now: dtm.datetime) -> int:
    """State it; how many facts were new. Raises WarehouseError."""
    seen = json.loads(said)
    failing = [
        Seen(one["kind"], one["subject"], dtm.datetime.fromisoformat(one["since"]), one["detail"])
        for one in seen["failing"]
    ]
    return tell(warehouse, failing, {(kind, subject) for kind, subject in seen["well"]}, now).total()


def main() -> None:
    """Exit code 1 when the warehouse cannot take it now: the supervisor says it again."""
    try:
        with connect("admin", load()) as warehouse:
            told(warehouse, sys.stdin.read(), dtm.datetime.now(dtm.UTC))
    except WarehouseError as error:
        sys.exit(f"Failures could not be stated: {error}")


if __name__ == "__main__":
    main()
