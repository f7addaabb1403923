"""Time zones there are. To ask the system walks through hundreds of files: asked once a process."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known() -> frozenset[str]:
    """Every name that `ZoneInfo` takes."""
    return frozenset(available_timezones())


@cache
def places() -> tuple[str, ...]:
    """Those people choose from, named after places, in order."""
    return tuple(sorted(name for name in known() if "/" in name and not name.startswith(("Etc/", "posix"))))
