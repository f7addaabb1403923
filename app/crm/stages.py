"""The stages of the house's pipeline: an ordered list staff may change. A lead keeps the stage it has."""

import datetime as dtm
import re
from dataclasses import dataclass

from app.access import journal
from warehouse.interface import Warehouse
from warehouse.reads import leads
from warehouse.reads.leads import NEW, LeadFilter

COLLECTION, KEY = "crm", "stages"
LINE = re.compile(r"(?P<slug>[a-z0-9_]{1,32})\s*:\s*(?P<ru>[^/]{1,60})(?:/\s*(?P<en>.{1,60}))?")
MOST = 20


@dataclass(frozen=True, slots=True)
class Stage:
    """One step. The slug stands in facts and never changes; the names are for people."""

    slug: str
    ru: str
    en: str

    def name(self, language: str) -> str:
        """Its name in the reader's language."""
        return self.en if language == "en" else self.ru


DEFAULTS = (
    Stage(NEW, "Новый", "New"),
    Stage("contacted", "Связались", "Contacted"),
    Stage("interested", "Заинтересован", "Interested"),
    Stage("negotiating", "Переговоры", "Negotiating"),
    Stage("won", "Купил", "Won"),
    Stage("lost", "Отказ", "Lost"),
)


class BadStages(ValueError):  # noqa: N818 - reads as what it says
    """The text is no list of stages; `line` is the first that is not understood."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


class StageHeld(ValueError):  # noqa: N818 - reads as what it says
    """A stage that is to go still has leads, `count` of them: nobody would see them any more."""

    def __init__(self, stage: Stage, count: int) -> None:
        super().__init__(stage.slug)
        self.stage = stage
        self.count = count


def stages(warehouse: Warehouse) -> list[Stage]:
    """The stages in their order."""
    entry = warehouse.get(COLLECTION, KEY)
    return [Stage(*row) for row in entry.body["stages"]] if entry else list(DEFAULTS)


def standing(warehouse: Warehouse) -> list[Stage]:
    """The stages, and behind them those of old that still have leads: of a merge taken back, or of a race."""
    known = stages(warehouse)
    gone = sorted(set(leads.stages(warehouse)) - {one.slug for one in known})
    held = leads.board(warehouse, gone, LeadFilter(), limit=1)
    return known + [Stage(slug, slug, slug) for slug in gone if held[slug].total]


def as_text(found: list[Stage]) -> str:
    """One line a stage: `slug: Название / Name`."""
    return "\n".join(f"{stage.slug}: {stage.ru} / {stage.en}" for stage in found)


def read(text: str) -> list[Stage]:
    """The stages of such a text; `new` is always among them. Raises BadStages."""
    found: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = LINE.fullmatch(line)
        if match is None or match["slug"] in {stage.slug for stage in found} or len(found) == MOST:
            raise BadStages(line)
        russian = match["ru"].strip()
        found.append(Stage(match["slug"], russian, (match["en"] or russian).strip()))
    return found if any(stage.slug == NEW for stage in found) else [DEFAULTS[0], *found]


def save(warehouse: Warehouse, found: list[Stage], *, by: str, now: dtm.datetime) -> None:
    """Use these from now on; the journal says who wanted it. Raises StageHeld."""
    going = [one for one in stages(warehouse) if one.slug not in {stage.slug for stage in found}]
    held = leads.board(warehouse, [one.slug for one in going], LeadFilter(), limit=1)
    for one in going:
        if held[one.slug].total:
            raise StageHeld(one, held[one.slug].total)
    warehouse.put(COLLECTION, KEY, {"stages": [[stage.slug, stage.ru, stage.en] for stage in found]})
    journal.note(warehouse, "stages_changed", by, now=now, about=", ".join(stage.slug for stage in found))
