"""`efir reclassify` over a real warehouse: another policy, looked at, applied, and applied once more."""

import datetime as dtm
import json
from pathlib import Path

import pytest

from domain import events
from domain.events import AttendancePolicy, Emitter, Fact
from tests.efir.conftest import Cli
from warehouse.client import connect
from warehouse.settings import Settings

WEBINAR, SESSION = "past", "pastsessio"
START = dtm.datetime.now(dtm.UTC) - dtm.timedelta(hours=3)
AFTER = START + dtm.timedelta(hours=2)


def told(
    event: events.Event, emitter: Emitter, at: dtm.datetime, lead: str | None = None, *, session: bool = True
) -> Fact:
    """A fact about the webinar, in its session unless said otherwise."""
    where = {"webinar_id": WEBINAR, "session_id": SESSION if session else None, "lead_id": lead}
    return Fact.of(event, emitter=emitter, occurred_at=at, **where)


def saved(action: str, policy: AttendancePolicy, at: dtm.datetime) -> Fact:
    """The webinar as the studio saves it."""
    event = events.WebinarConfigured(
        action_id=action, slug=WEBINAR, title={"ru": "Прошлый"}, duration_seconds=3600, policy=policy
    )
    return told(event, Emitter.STUDIO, at, session=False)


def watched(lead: str, minutes: int) -> list[Fact]:
    """An invented lead who had a place and watched so many minutes."""
    until = START + dtm.timedelta(minutes=minutes)
    seen = events.Watched(
        connection="page", from_at=START, to_at=until, from_position_seconds=0, to_position_seconds=minutes * 60
    )
    return [
        told(events.RegisteredForSession(), Emitter.WEB_FORM, START - dtm.timedelta(hours=1), lead),
        told(events.Entered(visit_no=1), Emitter.TRACKER, START, lead),
        told(seen, Emitter.TRACKER, until, lead),
    ]


@pytest.fixture(scope="module")
def past(service: Path, environment: dict[str, str]) -> None:
    """A session that is over; two leads, and a stricter policy that was saved afterwards."""
    plan = events.WebinarScheduled(action_id="plan", starts_at=START, duration_seconds=3600, mode="auto")
    before = START - dtm.timedelta(days=1)
    facts = [
        saved("first", AttendancePolicy(), before),
        told(plan, Emitter.STUDIO, before),
        *watched("lead-short", 5),
        *watched("lead-half", 15),
        saved("second", AttendancePolicy(version=2, attended_minutes=30, attended_share=1), AFTER),
    ]
    settings = Settings(home=service, warehouse_port=int(environment["EFIR_WAREHOUSE_PORT"]))
    with connect("admin", settings) as connected:
        assert {receipt.status for receipt in connected.append(facts)} == {"accepted"}


@pytest.mark.usefixtures("past")
def test_looking_then_applying_then_nothing_is_left(efir: Cli) -> None:
    looked = json.loads(efir("reclassify", WEBINAR, "--dry-run", "--json").stdout)
    assert (looked["policy"]["version"], looked["verdicts"]) == (2, None)
    [session] = looked["sessions"]
    assert (session["lost"], session["gained"], session["unchanged"]) == (["lead-half"], [], 1)
    table = efir("reclassify", WEBINAR, "--dry-run").stdout
    assert "v1 → v2" in table
    assert "Nothing was changed." in table

    assert "2 verdicts stand under policy v2." in efir("reclassify", WEBINAR).stdout
    question = (
        "select lead_id, properties->>'$.status' as status, count(*) as n from events "
        "where name like '%classified' group by all order by 1"
    )
    rows = json.loads(efir("sql", question, "--format", "json").stdout)
    assert [(row["lead_id"], row["status"], row["n"]) for row in rows] == [
        ("lead-half", "not_attended", 1),
        ("lead-short", "not_attended", 1),
    ]
    assert json.loads(efir("reclassify", WEBINAR, "--json").stdout)["sessions"] == []
    assert "nothing to do" in efir("reclassify", WEBINAR).stdout


@pytest.mark.usefixtures("past")
def test_what_is_not_there_is_one_sentence(efir: Cli) -> None:
    answer = efir("reclassify", "nowhere")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "There is no webinar nowhere" in answer.stderr
