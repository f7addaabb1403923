"""What an operator may set about the app. Everything has a default; the names in the environment start with EFIR_."""

from pydantic import Field

from warehouse.settings import Settings as WarehouseSettings


class Settings(WarehouseSettings):
    """Settings of the app, on top of the warehouse's."""

    port: int = Field(default=3000, ge=0, le=65535, description="Port of the app.")
    public_url: str = Field(default="", description="Address people reach the app at; empty: http://localhost:<port>.")
    trusted_proxy_hops: int = Field(
        default=0, ge=0, description="Reverse proxies in front whose X-Forwarded-For counts."
    )
    form_submissions_per_minute: int = Field(default=20, gt=0, description="Sign-ups from one IP address per minute.")
    takes_bare_partner_codes: bool = Field(
        default=False,
        description="Credit partner links without a signature too; only while links from before 0.2 are still around.",
    )
    room_capacity: int = Field(
        default=6_000, ge=0, description="People in one room; the next ones wait in a queue. 0: no limit."
    )
    room_sockets_per_address: int = Field(
        default=500, ge=0, description="Open room sockets from one IP address (offices, mobile carriers). 0: no limit."
    )
    second_factor_required: bool = Field(
        default=False, description="Staff without a second factor may do nothing but set one up; partners need none."
    )
    second_factor_grace_hours: float = Field(
        default=24, ge=0, description="How long after accepting the invitation staff may work without one all the same."
    )
    currency: str = Field(
        default="RUB", pattern="^[A-Z]{3}$", description="Currency (ISO 4217) of imported costs that name none."
    )
    dagster_port: int = Field(default=3001, ge=0, le=65535, description="Port of the Dagster UI on 127.0.0.1.")
    dagster_url: str = Field(
        default="", description="Address staff reach Dagster at, for links; empty: http://127.0.0.1:<its port>."
    )
    heartbeat_seconds: float = Field(default=10, gt=0, description="How often a room page says it is still there.")

    @property
    def address(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def dagster_address(self) -> str:
        """Where links to Dagster lead, without a trailing slash."""
        return (self.dagster_url or f"http://127.0.0.1:{self.dagster_port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people come over TLS: cookies are Secure then."""
        return self.address.startswith("https://")

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins whose pages may talk to our sockets and post to our routes."""
        local = (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")
        return tuple(dict.fromkeys((self.address, *local)))
