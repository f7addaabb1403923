"""The derived tables `conversions` and `attribution`: what leads did, and which sources get the credit for it."""

import json
from typing import cast

import polars as pl

from domain.attribution import CREDIT, MODELS, UNATTRIBUTED, shared
from pipelines.marts import Claim, Column, Mart, Read, ask, duplicates, reader
from pipelines.plots import bars
from warehouse.interface import Warehouse

SCHEMA = {"conversion": pl.String, "model": pl.String, "source": pl.String, "credits": pl.Int64}
KEY = ("conversion", "model", "source")


def credited(conversions: pl.DataFrame) -> pl.DataFrame:
    """The credits of every model for these conversions. Leads with the same path are shared out together."""
    rows: list[tuple[str, str, str, int]] = []
    paths = conversions.group_by("conversion", "touch_path").len()
    for (conversion,), group in sorted(paths.group_by("conversion")):
        counts = {
            tuple(cast("list[str]", json.loads(path))): n for path, n in group.select("touch_path", "len").iter_rows()
        }
        for model in MODELS:
            found = {UNATTRIBUTED: 0, **shared(counts, model)}
            rows += [(str(conversion), model, source, credit) for source, credit in sorted(found.items())]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(
        conversions=pl.col("credits") / CREDIT,
        share=pl.col("credits") / pl.col("credits").sum().over("conversion", "model"),
    )


def build(warehouse: Warehouse) -> pl.DataFrame:
    """The credits for the published conversions."""
    return credited(reader(warehouse)("conversions"))


def _unequal_sums(read: Read) -> pl.DataFrame:
    """Models whose credits are not exactly the conversions."""
    wanted = read("conversions").group_by("conversion").len("conversions")
    models = pl.DataFrame({"model": list(MODELS)})
    given = read("attribution").group_by("conversion", "model").agg(pl.col("credits").sum())
    both = wanted.join(models, how="cross").join(given, on=["conversion", "model"], how="full", coalesce=True)
    is_exact = pl.col("credits") == pl.col("conversions") * CREDIT
    return both.filter(~is_exact.fill_null(value=False))


def _recomputed(read: Read) -> pl.DataFrame:
    """Rows that differ from sharing out the conversions anew."""
    both = read("attribution").join(
        credited(read("conversions")), on=list(KEY), how="full", coalesce=True, suffix="_anew"
    )
    return both.filter((pl.col("credits") == pl.col("credits_anew")).fill_null(value=False).not_())


conversions = Mart(
    name="conversions",
    meaning=(
        "The drill-down of `attribution`: one row per lead and conversion (lead, registered, attended, submitted; the "
        "first time each), with the sources of the touches before it, oldest first. A touch is a visit of one of the "
        "lead's browsers, or a form with a `utm_source` that no visit before it had."
    ),
    deps=("leads", "touches", "reaction"),
    columns=(
        Column("lead_id", "string", "The lead; of merged leads the one that goes on."),
        Column("conversion", "string", "lead, registered, attended or submitted."),
        Column("converted_at", "timestamp", "When it happened first."),
        Column("touches", "integer", "Touches at or before it."),
        Column("touch_path", "string", "Their sources, oldest first, a JSON list; `[]`: none is known."),
    ),
    build=lambda warehouse: ask(warehouse, "conversions"),
    plot=lambda frame: bars("Conversions", frame.group_by("conversion").len().sort("len", descending=True).rows()),
    claims=(
        Claim(
            "one_row_per_lead_and_conversion",
            "A lead converts once of each kind.",
            lambda read: duplicates(read("conversions"), "lead_id", "conversion"),
            is_blocking=True,
        ),
        Claim(
            "no_orphan_leads",
            "Every lead that converted is a canonical lead.",
            lambda read: read("conversions").join(read("leads"), on="lead_id", how="anti"),
            is_blocking=True,
        ),
    ),
    kinds=frozenset({"duckdb"}),
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
    build=build,
    plot=lambda frame: bars(
        "Leads by source, linear model",
        frame.filter(conversion="lead", model="linear")
        .sort("credits", descending=True)
        .select("source", "conversions")
        .rows(),
    ),
    claims=(
        Claim(
            "one_row_per_conversion_model_and_source",
            "Conversion, model and source identify a row.",
            lambda read: duplicates(read("attribution"), *KEY),
            is_blocking=True,
        ),
        Claim(
            "credits_sum_exactly",
            "In every model the credits are exactly the conversions.",
            _unequal_sums,
            is_blocking=True,
        ),
        Claim(
            "shared_out_anew_it_is_the_same", "Sharing out the conversions anew gives the same credits.", _recomputed
        ),
    ),
)
