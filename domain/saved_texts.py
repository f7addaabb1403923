"""Message texts that staff saved, version by version, and the A/B experiments they make. No rendering, no files."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from domain.events import Fact, TemplateSaved, TextButton

Place = tuple[str, str, str]
"""Template, language, variant."""


@dataclass(frozen=True, slots=True)
class SavedText:
    """One saved version. `text` None: from here on the shipped text again, or (variant b) no experiment."""

    revision: int
    text: str | None
    by: str
    at: dtm.datetime
    buttons: tuple[TextButton, ...] | None = None
    """Its buttons; None: those the template was shipped with."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The text in force: a saved source, or None for the shipped one (revision 0)."""

    source: str | None
    revision: int
    variant: str
    buttons: tuple[TextButton, ...] | None = None


@dataclass(frozen=True, slots=True)
class SavedTexts:
    """Every saved version, oldest first, by template, language and variant."""

    of: Mapping[Place, tuple[SavedText, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def history(self, template: str, language: str, variant: str = "a") -> tuple[SavedText, ...]:
        """All versions, oldest first."""
        return self.of.get((template, language, variant), ())

    def current(self, template: str, language: str, variant: str = "a") -> SavedText | None:
        """The version in force; None: nobody ever saved one."""
        return next(iter(self.history(template, language, variant)[-1:]), None)

    def chosen(self, template: str, language: str, variant: str) -> Chosen:
        """What a message is written with. A variant without a text of its own is written with the first one's."""
        for name in dict.fromkeys((variant, "a")):
            version = self.current(template, language, name)
            if version is not None and version.text is not None:
                return Chosen(version.text, version.revision, name, version.buttons)
        return Chosen(None, 0, "a")

    def variants(self, template: str, language: str) -> tuple[str, ...]:
        """The variants that new messages are dealt: `b` takes part while it has a text."""
        second = self.current(template, language, "b")
        return ("a", "b") if second and second.text is not None else ("a",)

    def compared_since(self, template: str, language: str) -> dtm.datetime | None:
        """Since when variant a and variant b have been what they are now; None: there is no experiment."""
        if len(self.variants(template, language)) == 1:
            return None
        newest = (self.current(template, language, variant) for variant in ("a", "b"))
        return max(version.at for version in newest if version)


NO_SAVED_TEXTS = SavedTexts()


def fold_saved_texts(ordered: Iterable[Fact]) -> SavedTexts:
    """Saved texts from facts; the revision decides what is newer, not the order of arrival."""
    found: dict[Place, dict[int, SavedText]] = {}
    for fact in ordered:
        if fact.name == TemplateSaved.name:
            saved = fact.as_event(TemplateSaved)
            version = SavedText(saved.revision, saved.text, saved.by, fact.occurred_at, saved.buttons)
            found.setdefault((saved.template, saved.language, saved.variant), {})[saved.revision] = version
    return SavedTexts(
        MappingProxyType({place: tuple(versions[n] for n in sorted(versions)) for place, versions in found.items()})
    )
