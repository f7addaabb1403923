"""The generated half of `docs/scenarios.md`: the catalogue as a table a scenario. The prose stays as it is written."""

import datetime as dtm
from pathlib import Path

from domain.scenarios import AFTER, ALERTS, CURRENT, SESSION, WELCOME, Moment, Scenario, Step

PAGE = Path(__file__).parent.parent.parent / "docs" / "scenarios.md"
BEGIN, END = "<!-- catalogue: written by `make docs` -->", "<!-- end of the catalogue -->"
ORDER = tuple(scenario.name for scenario in (WELCOME, SESSION, ALERTS, AFTER))
HEAD = "| step | to | class | due | valid until | if | exits if |\n|---|---|---|---|---|---|---|"


def markdown() -> str:
    """The whole page, with the catalogue as the code says it today."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    tables = "\n\n".join(_scenario(CURRENT[name]) for name in (*ORDER, *sorted(CURRENT.keys() - ORDER)))
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def _scenario(scenario: Scenario) -> str:
    rows = "\n".join(_row(step) for step in scenario.steps)
    title = f"### {scenario.label['en']} (`{scenario.name}`, version {scenario.version})"
    return f"{title}\n\nStarted by {scenario.trigger}.\n\n{HEAD}\n{rows}"


def _row(step: Step) -> str:
    catch_up = ", also later" if step.catch_up else ""
    cells = (
        f"`{step.key}` {step.label['en']}",
        step.recipient,
        step.message_class,
        _moment(step.anchor) + catch_up,
        " or ".join(map(_moment, step.until)),
        ", ".join(f"`{one}`" for one in step.conditions) or "—",
        ", ".join(f"`{one}`" for one in step.exits) or "—",
    )
    return f"| {' | '.join(cells)} |"


def _moment(moment: Moment) -> str:
    if not moment.offset:
        return f"`{moment.occasion}`"
    sign = "+" if moment.offset > dtm.timedelta(0) else "−"
    return f"`{moment.occasion}` {sign} {_length(abs(moment.offset))}"


def _length(length: dtm.timedelta) -> str:
    seconds = round(length.total_seconds())
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
