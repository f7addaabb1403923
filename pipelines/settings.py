"""What can be set about Dagster and the reaction, from the environment (`EFIR_*`). Defaults are the measured ones."""

from pathlib import Path

from pydantic import Field

from warehouse import settings


class Settings(settings.Settings):
    """The warehouse's settings and ours."""

    reaction_window_seconds: float = Field(
        default=4.0,
        gt=0,
        le=45,
        description="How long one evaluation of the reaction's sensor lasts; a little under 5.",
    )
    reaction_bulk_leads: int = Field(
        default=500, ge=1, description="When more leads than this are affected at once, a run of react_in_bulk does it."
    )
    marts_after_seconds: float = Field(
        default=60, ge=5, description="Derived tables are refreshed when facts are newer than they by this much."
    )
    marts_inline: int = Field(
        default=20_000,
        ge=1,
        description="When facts concern more people and sessions than this, a run refreshes the derived tables.",
    )
    runs_kept_days: int = Field(default=7, ge=1, description="Runs and events of Dagster older than this are deleted.")
    exports_kept_days: int = Field(
        default=30, ge=1, description="Parquet exports of days older than this are deleted; the log keeps its facts."
    )
    backups_kept: int = Field(
        default=7,
        ge=0,
        description="How many copies of the warehouse, one a night, EFIR_HOME/backups/nightly keeps; 0 makes none.",
    )

    @property
    def dagster_home(self) -> Path:
        """Dagster's own folder (DAGSTER_HOME); absolute, as Dagster demands."""
        return self.home.absolute() / "dagster"
