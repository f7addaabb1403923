"""Numbers of the dashboards as people read them: shares, positions on a clock."""


def percent(part: int, whole: int) -> str:
    """A share in whole percent; «—» of nothing."""
    return f"{100 * part / whole:.0f}\N{NO-BREAK SPACE}%" if whole else "—"


def clock(seconds: float | None) -> str:
    """A position or length as m:ss or h:mm:ss; «—» for unknown."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
