"""Numbers of the staff pages and the cabinet with their names and definitions: the words are those of `domain.metrics`.

Every number stands in an element with `data-metric`, and on the same page something tells what that metric means.
"""

from typing import Any

import reflex as rx

from app.shared import texts
from app.shared.clock import local_time
from app.shared.meaning import meaning
from app.shared.numbers import counted, decimal
from app.studio.desk import Desk
from domain.metrics import BY_SLUG

Child = Any
t = Desk.t


def label(slug: str) -> Child:
    """What the metric is called, in the reader's language."""
    return _said(BY_SLUG[slug].label)


def definition(slug: str) -> Child:
    """What the metric means, in the reader's language."""
    return _said(BY_SLUG[slug].definition)


def named(slug: str, called: Child = None, *, class_name: str = "") -> rx.Component:
    """The metric's name, which tells its definition; `called` where the place has a shorter name for it."""
    text = label(slug) if called is None else called
    return meaning(text=text, definition=definition(slug), slug=slug, class_name=class_name)


def sign(slug: str) -> rx.Component:
    """A small sign that tells the metric's definition, where its name is a title or a link."""
    return meaning(name=asked(label(slug)), definition=definition(slug), slug=slug)


def asked(name: Child) -> Child:
    """What a screen reader calls the sign beside something of that name."""
    return t["studio.means"] + " " + quoted(name)


def quoted(name: Child) -> Child:
    """A name in the quotation marks of the reader's language."""
    return t["common.quote_opens"] + name + t["common.quote_closes"]


def number(value: Child, slug: Child, *, class_name: str = "digits", name: str = "") -> rx.Component:
    """A number of the metric, for a sentence. Its definition stands elsewhere on the page."""
    return rx.el.span(counted(value, Desk.lang), class_name=class_name, custom_attrs=_attributes(slug, name))


def measure(value: Child, slug: str, *, name: str, called: Child = None) -> rx.Component:
    """A number with its name, for a list of figures."""
    return rx.el.div(
        rx.el.dt(named(slug, called)),
        rx.el.dd(
            counted(value, Desk.lang),
            class_name="figure-value digits",
            custom_attrs=_attributes(slug, f"figure-{name}"),
        ),
        class_name="figure",
    )


def column(slug: str, called: Child = None) -> rx.Component:
    """The head of a column of numbers."""
    return rx.el.th(named(slug, called), scope="col")


def entry(value: Child, slug: str, called: Child = None) -> rx.Component:
    """A cell of a sheet. Where the head of the column cannot be seen, on a phone, it carries the name itself."""
    return rx.el.td(
        rx.el.div(
            named(slug, called, class_name="on-phone"), rx.el.span(counted(value, Desk.lang)), class_name="cell digits"
        ),
        custom_attrs={"data-metric": slug},
    )


def span(seconds: float, language: str) -> str:
    """A length of time in one unit: seconds, minutes, hours or days."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= size:
            number = seconds / size
            shown = decimal(number, language, 1 if number < 2 and number != int(number) else 0)  # noqa: PLR2004
            return texts.translate(language, f"studio.span.{unit}", number=shown)
    return texts.translate(language, "studio.span.seconds", number=decimal(seconds, language))


def as_of(at: Child) -> rx.Component:
    """Up to which moment the numbers of the page go, in the reader's zone."""
    return rx.el.p(
        t["studio.as_of"],
        " ",
        local_time(at=at, language=Desk.lang, with_zone=True, shape="precise", class_name="moment digits"),
        class_name="faint as-of",
        custom_attrs={"data-testid": "as-of"},
    )


def _said(words: dict[str, str]) -> Child:
    return rx.cond(Desk.lang == "en", words["en"], words["ru"])


def _attributes(slug: Child, name: str) -> dict[str, Child]:
    return {"data-metric": slug} | ({"data-testid": name} if name else {})
