import asyncio
import datetime as dtm
from pathlib import Path

import pytest

from efir.demo.people import CONDUCTS, cohort
from efir.demo.simulation import World
from efir.demo.story import HISTORY, SEED, Story

NOW = dtm.datetime(2026, 3, 18, 10, tzinfo=dtm.UTC)
PEOPLE = 2 * len(CONDUCTS)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """What the log of a small demo says, question by question."""
    questions = {
        "outcomes": "select distinct properties ->> '$.outcome' from events "
        "where name = 'client_webinar_attendance_classified'",
        "transports": "select distinct properties ->> '$.transport' from events where name = 'message_sent'",
        "sent": "select count(*) from events where name = 'message_sent'",
        "late": "select count(*) from events where name = 'message_skipped' "
        "and (properties ->> '$.reason') = 'expired' and (properties ->> '$.step') <> 'live_now_5m'",
        "future": f"select count(*) from events where occurred_at > timestamptz '{NOW.isoformat()}'",
        "leads": "select count(distinct lead_id) from events where name = 'core_lead_created'",
        "refused": "select count(*) from rejected_events",
        "routes": "select properties ->> '$.route', count(*) from events where name = 'post_webinar_route' group by 1",
    }
    return asyncio.run(_live(tmp_path_factory.mktemp("demo") / "demo.duckdb", questions))


async def _live(database: Path, questions: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    async with World(database, NOW - HISTORY - dtm.timedelta(hours=1), site="http://localhost:3000") as world:
        Story(world, NOW, people=PEOPLE, passers_by=5).tell()
        await world.run(NOW, lambda _: None)
        answers = {name: world.warehouse.sql(text).to_pylist() for name, text in questions.items()}
    return {name: [tuple(row.values()) for row in rows] for name, rows in answers.items()}


def test_the_cohort_is_the_same_every_time_and_its_names_say_that_nobody_bears_them() -> None:
    assert cohort(SEED, 60) == cohort(SEED, 60)
    assert len({person.name for person in cohort(SEED, 60)}) == 60


def test_every_outcome_occurs(lived: dict[str, list[tuple[object, ...]]]) -> None:
    assert {outcome for (outcome,) in lived["outcomes"]} >= set(CONDUCTS)


def test_history_was_delivered_in_its_time_by_a_dry_run(lived: dict[str, list[tuple[object, ...]]]) -> None:
    assert lived["transports"] == [("dry_run",)]
    assert lived["sent"][0][0] > PEOPLE  # type: ignore[operator]
    assert lived["late"] == [(0,)]


def test_every_person_became_one_lead_and_both_routes_were_taken(lived: dict[str, list[tuple[object, ...]]]) -> None:
    assert lived["leads"] == [(PEOPLE,)]
    assert {route for route, _ in lived["routes"]} == {"attended", "not_attended"}
    assert lived["refused"] == lived["future"] == [(0,)]
