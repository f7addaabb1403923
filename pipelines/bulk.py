"""The job `react_in_bulk`: the reaction for more leads than one step of the sensor should take. Same rules and ids."""

import datetime as dtm
from collections import Counter

import dagster as dg
from pydantic import Field

from domain.reaction import react
from pipelines.batch import react_to
from pipelines.doors import settings
from pipelines.marts import labels
from pipelines.programme import Programme
from pipelines.reaction import HORIZON
from warehouse.interface import Warehouse
from warehouse.reads import reaction as reads
from warehouse.reads.families import families

CHUNK = 500


class Selection(dg.Config):
    """Whose facts to look at; with nothing given, every lead for whom something may be pending."""

    after_seq: int | None = Field(default=None, description="Leads of the facts after this seq …")
    to_seq: int | None = Field(default=None, description="… up to and including this one.")
    session_ids: list[str] = Field(default=[], description="Leads of these sessions.")
    is_due: bool = Field(default=False, description="Also every lead for whom something may be pending.")


@dg.op(
    description="Apply the rules to the selected leads, 500 at a time, and append what follows. Repeatable.",
    tags={"kind": "python"},
)
def react_to_selection(
    context: dg.OpExecutionContext, config: Selection, warehouse: dg.ResourceParam[Warehouse]
) -> None:
    """See the op's description."""
    programme = Programme(warehouse, per_second=settings().telegram_per_second)
    now = dtm.datetime.now(dtm.UTC)
    leads, merged = select(warehouse, programme, config, now), families(warehouse)
    appended: Counter[str] = Counter()
    failed: dict[str, str] = {}
    for done, chunk in enumerate(_chunks(leads)):
        outcome = react_to(warehouse, chunk, programme.schedule, now, react, merged)
        appended.update(outcome.appended)
        failed |= outcome.failed
        context.log.info("%d of %d leads", min((done + 1) * CHUNK, len(leads)), len(leads))
    context.add_output_metadata({"leads": len(leads), "failed": len(failed), **appended})


def select(warehouse: Warehouse, programme: Programme, config: Selection, now: dtm.datetime) -> list[str]:
    """The leads a configuration means, each once."""
    leads = dict.fromkeys(reads.leads_of_sessions(warehouse, config.session_ids))
    if config.after_seq is not None and config.to_seq is not None:
        leads |= dict.fromkeys(reads.leads_between(warehouse, config.after_seq, config.to_seq))
    if config.is_due or config == Selection():
        sessions = programme.schedule.sessions.values()
        alive = [session.session_id for session in sessions if session.ends_at > now - HORIZON]
        pending = reads.leads_with_something_pending(warehouse, since=now - HORIZON, session_ids=alive)
        leads |= dict.fromkeys(pending)
    return list(leads)


def _chunks(leads: list[str]) -> list[list[str]]:
    return [leads[start : start + CHUNK] for start in range(0, len(leads), CHUNK)]


@dg.job(
    name="react_in_bulk",
    description=(
        "Verdicts, routes and messages for many leads at once: a session's end with thousands of no-shows, an import, "
        "a changed attendance policy. `facts_arrived` requests it; from the launchpad it can be started for chosen "
        "sessions. Deterministic ids make a repeat harmless."
    ),
    tags=labels("reaction"),
)
def react_in_bulk() -> None:
    """See the job's description."""
    react_to_selection()
