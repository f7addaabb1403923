"""Message texts as the editor shows them: the versions, what a text looks like, what is wrong with it. No Reflex."""

import datetime as dtm
from dataclasses import dataclass

from app.shared import texts
from app.studio.bubbles import BubbleButton, Piece, pieces_of
from domain.events import Emitter, Fact, TemplateSaved
from domain.experiment import compare
from domain.message_text import BUTTONS, Language, TextError, check, samples, written
from domain.saved_texts import SavedTexts
from domain.scenarios import CURRENT
from warehouse.reads.experiments import WordingResults
from warehouse.shipped_texts import shipped

LANGUAGES: tuple[Language, ...] = ("ru", "en")
VARIANTS = ("a", "b")
SHOWN_SAMPLES = ("full", "no_name", "bare")
RESULTS = ("entered", "clicked", "registered")


@dataclass(frozen=True)
class TemplateLine:
    """One template of the list: what it is and which texts are in force, a language each."""

    template: str
    label: str
    scenario: str
    ru: str
    en: str
    has_experiment: bool


@dataclass(frozen=True)
class Version:
    """One version of a text."""

    revision: int
    text: str
    by: str
    at: str
    is_current: bool
    note: str


@dataclass(frozen=True)
class Seen:
    """A text as one reader sees it."""

    label: str
    pieces: list[Piece]
    buttons: list[BubbleButton]


@dataclass(frozen=True)
class ResultLine:
    """One result of an experiment: both shares and what may be said of them."""

    label: str
    a: str
    b: str
    verdict: str
    verdict_text: str


def lines(saved: SavedTexts, language: str) -> list[TemplateLine]:
    """Every template, in the order of the scenarios."""
    return [
        TemplateLine(
            template=step.template,
            label=texts.localised(step.label, language),
            scenario=texts.localised(scenario.label, language),
            ru=_in_force(saved, step.template, "ru", language),
            en=_in_force(saved, step.template, "en", language),
            has_experiment=any(len(saved.variants(step.template, one)) > 1 for one in LANGUAGES),
        )
        for scenario in CURRENT.values()
        for step in scenario.steps
    ]


def label_of(template: str, language: str) -> str:
    """What the step of a template is called; "" for a template nobody sends."""
    steps = (step for scenario in CURRENT.values() for step in scenario.steps)
    return next((texts.localised(step.label, language) for step in steps if step.template == template), "")


def source_of(saved: SavedTexts, template: str, language: str, variant: str) -> str:
    """What the editor starts from: the variant's own text, else what is sent now."""
    version = saved.current(template, language, variant)
    if version is not None and version.text is not None:
        return version.text
    return saved.chosen(template, language, "a").source or shipped(template, language)


def versions(saved: SavedTexts, template: str, language: str, variant: str, reader: str) -> list[Version]:
    """Every version, newest first; the shipped text last (variant b has none)."""
    history = saved.history(template, language, variant)
    shown = [
        Version(
            revision=one.revision,
            text=one.text or "",
            by=one.by,
            at=one.at.isoformat(),
            is_current=one is history[-1],
            note=_say(reader, "ended" if variant == "b" else "back") if one.text is None else "",
        )
        for one in reversed(history)
    ]
    if variant == "a":
        is_current = not history
        shown.append(Version(0, shipped(template, language), "", "", is_current, _say(reader, "shipped")))
    return shown


def seen(source: str, template: str, language: str, reader: str) -> list[Seen]:
    """The text as people of different kinds see it. Raises TextError."""
    told = samples("en" if language == "en" else "ru")
    return [
        Seen(
            _say(reader, f"sample.{name}"),
            pieces_of(written(source, told[name])),
            _buttons(template, told[name], language),
        )
        for name in SHOWN_SAMPLES
    ]


def saved_fact(
    saved: SavedTexts, place: tuple[str, str, str], source: str | None, *, by: str, now: dtm.datetime
) -> Fact:
    """The fact that makes a text the current one; `source` None takes it back. Raises TextError."""
    template, language, variant = place
    if source is not None:
        source = source.replace("\r\n", "\n").strip()
        check(source, "en" if language == "en" else "ru")
    history = saved.history(template, language, variant)
    stated = TemplateSaved.model_validate(
        {
            "template": template,
            "language": language,
            "variant": variant,
            "revision": history[-1].revision + 1 if history else 1,
            "text": source,
            "by": by,
        }
    )
    return Fact.of(stated, emitter=Emitter.STUDIO, occurred_at=now)


def complaint(error: TextError, reader: str) -> str:
    """What is wrong with a text, in words."""
    return texts.translate(reader, f"studio.scenarios.texts_page.wrong.{error.code}", detail=error.detail)


def result_lines(found: dict[str, WordingResults], reader: str) -> list[ResultLine]:
    """The results of both variants side by side."""
    a, b = found["a"], found["b"]
    shown = []
    for name in RESULTS:
        did_a, did_b = getattr(a, name), getattr(b, name)
        verdict = compare((a.matured, did_a), (b.matured, did_b))
        shown.append(
            ResultLine(
                label=_say(reader, f"result.{name}"),
                a=_share(did_a, a.matured),
                b=_share(did_b, b.matured),
                verdict=verdict,
                verdict_text=_say(reader, f"verdict.{verdict}"),
            )
        )
    return shown


def _share(did: int, of: int) -> str:
    return f"{did} / {of}" + (f" · {did / of:.0%}" if of else "")


def _buttons(template: str, values: dict[str, object], reader: str) -> list[BubbleButton]:
    address = {"landing": "" if values["room_url"] else values["landing_url"]}
    address |= {kind: values[f"{kind}_url"] for kind in ("room", "replay", "offer")}
    words = {"offer": values["offer_button"]}
    return [
        BubbleButton(str(words.get(kind) or _say(reader, f"button.{kind}")), str(address[kind]))
        for kind in BUTTONS[template]
        if address.get(kind)
    ]


def _in_force(saved: SavedTexts, template: str, language: str, reader: str) -> str:
    chosen = saved.chosen(template, language, "a")
    return f"v{chosen.revision}" if chosen.source is not None else _say(reader, "shipped")


def _say(reader: str, key: str, **values: object) -> str:
    return texts.translate(reader, f"studio.scenarios.texts_page.{key}", **values)
