"""Positions on a clock, as people read them."""


def clock(seconds: float | None) -> str:
    """A position or length as m:ss or h:mm:ss; «—» for unknown."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
