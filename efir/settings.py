"""What an operator may set about the whole house: every door's settings in one place, and the first admin's address."""

import os
import sys
from pathlib import Path

from dotenv import load_dotenv
from pydantic import Field

from app.settings import Settings as AppSettings
from pipelines.settings import Settings as PipelinesSettings

REPOSITORY = Path(__file__).parent.parent
"""Where the code stands; the processes run here."""
DEMO_HOME = ".efir-demo"
PROGRAMS = Path(sys.executable).parent
"""The programs of this environment: uvicorn, dagster, node."""


class Settings(AppSettings, PipelinesSettings):
    """Settings of every process that `efir up` starts, and of the commands."""

    admin_email: str = Field(default="admin@example.com", description="Whom the first admin's one-time link is for.")

    def environment(self) -> dict[str, str]:
        """What children are given so that they see the same installation whatever folder they run in."""
        return {
            "EFIR_HOME": str(self.home.absolute()),
            "EFIR_PORT": str(self.port),
            "EFIR_DAGSTER_PORT": str(self.dagster_port),
            "EFIR_WAREHOUSE_PORT": str(self.warehouse_port),
            "EFIR_PUBLIC_URL": self.address,
            "DAGSTER_HOME": str(self.dagster_home),
            "PATH": os.pathsep.join([str(PROGRAMS), os.environ.get("PATH", "")]),
            "PYTHONUNBUFFERED": "1",
        }


def load(*, is_demo: bool = False) -> Settings:
    """Settings from the environment and, for what is not set there, from `.env` in the current folder.

    The demo keeps its data apart unless the environment itself says where.
    """
    if is_demo:
        os.environ.setdefault("EFIR_HOME", DEMO_HOME)
    load_dotenv(Path.cwd() / ".env")
    return Settings()
