"""What the notifier reads from the environment. No TELEGRAM_BOT_TOKEN: a dry run, nothing leaves the machine."""

from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from warehouse.settings import Settings as WarehouseSettings

MessageClass = Literal["transactional", "critical", "marketing"]


class Settings(WarehouseSettings):
    """The bot, where its API is, what addresses in messages begin with; home and warehouse as everywhere."""

    model_config = SettingsConfigDict(env_prefix="EFIR_", extra="ignore", populate_by_name=True)

    telegram_bot_token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "telegram_bot_token"),
        description="Token of the bot from @BotFather; empty: dry run, messages land in the outbox page only.",
    )
    telegram_api_base_url: str = Field(
        default="https://api.telegram.org",
        validation_alias=AliasChoices("TELEGRAM_API_BASE_URL", "telegram_api_base_url"),
        description="Address of the Bot API server, without /bot; for a self-hosted one.",
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling", description="How updates come in: fetched, or sent by Telegram to EFIR_PUBLIC_URL (https)."
    )
    port: int = Field(default=3000, description="Port of the app, for the default public address.")
    public_url: str = Field(
        default="", description="What links in messages begin with; default http://localhost:<port>."
    )
    resend_uncertain: tuple[MessageClass, ...] = Field(
        default=(),
        description="Classes of messages with a personal link into the room or the recording that are sent once more "
        "when their outcome is unknown, as a JSON list; default none. Other messages never are.",
    )
    telegram_read_seconds: float = Field(
        default=10.0, gt=0, description="How long to wait for Telegram's answer before the outcome counts as unknown."
    )

    @property
    def is_dry_run(self) -> bool:
        """There is no bot to send with."""
        return not self.telegram_bot_token.get_secret_value()

    @property
    def is_webhook(self) -> bool:
        """Telegram calls us. It only calls https addresses: without one we poll."""
        return self.telegram_mode == "webhook" and not self.is_dry_run and self.site.startswith("https://")

    @property
    def site(self) -> str:
        """What links begin with, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")
