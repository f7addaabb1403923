"""The derived tables `conversions` and `attribution`: what leads did, and which sources get the credit for it."""

import json
from typing import cast

import polars as pl

from domain.attribution import CREDIT, MODELS, UNATTRIBUTED, shared
from pipelines.marts import Claim, Column, Mart, asked, no_orphans, unique
from pipelines.plots import asked_bars
from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.tables import Part

SCHEMA = {"conversion": pl.String, "model": pl.String, "source": pl.String, "credits": pl.Int64}
KEY = ("conversion", "model", "source")
PATHS = "select conversion, touch_path, count(*) as leads from marts.conversions group by conversion, touch_path"
LINEAR = (
    "select source, conversions from marts.attribution where conversion = 'lead' and model = 'linear' "
    "order by credits desc"
)


def credited(paths: pl.DataFrame) -> pl.DataFrame:
    """The credits of every model for so many `leads` a `conversion` and `touch_path`."""
    rows: list[tuple[str, str, str, int]] = []
    for (conversion,), group in sorted(paths.group_by("conversion")):
        counts = {
            tuple(cast("list[str]", json.loads(path))): n for path, n in group.select("touch_path", "leads").iter_rows()
        }
        for model in MODELS:
            found = {UNATTRIBUTED: 0, **shared(counts, model)}
            rows += [(str(conversion), model, source, credit) for source, credit in sorted(found.items())]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(
        conversions=pl.col("credits") / CREDIT,
        share=pl.col("credits") / pl.col("credits").sum().over("conversion", "model"),
    )


def build(warehouse: Warehouse, _part: Part | None) -> pl.DataFrame:
    """The credits for the published conversions."""
    return credited(asked(warehouse, PATHS))


conversions = Mart(
    name="conversions",
    meaning=(
        "The drill-down of `attribution`: one row per lead and conversion (lead, registered, attended, submitted; the "
        "first time each), with the sources of the touches before it, oldest first. A touch is a visit of one of the "
        "lead's browsers, or a form with a `utm_source` that no visit before it had."
    ),
    deps=("touches", "funnel_stages", "events"),
    columns=(
        Column("lead_id", "string", "The lead; of merged leads the one that goes on."),
        Column("conversion", "string", "lead, registered, attended or submitted."),
        Column("converted_at", "timestamp", "When it happened first."),
        Column("touches", "integer", "Touches at or before it."),
        Column("touch_path", "string", "Their sources, oldest first, a JSON list; `[]`: none is known."),
    ),
    picture=asked_bars(
        "Conversions", "select conversion, count(*) as n from marts.conversions group by conversion order by n desc"
    ),
    claims=(
        unique(
            "one_row_per_lead_and_conversion",
            "A lead converts once of each kind.",
            "conversions",
            "lead_id",
            "conversion",
            is_of_part=True,
        ),
        no_orphans("conversions"),
        Claim(
            "paths_hold_every_touch",
            "A path is as long as its row counts touches.",
            tables.claim("paths_miscounted"),
            is_of_part=True,
        ),
    ),
    grain="person",
    key="lead_id",
)

attribution = Mart(
    name="attribution",
    meaning=(
        "Which source gets the credit for a conversion, by five models: first, last, last_non_direct, linear, position "
        "(40/20/40). Credits are whole hundredths of a conversion and sum exactly to the conversions; what nobody can "
        "be credited for stands in the row `unattributed`. The partner's reward is another contract: the first valid "
        "link within 30 days, frozen when the lead is created."
    ),
    deps=("conversions",),
    columns=(
        Column("conversion", "string", "lead, registered, attended or submitted."),
        Column("model", "string", "first, last, last_non_direct, linear or position."),
        Column("source", "string", "The source; `unattributed`: no touch is known before the conversion."),
        Column("credits", "integer", "Hundredths of a conversion."),
        Column("conversions", "float", "The same in conversions."),
        Column("share", "float", "Of all credits of this conversion and model."),
    ),
    picture=asked_bars("Leads by source, linear model", LINEAR),
    claims=(
        unique(
            "one_row_per_conversion_model_and_source",
            "Conversion, model and source identify a row.",
            "attribution",
            *KEY,
        ),
        Claim(
            "credits_sum_exactly",
            "In every model the credits are exactly the conversions.",
            tables.claim("unequal_credits", credit=str(CREDIT)),
        ),
    ),
    build=build,
    kinds=frozenset({"polars"}),
)
