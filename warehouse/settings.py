"""Where the warehouse lives and how it is reached, from the environment (`EFIR_*`). No secrets here: see `secrets`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The home folder and the port on loopback; everything else follows from the layout of the home."""

    model_config = SettingsConfigDict(env_prefix="EFIR_", extra="ignore")

    home: Path = Field(default=Path(".efir"), description="Folder that holds all state of this installation.")
    warehouse_port: int = Field(default=3002, ge=0, le=65535, description="Port of the warehouse on 127.0.0.1.")
    warehouse_checkpoint_bytes: int = Field(
        default=256 * 2**20, gt=0, description="Size of the write-ahead log that is folded into the database file."
    )
    warehouse_memory_bytes: int = Field(
        default=0,
        ge=0,
        description="Memory DuckDB may take before it goes on on the disk. 0: as much as the database file is large "
        "when it is opened, at least 1.5 GiB, at most four fifths of what the machine (or container) has.",
    )
    telegram_per_second: float = Field(
        default=25.0, gt=0, description="Messages a second over all chats; Telegram takes 30, more only if paid for."
    )
    webhook_allow_private: bool = Field(
        default=False,
        description="Webhooks may go to loopback and private addresses and over plain http; for receivers in your own "
        "network and for tests. Link-local addresses are never called.",
    )

    @property
    def database(self) -> Path:
        """The DuckDB file; only the warehouse process may open it."""
        return self.home / "warehouse" / "warehouse.duckdb"

    @property
    def backups(self) -> Path:
        """Where backups go unless somebody says otherwise."""
        return self.home / "backups"

    @property
    def nightly_backups(self) -> Path:
        """Where the copies of the nights go; only so many are kept."""
        return self.backups / "nightly"

    @property
    def sql_history(self) -> Path:
        """What was typed at the prompt of `efir sql`; contacts may be among it, so forgetting somebody deletes it."""
        return self.home / "sql_history"

    @property
    def exports(self) -> Path:
        """Where the Parquet files of each day go."""
        return self.home / "exports"
