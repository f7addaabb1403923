"""placeholder"""

from efir.settings import Settings


def up(settings: Settings) -> None: ...
