"""The job `reclassify`: verdicts on sessions that are over, under the webinar's present policy. Calls the back-fill."""

import datetime as dtm

import dagster as dg
from pydantic import Field

from pipelines.backfill import Backfill, NothingSuch
from pipelines.marts import labels
from warehouse.interface import Warehouse


class Choice(dg.Config):
    """Which sessions to judge anew."""

    webinar: str = Field(description="Id or slug of the webinar whose present policy is applied.")
    session_ids: list[str] = Field(default=[], description="Only these sessions; none: all that have another policy.")
    dry_run: bool = Field(default=False, description="Only count what would change.")


@dg.op(
    description="Apply the policy and append the verdicts that follow, some hundred leads at a time. Repeatable.",
    tags={"kind": "python"},
)
def judge_anew(context: dg.OpExecutionContext, config: Choice, warehouse: dg.ResourceParam[Warehouse]) -> None:
    """See the op's description. Fails when there is no such webinar or session."""
    now = dtm.datetime.now(dtm.UTC)
    try:
        backfill = Backfill.of(warehouse, config.webinar, config.session_ids, now)
    except NothingSuch as error:
        raise dg.Failure(str(error)) from error
    outlook = backfill.outlook(warehouse, lambda done, total: context.log.info("looked at %d of %d", done, total))
    for one in outlook:
        sizes = len(one.effect.gained), len(one.effect.lost), one.effect.unchanged
        context.log.info(
            "%s: v%d → v%d, %d gained, %d lost, %d unchanged",
            one.session.session_id, one.policy_before, one.policy_version, *sizes,
        )  # fmt: skip
    verdicts = 0
    if not config.dry_run:
        told = context.log.info
        verdicts = backfill.run(warehouse, now, lambda done, total: told("judged %d of %d", done, total))
    context.add_output_metadata(
        {
            "sessions": len(outlook),
            "policy_version": backfill.webinar.policy.version,
            "gained": sum(len(one.effect.gained) for one in outlook),
            "lost": sum(len(one.effect.lost) for one in outlook),
            "unchanged": sum(one.effect.unchanged for one in outlook),
            "verdicts": verdicts,
        }
    )


@dg.job(
    name="reclassify",
    description=(
        "Judges sessions that are over anew under their webinar's present attendance policy: new verdicts, never "
        "edits; routes and messages already acted on are not acted on again. Start it from the launchpad with a "
        "webinar (and sessions, if not all), or with `efir reclassify`. A repeat appends nothing."
    ),
    tags=labels("reaction"),
)
def reclassify() -> None:
    """See the job's description."""
    judge_anew()
