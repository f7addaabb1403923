"""The order in which facts count: by event time, whatever order they arrived in."""

import datetime as dtm

from domain.events import Fact


def arrival_key(fact: Fact) -> tuple[dtm.datetime, float, str]:
    """Order of the log's truth: event time, ties by commit order (not yet stored comes last), then the id."""
    return (fact.occurred_at, float("inf") if fact.seq is None else fact.seq, fact.event_id)
