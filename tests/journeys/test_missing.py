"""Somebody registers and does not come: a truthful verdict, the recording, and a replay that changes no verdict."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.house import House
from tests.journeys.visitor import Guest, arrived, link, stages
from tests.patience import PATIENCE_MS
from warehouse.reads.funnel import FunnelFilter, funnel

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


def test_a_lead_who_misses_the_session_gets_the_recording(
    house: House, phone: BrowserContext, absentee: Guest, pictures: Path
) -> None:
    arrived(house, absentee.lead_id, "registered")
    arrived(house, absentee.lead_id, "live_now")

    verdict = house.wait_for(
        "client_webinar_attendance_classified", where=lambda fact: fact.lead_id == absentee.lead_id
    )
    assert verdict.properties["status"] == "not_attended"
    assert verdict.properties["outcome"] == "missed"
    assert verdict.properties["reasons"], "a verdict says why"
    arrived(house, absentee.lead_id, "follow_up_not_attended")
    arrived(house, absentee.lead_id, "recording_offer", seconds=120)

    replay = phone.new_page()
    replay.goto(link(house, absentee, "/r/"))
    replay.wait_for_url("**/replay/journey002")
    expect(replay.get_by_test_id("screen")).to_be_visible(timeout=PATIENCE_MS)
    replay.evaluate("document.querySelector('video').play()")
    house.wait_for("client_webinar_replay_watched", where=lambda fact: fact.lead_id == absentee.lead_id)
    replay.screenshot(path=pictures / "replay-360.png")
    replay.set_viewport_size({"width": 1280, "height": 800})
    replay.screenshot(path=pictures / "replay-1280.png")
    verdicts = [f for f in house.facts(absentee.lead_id) if f.name == "client_webinar_attendance_classified"]
    assert {v.properties["status"] for v in verdicts} == {"not_attended"}, "the recording never flips the verdict"
    names = [fact.name for fact in house.facts(absentee.lead_id)]
    assert "client_webinar_entered" not in names
    assert stages(house, absentee.lead_id) == ["touched", "lead", "linked", "registered"]
    (numbers,) = funnel(house.warehouse, FunnelFilter(webinar_id="missed"))
    assert (numbers.counts["registered"], numbers.counts["entered"], numbers.counts["submitted"]) == (1, 0, 0)
