"""The scenarios' pages: numbers lead to messages, pausing is a fact, a preview writes nothing."""

import datetime as dtm
from collections.abc import Iterator
from typing import Any

import pytest

from app.access.roles import Role
from app.shared import schedule, texts
from app.shared import warehouse as connection
from app.studio.outbox import Outbox
from app.studio.scenarios import axes, drafts, words
from app.studio.scenarios.cards import StepCard
from app.studio.scenarios.editor import Editor, Texts
from app.studio.scenarios.preview import Preview
from app.studio.scenarios.timelines import Timelines
from domain.message_text import Language
from domain.scenarios import AFTER, CURRENT, SESSION, TEMPLATES, WELCOME
from domain.webinars import Schedule
from notifier.messages import labels
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse import small_cohort
from tests.warehouse.small_cohort import ANNA, VERA, tell
from warehouse.local import LocalWarehouse
from warehouse.shipped_texts import shipped


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    tell(warehouse)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


@pytest.fixture
def admin(house: LocalWarehouse) -> Tab:
    return Tab(cookie(house, Role.ADMIN), "/studio/scenarios")


def steps(page: Timelines) -> dict[str, StepCard]:
    return {step.key: step for card in page.cards for axis in card.axes for step in axis.steps}


def test_every_step_of_the_catalogue_is_drawn(admin: Tab) -> None:
    page = admin.call(Timelines, "opened")
    assert steps(page).keys() == {step.key for scenario in CURRENT.values() for step in scenario.steps}
    for card in steps(page).values():
        assert 0 <= float(card.left[:-1]) < 100
        assert float(card.left[:-1]) + float(card.width[:-1]) <= 101


def test_a_number_leads_to_its_messages(admin: Tab) -> None:
    card = steps(admin.call(Timelines, "opened"))["welcome"]
    counts = {count.name: count for count in (*card.counts, *card.reasons)}
    assert {name: count.value for name, count in counts.items()} == {
        "planned": 2, "sent": 1, "skipped": 1, "failed": 1, "uncertain": 0, "channel_gone": 1,
    }  # fmt: skip
    for count in counts.values():
        admin.go(count.href)
        outbox = admin.call(Outbox, "opened")
        assert len(outbox.bubbles) == count.value
        assert "Приветствие" in outbox.only


def test_pausing_a_step_is_a_fact_and_is_shown(admin: Tab, house: LocalWarehouse) -> None:
    page = admin.call(Timelines, "switch", "session", "reminder_1h", True)  # noqa: FBT003 - as a client calls it
    assert (steps(page)["reminder_1h"].is_paused, steps(page)["reminder_24h"].is_held) == (True, False)
    assert "admin@example.org" in steps(page)["reminder_1h"].pause_text
    page = admin.call(Timelines, "switch", "session", "", True)  # noqa: FBT003
    assert steps(page)["reminder_24h"].is_held
    assert next(card for card in page.cards if card.name == "session").is_paused
    page = admin.call(Timelines, "switch", "session", "", False)  # noqa: FBT003
    assert not steps(page)["reminder_24h"].is_held
    names = [fact.name for fact in house.facts_of(names=["scenario_paused", "scenario_resumed"])]
    assert names == ["scenario_paused", "scenario_paused", "scenario_resumed"]


def test_only_marketers_pause_and_only_what_exists(house: LocalWarehouse, admin: Tab) -> None:
    before = house.health()["last_seq"]
    analyst = Tab(cookie(house, Role.ANALYST))
    assert analyst.call(Timelines, "switch", "session", "", True).access == "forbidden"  # noqa: FBT003
    assert admin.call(Timelines, "switch", "session", "no-such-step", True).complaint  # noqa: FBT003
    assert admin.call(Timelines, "switch", "no-such-scenario", "", True).complaint  # noqa: FBT003
    assert house.health()["last_seq"] == before


def imagined(**changed: str) -> dict[str, Any]:
    boxes = dict.fromkeys(("linked", "partner", "processing", "marketing", "partner_transfer"), "on")
    return {"session": small_cohort.SESSION, "hours_before": "72", "coming": "misses", "zone": "", **boxes, **changed}


def test_an_imagined_person_is_told_when_and_why_not(admin: Tab, house: LocalWarehouse) -> None:
    before = house.health()["last_seq"]
    page = admin.call(Preview, "show_imagined", imagined())
    told = {step.key: (step.state, step.at) for step in page.steps}
    assert page.zone == "Europe/Moscow"
    assert told["reminder_1h"] == ("planned", "ср 04.03 14:00")
    assert told["reminder_10m"] == ("planned", "ср 04.03 14:50")
    page = admin.call(Preview, "show_imagined", imagined(zone="Asia/Omsk", marketing=""))
    told = {step.key: (step.state, step.at) for step in page.steps}
    assert told["reminder_1h"] == ("planned", "ср 04.03 17:00")
    why = {step.key: step.why for step in page.steps}
    assert page.limits.startswith("Реклама: не больше 3 в день и ничего с 22:00 до 09:00")
    assert why["follow_up_not_attended"] == "Нет согласия на такие сообщения. Нет согласия на рекламу."
    assert house.health()["last_seq"] == before, "a preview writes nothing"


def test_a_pause_is_seen_in_the_preview(admin: Tab, house: LocalWarehouse) -> None:
    admin.call(Timelines, "switch", "welcome", "", True)  # noqa: FBT003
    [fact] = house.facts_of(names=["scenario_paused"])
    assert fact.occurred_at > small_cohort.START
    page = admin.call(Preview, "show_imagined", imagined())
    assert {step.state for step in page.steps if step.key == "welcome"} == {"planned"}, "paused only since today"


def test_what_is_no_number_is_said(admin: Tab) -> None:
    page = admin.call(Preview, "show_imagined", imagined(hours_before="вчера"))
    assert (page.wrong, page.steps) == ("Число часов от 0 до 720.", [])


def test_a_person_is_found_and_previewed(admin: Tab, house: LocalWarehouse) -> None:
    before = house.health()["last_seq"]
    page = admin.call(Preview, "find", {"search": "примеров"})
    [choice] = page.found
    assert (choice.value, "Анна Примерова" in choice.label) == (ANNA, True)
    page = admin.call(Preview, "show_lead", VERA)
    assert (page.whose, page.is_shown) == ("Vera Sample", True)
    assert admin.call(Preview, "find", {"search": "никто такой"}).is_nobody
    assert admin.call(Preview, "show_lead", "no-such-lead").is_nobody
    assert house.health()["last_seq"] == before


@pytest.fixture
def editor(admin: Tab) -> Tab:
    admin.go("/studio/scenarios/texts/welcome")
    admin.call(Editor, "opened")
    return admin


def test_every_template_is_listed_as_shipped(admin: Tab) -> None:
    page = admin.call(Texts, "opened")
    assert {line.template for line in page.lines} == TEMPLATES
    assert {line.ru for line in page.lines} == {"стандартный"}


def test_a_text_is_saved_seen_and_taken_back(editor: Tab, house: LocalWarehouse) -> None:
    page = editor.call(Editor, "save", {"text": "{% if name %}{{ name }}, привет{% else %}Привет{% endif %}!"})
    assert ["".join(piece.text for piece in one.pieces) for one in page.seen] == ["Анна, привет!", "Привет!", "Привет!"]
    assert [button.text for button in page.seen[0].buttons] == ["Войти в комнату"]
    page = editor.call(Editor, "save", {"text": "Второй"})
    assert [(one.revision, one.is_current) for one in page.versions] == [(2, True), (1, False), (0, False)]
    page = editor.call(Editor, "restore", 1)
    assert (page.source.startswith("{% if name %}"), page.versions[0].revision) == (True, 3)
    page = editor.call(Editor, "restore", 0)
    assert (page.source, page.versions[0].note) == (shipped("welcome", "ru"), "возврат к стандартному")
    assert [fact.properties["revision"] for fact in house.facts_of(names=["template_saved"])] == [1, 2, 3, 4]
    assert {fact.properties["by"] for fact in house.facts_of(names=["template_saved"])} == {"admin@example.org"}


def test_a_text_that_cannot_be_sent_is_not_saved(editor: Tab, house: LocalWarehouse) -> None:
    page = editor.call(Editor, "save", {"text": "Привет, {{ nmae }}"})
    assert (page.wrong, page.source) == ("Такой подстановки нет: nmae", "Привет, {{ nmae }}")
    assert house.facts_of(names=["template_saved"]) == []


def test_who_saves_second_is_told(editor: Tab, house: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = schedule.current()

    async def behind() -> Schedule:
        return stale

    editor.call(Editor, "save", {"text": "Первый"})
    monkeypatch.setattr(schedule, "refresh", behind)
    assert "раньше вас" in editor.call(Editor, "save", {"text": "Второй"}).complaint
    assert len(house.facts_of(names=["template_saved"])) == 1


def test_variant_b_is_an_experiment_that_can_end(editor: Tab) -> None:
    page = editor.call(Editor, "pick", "ru", "b")
    assert (page.versions, page.has_experiment) == ([], False)
    page = editor.call(Editor, "save", {"text": "Вариант"})
    assert page.has_experiment
    assert schedule.current().texts.variants("welcome", "ru") == ("a", "b")
    assert schedule.current().texts.variants("welcome", "en") == ("a",)
    assert {line.verdict for line in page.results} == {"too_early"}
    page = editor.call(Editor, "end_experiment")
    assert (page.has_experiment, page.variant) == (False, "a")
    assert schedule.current().texts.variants("welcome", "ru") == ("a",)


def test_an_unknown_template_is_said_to_be_missing(admin: Tab, house: LocalWarehouse) -> None:
    admin.go("/studio/scenarios/texts/no-such")
    assert admin.call(Editor, "opened").is_missing
    admin.call(Editor, "save", {"text": "Да"})
    assert house.facts_of(names=["template_saved"]) == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_preview_names_buttons_as_the_bot_does(language: Language) -> None:
    for kind in ("room", "replay", "landing", "offer"):
        assert texts.translate(language, f"studio.scenarios.texts_page.button.{kind}") == labels(language)[kind]


def test_moments_are_said_in_words() -> None:
    by_key = {step.key: (step, scenario) for scenario in (WELCOME, SESSION, AFTER) for step in scenario.steps}
    assert words.due(*by_key["reminder_1h"], "ru") == "за 1 ч до начала эфира"
    assert words.due(*by_key["welcome_follow_up"], "en") == "10 min after the welcome"
    assert words.due(*by_key["live_now"], "ru") == "через 15 с после выхода в эфир"
    assert words.until(*by_key["welcome"], "en") == "until 7 d after it was due"
    assert words.until(*by_key["recording_offer"], "ru") == "2 дн. после срока или до закрытия записи"


def test_the_axis_keeps_the_order_of_time() -> None:
    [_, session] = axes.axes_of(SESSION)
    drawn = [session.percent(minutes) for minutes in (-1440, -120, -60, -10, 0, 0.25, 5, 20)]
    assert drawn == sorted(drawn)
    assert session.kind == axes.SESSION
    assert dtm.timedelta(minutes=session.first) == dtm.timedelta(days=-1)


def test_buttons_are_chosen_worded_and_versioned_with_the_text(editor: Tab, house: LocalWarehouse) -> None:
    page = editor.call(Editor, "opened")
    assert [(one.kind, one.is_on) for one in page.buttons] == [
        ("room", True), ("replay", False), ("book", False), ("landing", True), ("offer", False),
    ]  # fmt: skip
    page = editor.call(
        Editor, "save", {"text": "Привет!", "button_room": "on", "label_room": "Войти в эфир", "button_offer": "on"}
    )
    [stated] = [fact for fact in house.facts_of(names={"template_saved"}) if fact.properties["revision"] == 1]
    assert stated.properties["buttons"] == [
        {"kind": "room", "label": "Войти в эфир"}, {"kind": "offer", "label": ""},
    ]  # fmt: skip
    assert page.seen[0].buttons[0].text == "Войти в эфир"
    assert "60" in editor.call(Editor, "save", {"text": "Да", "button_room": "on", "label_room": "я" * 61}).wrong
    editor.call(Editor, "save", {"text": "Второй", "button_room": "on", "label_room": "", "button_landing": "on"})
    [second] = [fact for fact in house.facts_of(names={"template_saved"}) if fact.properties["revision"] == 2]
    assert second.properties["buttons"] is None, "as shipped"
    page = editor.call(Editor, "restore", 1)
    assert [(one.kind, one.label) for one in page.buttons if one.is_on] == [("room", "Войти в эфир"), ("offer", "")]
    page = editor.call(Editor, "restore", 0)
    assert [one.kind for one in page.buttons if one.is_on] == ["room", "landing"]


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_text_is_opened_and_saved_with_the_buttons_it_had(template: str) -> None:
    lines = drafts.button_lines(drafts.shipped_buttons(template), template, "en")
    typed = {f"label_{line.kind}": line.label for line in lines}
    typed |= {f"button_{line.kind}": "on" for line in lines if line.is_on}
    assert drafts.typed_buttons(typed, template) is None
    assert all(line.name for line in lines)
