"""Message texts as the editor shows them: the versions, what a text looks like, what is wrong with it. No Reflex."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.shared import texts
from app.shared.numbers import percent
from app.studio.bubbles import BubbleButton, Piece, pieces_of
from domain.events import Emitter, Fact, TemplateSaved, TextButton
from domain.experiment import compare
from domain.message_text import BUTTONS, LINKS, Language, TextError, check, may_have_buttons, samples, written
from domain.saved_texts import SavedText, SavedTexts
from domain.scenarios import CURRENT
from warehouse.reads.experiments import WordingResults
from warehouse.shipped_texts import shipped

LANGUAGES: tuple[Language, ...] = ("ru", "en")
VARIANTS = ("a", "b")
SHOWN_SAMPLES = ("full", "no_name", "bare")
MOST_LABEL = 60
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
class ButtonLine:
    """A button there may be under the text: whether it is, and its own words ("" the usual ones)."""

    kind: str
    name: str
    is_on: bool
    label: str


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
            text=_with_buttons(one),
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


def buttons_of(saved: SavedTexts, template: str, language: str, variant: str) -> tuple[TextButton, ...]:
    """The buttons the editor starts from: the variant's own, else those that are sent now."""
    version = saved.current(template, language, variant)
    found = version if version is not None and version.text is not None else saved.chosen(template, language, "a")
    return found.buttons if found.buttons is not None else shipped_buttons(template)


def shipped_buttons(template: str) -> tuple[TextButton, ...]:
    """The buttons of a template that nobody changed."""
    return tuple(TextButton(kind=kind) for kind in BUTTONS[template] if kind != "stop")


def typed_buttons(typed: Mapping[str, object], template: str) -> tuple[TextButton, ...] | None:
    """The buttons of the filled form, the shipped ones first; None: they are as shipped. Raises TextError `button`."""
    if not any(name.startswith("label_") for name in typed):  # a form without buttons: a partner's alert
        return None
    found = []
    shipped_first = dict.fromkeys((*(kind for kind in BUTTONS[template] if kind in LINKS), *LINKS))
    for kind in shipped_first:
        label = str(typed.get(f"label_{kind}") or "").strip()
        if typed.get(f"button_{kind}"):
            if len(label) > MOST_LABEL or "\n" in label:
                raise TextError("button", label[:MOST_LABEL])
            found.append(TextButton(kind=kind, label=label))
    return None if tuple(found) == shipped_buttons(template) else tuple(found)


def button_lines(buttons: Sequence[TextButton], template: str, reader: str) -> list[ButtonLine]:
    """Every button there may be, with what is chosen now."""
    labels: dict[str, str] = {button.kind: button.label for button in buttons}
    if not may_have_buttons(template):
        return []
    return [ButtonLine(kind, _say(reader, f"button.{kind}"), kind in labels, labels.get(kind, "")) for kind in LINKS]


def seen(source: str, buttons: Sequence[TextButton], language: str, reader: str) -> list[Seen]:
    """The text as people of different kinds see it. Raises TextError."""
    told = samples("en" if language == "en" else "ru")
    return [
        Seen(
            _say(reader, f"sample.{name}"),
            pieces_of(written(source, told[name])),
            _buttons(buttons, told[name], language),
        )
        for name in SHOWN_SAMPLES
    ]


def saved_fact(
    saved: SavedTexts,
    place: tuple[str, str, str],
    source: str | None,
    buttons: tuple[TextButton, ...] | None,
    *,
    by: str,
    now: dtm.datetime,
) -> Fact:
    """The fact that makes a text and its buttons the current ones; `source` None takes both back. Raises TextError."""
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
            "buttons": buttons if source is not None else None,
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
                a=_share(did_a, a.matured, reader),
                b=_share(did_b, b.matured, reader),
                verdict=verdict,
                verdict_text=_say(reader, f"verdict.{verdict}"),
            )
        )
    return shown


def _with_buttons(version: SavedText) -> str:
    """The source of a version, its own buttons below it."""
    if version.text is None or version.buttons is None:
        return version.text or ""
    return "\n".join([version.text, "", *(f"[{one.kind}] {one.label}".rstrip() for one in version.buttons)])


def _share(did: int, of: int, language: str) -> str:
    return f"{did} / {of}" + (f" · {percent(did, of, language)}" if of else "")


def _buttons(buttons: Sequence[TextButton], values: dict[str, object], reader: str) -> list[BubbleButton]:
    address = {"landing": "" if values["room_url"] else values["landing_url"]}
    address |= {kind: values[f"{kind}_url"] for kind in ("room", "replay", "book", "offer")}
    words: dict[str, object] = {"offer": values["offer_button"]}
    return [
        BubbleButton(
            one.label or str(words.get(one.kind) or _say(reader, f"button.{one.kind}")), str(address[one.kind])
        )
        for one in buttons
        if address.get(one.kind)
    ]


def _in_force(saved: SavedTexts, template: str, language: str, reader: str) -> str:
    chosen = saved.chosen(template, language, "a")
    return f"v{chosen.revision}" if chosen.source is not None else _say(reader, "shipped")


def _say(reader: str, key: str, **values: object) -> str:
    return texts.translate(reader, f"studio.scenarios.texts_page.{key}", **values)
