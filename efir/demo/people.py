"""The synthetic cohort: made-up people, where they come from and what they do. The same seed makes the same cohort."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from domain.attribution import NO_UTM
from domain.events import NAMESPACE, Utm

Language = Literal["ru", "en"]
Conduct = Literal[
    "missed", "lobby_only", "left_before_offer", "left_after_offer", "completed", "joined_late",
    "offer_clicked", "form_submitted", "watched_replay",
]  # fmt: skip

WOMEN = ("Анна", "Вера", "Дарья", "Елена", "Ирина", "Ксения", "Мария", "Ольга", "Полина", "София", "Татьяна", "Юлия")
MEN = ("Артём", "Борис", "Виктор", "Глеб", "Денис", "Егор", "Иван", "Кирилл", "Лев", "Максим", "Никита", "Павел")
INVENTED = ("Примеров", "Образцов", "Тестов", "Макетов", "Выдумкин")
"""Surnames that say of themselves that nobody bears them."""
ENGLISH = ("Alice Sample", "Bob Placeholder", "Carol Mockley", "Dan Fictive", "Eve Example", "Frank Demoson")

CONDUCTS: Sequence[Conduct] = (
    "missed", "completed", "form_submitted", "left_after_offer", "watched_replay", "left_before_offer",
    "offer_clicked", "joined_late", "missed", "completed", "lobby_only", "form_submitted",
)  # fmt: skip
"""Dealt in turn, so that every outcome occurs in every larger session."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a visit comes from."""

    utm: Utm = NO_UTM
    referrer_host: str | None = None
    partner_code: str | None = None


SOURCES: Sequence[Source] = (
    Source(Utm(source="yandex", medium="cpc", campaign="demo-november")),
    Source(Utm(source="telegram", medium="post", campaign="demo-channel"), partner_code="klub"),
    Source(partner_code="masterskaya"),
    Source(Utm(source="vk", medium="social", campaign="demo-november")),
    Source(),
    Source(referrer_host="www.google.com"),
    Source(Utm(source="newsletter", medium="email", campaign="demo-digest"), partner_code="klub"),
    Source(Utm(source="yandex", medium="cpc", campaign="demo-brand")),
    Source(partner_code="studio-severa"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. `links_telegram_after_minutes` None: never."""

    number: int
    name: str
    language: Language
    phone: str
    email: str
    source: Source
    second_source: Source | None
    links_telegram_after_minutes: float | None
    conduct: Conduct
    with_partner_transfer: bool

    @property
    def lead_id(self) -> str:
        """The id proposed for the lead."""
        return stable_id("lead", self.number)

    @property
    def visitor_id(self) -> str:
        """The mark of their browser."""
        return stable_id("visitor", self.number)

    @property
    def chat_id(self) -> str:
        """A chat id in the range that Telegram does not use."""
        return str(10**12 + self.number)


def stable_id(*key: object) -> str:
    """An id that is the same in every demo."""
    return str(uuid.uuid5(NAMESPACE, "/".join(["demo", *map(str, key)])))


def cohort(seed: int, count: int) -> list[Person]:
    """People in the order in which they sign up."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    names = _names(chance)
    return [_person(number, names[number % len(names)], chance) for number in range(count)]


def _person(number: int, name: str, chance: random.Random) -> Person:
    is_english = name in ENGLISH
    return Person(
        number=number,
        name=name,
        language="en" if is_english else "ru",
        phone="" if is_english else f"+7999000{number:04d}",
        email=f"demo{number}@example.com" if is_english or chance.random() < 0.5 else "",  # noqa: PLR2004
        source=chance.choice(SOURCES),
        second_source=chance.choice(SOURCES) if chance.random() < 0.3 else None,  # noqa: PLR2004
        links_telegram_after_minutes=chance.choice((0.5, 0.5, 1, 1, 2, 3, 8, 45, None, None)),
        conduct=CONDUCTS[number % len(CONDUCTS)],
        with_partner_transfer=chance.random() < 0.8,  # noqa: PLR2004
    )


def _names(chance: random.Random) -> list[str]:
    women = [f"{first} {surname}а" for first in WOMEN for surname in INVENTED]
    men = [f"{first} {surname}" for first in MEN for surname in INVENTED]
    names = women + men
    chance.shuffle(names)
    for position, name in enumerate(ENGLISH):
        names.insert(7 + position * 9, name)
    return names
