"""The derived tables as Dagster sees them: assets with their partitions, the heavy checks, and the jobs over all."""

import warnings
from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from pipelines import changes, partitions
from pipelines.making import RECOMPUTED, Made, make, published, recomputed
from pipelines.marts import FRESHNESS, GROUP, OWNERS, Mart, labels, schema
from pipelines.refreshing import Event, Refresh
from pipelines.tables import MARTS
from warehouse.interface import Warehouse
from warehouse.reads.reaction import last_seq

GRAINS = {mart.name: mart.grain for mart in MARTS}
Told = dg.AssetCheckResult | dg.MaterializeResult[None]


def asset_of(mart: Mart) -> dg.AssetsDefinition:
    """The asset an analyst sees, can materialize, and back-fill by partition, all days or sessions in one run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # of backfill policies; the version is pinned
        return _asset_of(mart)


def _asset_of(mart: Mart) -> dg.AssetsDefinition:
    @dg.asset(
        name=mart.name,
        description=mart.meaning,
        deps=[partitions.dependence(mart, GRAINS.get(name, "whole"), name) for name in mart.deps],
        owners=OWNERS,
        group_name=GROUP,
        kinds=set(mart.kinds),
        metadata={"dagster/column_schema": schema(mart), "dagster/table_name": f"marts.{mart.name}"},
        freshness_policy=FRESHNESS,
        partitions_def=partitions.of(mart),
        backfill_policy=dg.BackfillPolicy.single_run() if mart.grain != "whole" else None,
        check_specs=[
            dg.AssetCheckSpec(claim.name, asset=mart.name, description=claim.meaning, blocking=claim.is_blocking)
            for claim in mart.claims
        ],
    )
    def derived_table(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Told]:
        yield from _told(_made(mart, context, warehouse))

    return derived_table


def _made(mart: Mart, context: dg.AssetExecutionContext, warehouse: Warehouse) -> Made:
    """The whole table, or the rows of the partitions of this run when it is there already."""
    head, before = last_seq(warehouse), published(warehouse).get(mart.name)
    is_there = before is not None and before.shape == mart.shape
    if not context.has_partition_key_range and not context.has_partition_key:
        return make(mart, warehouse, seq=head)
    keys = context.partition_keys
    if before is None or not is_there:
        context.log.info("%s is not there yet in this shape: the whole table is made.", mart.name)
        return make(mart, warehouse, seq=head)
    changed = partitions.concerned(mart, keys, warehouse)
    laid = changes.lay(warehouse, changed)
    try:
        part, facts = laid.part(mart), f"marts.{laid.facts}"
        return make(mart, warehouse, seq=before.seq, since=before.seq, part=part, facts=facts)
    finally:
        changes.clear(warehouse, laid)


def _told(made: Made) -> Iterator[Told]:
    for found in made.findings:
        yield dg.AssetCheckResult(
            check_name=found.claim.name, passed=found.holds, metadata=found.metadata, asset_key=made.mart.name
        )
    if made.broken:
        broken = ", ".join(made.broken)
        raise dg.Failure(f"{made.mart.name} stays as it was: {broken} does not hold.", allow_retries=False)
    yield dg.MaterializeResult(asset_key=made.mart.name, metadata=made.metadata)


def recomputation_of(mart: Mart) -> dg.AssetChecksDefinition:
    """The check that what was made part by part is what the whole log says. Costs as much as making it."""

    @dg.asset_check(
        asset=mart.name,
        name=RECOMPUTED,
        description="Made anew from the whole log, it is the same table.",
        blocking=True,
    )
    def is_the_same(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
        found = recomputed(mart, warehouse)
        return dg.AssetCheckResult(passed=found.holds, metadata=found.metadata)

    return is_the_same


class Pass(dg.Config):
    """What a pass over the tables does."""

    is_whole: bool = Field(default=True, description="Make every table anew from the whole log, not only what changed.")


@dg.op(
    description="Bring the derived tables up to the newest fact; each is examined before it is published.",
    tags={"kind": "duckdb"},
)
def refresh_tables(config: Pass, warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Event | dg.Output[None]]:
    """See the op's description. Fails when a blocking claim is broken, after everything that could be made was made.

    The run itself tells of tables and checks: a check's result told beside it does not count for the table as it is.
    """
    refresh = Refresh(warehouse, MARTS, is_whole=config.is_whole)
    yield from refresh.run()
    if refresh.broken:
        raise dg.Failure(
            f"Left as they were: {', '.join(sorted(refresh.held_up))}. Broken: {', '.join(refresh.broken)}."
        )
    yield dg.Output(None)


@dg.job(
    name="refresh_marts",
    description=(
        "Makes every derived table anew from the log and looks at its claims: what `marts_are_stale` does for what "
        "changed, as a run and as a whole. The sensor asks for it when there is too much to do in a sensor."
    ),
    tags=labels("marts"),
)
def refresh_marts() -> None:
    """See the job's description."""
    refresh_tables()


INCREMENTAL = [mart for mart in MARTS if mart.grain != "whole"]
verify_marts = dg.define_asset_job(
    "verify_marts",
    selection=dg.AssetSelection.checks(*(dg.AssetCheckKey(dg.AssetKey(mart.name), RECOMPUTED) for mart in INCREMENTAL)),
    description="Makes every table that is kept part by part anew, beside it, and says where they differ.",
    tags=labels("marts"),
)
nightly_verification = dg.ScheduleDefinition(
    name="verify_marts_nightly",
    job=verify_marts,
    cron_schedule="47 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 03:47 UTC: tables that are kept part by part are compared with the whole log.",
    tags=labels("marts"),
)
