"""What an operator may set about the whole house: every door's settings in one place, and the first admin's address."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from dotenv import load_dotenv
from pydantic import Field, ValidationError
from pydantic_settings import SettingsError

from app.settings import Settings as AppSettings
from notifier.settings import Settings as NotifierSettings
from pipelines.settings import Settings as PipelinesSettings

REPOSITORY = Path(__file__).parent.parent
"""Where the code stands; the processes run here."""
DEMO_HOME = ".efir-demo"
ADVICE = "What settings may be: docs/settings.md"
PROGRAMS = Path(sys.executable).parent
"""The programs of this environment: uvicorn, dagster, node."""


class WronglySet(RuntimeError):  # noqa: N818 - reads as what it says
    """A setting that cannot be used; the message names it as it stands in the environment."""


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

    The demo keeps its data apart unless the environment itself says where. Raises WronglySet, also for what only the
    notifier reads: it would fall over later, and again and again.
    """
    if is_demo:
        os.environ.setdefault("EFIR_HOME", DEMO_HOME)
    load_dotenv(Path.cwd() / ".env")
    try:
        NotifierSettings()
        return Settings()
    except ValidationError as error:
        raise WronglySet("; ".join(_complaints(error)) + f". {ADVICE}") from error
    except SettingsError as error:  # a list that is no JSON
        raise WronglySet(f"{error}. {ADVICE}") from error


def _complaints(error: ValidationError) -> Iterator[str]:
    """One clause a setting, without its value: it may be a token."""
    for found in error.errors(include_input=False, include_url=False):
        name = str(found["loc"][0])
        yield f"{name if name.isupper() else f'EFIR_{name.upper()}'}: {found['msg']}"
