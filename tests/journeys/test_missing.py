"""Somebody registers and does not come: a truthful verdict, the recording, and a replay that changes no verdict."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.house import House
from tests.journeys.visitor import Guest, arrived, link, link_telegram, sign_up, stages
from tests.patience import PATIENCE_MS
from warehouse.reads.funnel import FunnelFilter, funnel

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
SESSION_SECONDS = 20


def test_a_lead_who_misses_the_session_gets_the_recording(house: House, phone: BrowserContext, pictures: Path) -> None:
    house.add_webinar("missed", seconds=SESSION_SECONDS)
    session_id = house.add_session("missed", "journey002", starts_in=45, seconds=SESSION_SECONDS)
    vera = Guest("Вера Пример", "+7 900 000-02-01", 1003)
    page = phone.new_page()
    sign_up(page, house, vera, "/w/missed", session_id)
    link_telegram(page, house, vera)
    arrived(house, vera.lead_id, "registered")
    arrived(house, vera.lead_id, "live_now", seconds=90)
    page.close()

    verdict = house.wait_for(
        "client_webinar_attendance_classified", seconds=90, where=lambda fact: fact.lead_id == vera.lead_id
    )
    assert verdict.properties["status"] == "not_attended"
    assert verdict.properties["outcome"] == "missed"
    assert verdict.properties["reasons"], "a verdict says why"
    arrived(house, vera.lead_id, "follow_up_not_attended")
    arrived(house, vera.lead_id, "recording_offer", seconds=120)

    replay = phone.new_page()
    replay.goto(link(house, vera, "/r/"))
    replay.wait_for_url(f"**/replay/{session_id}")
    expect(replay.get_by_test_id("screen")).to_be_visible(timeout=PATIENCE_MS)
    replay.evaluate("document.querySelector('video').play()")
    house.wait_for("client_webinar_replay_watched", seconds=60, where=lambda fact: fact.lead_id == vera.lead_id)
    replay.screenshot(path=pictures / "replay-360.png")
    replay.set_viewport_size({"width": 1280, "height": 800})
    replay.screenshot(path=pictures / "replay-1280.png")
    verdicts = [f for f in house.facts(vera.lead_id) if f.name == "client_webinar_attendance_classified"]
    assert {v.properties["status"] for v in verdicts} == {"not_attended"}, "the recording never flips the verdict"
    names = [fact.name for fact in house.facts(vera.lead_id)]
    assert "client_webinar_entered" not in names
    assert stages(house, vera.lead_id) == ["touched", "lead", "linked", "registered"]
    (numbers,) = funnel(house.warehouse, FunnelFilter(webinar_id="missed"))
    assert (numbers.counts["registered"], numbers.counts["entered"], numbers.counts["submitted"]) == (1, 0, 0)
