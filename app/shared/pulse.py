"""Numbers that stay fresh: the page asks again every few seconds while it is visible (`assets/clock/pulse.jsx`)."""

import reflex as rx

FRESH_SECONDS = 4
"""How often an open page with numbers asks whether the log has grown: a fact is seen within five seconds."""


class Pulse(rx.Component):
    """Calls `on_beat` every `seconds` while the page can be seen, and when it comes back into view."""

    library = rx.asset("clock/pulse.jsx").importable_path
    tag = "Pulse"

    seconds: rx.Var[int]
    on_beat: rx.EventHandler[rx.event.no_args_event_spec]  # type: ignore[type-arg,valid-type]


pulse = Pulse.create
