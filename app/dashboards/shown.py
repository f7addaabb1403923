"""Numbers of the dashboards as people read them: shares, positions on a clock."""


def percent(part: int, whole: int) -> str:
    """A share with two digits, as every page shows it; «—» of nothing."""
    if not whole:
        return "—"
    share = 100 * part / whole
    digits = 0 if share >= 10 or share == 0 else 1  # noqa: PLR2004 - two digits are enough
    return f"{share:.{digits}f}\N{NO-BREAK SPACE}%"


def clock(seconds: float | None) -> str:
    """A position or length as m:ss or h:mm:ss; «—» for unknown."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
