"""The cohort over a real warehouse, and the reaction seen with the credential it has in the house."""

import datetime as dtm

import pytest

from pipelines.reaction import Reactor
from pipelines.refreshing import refreshed
from pipelines.tables import MARTS
from tests.moulds import Story, nothing
from tests.pipelines.cohort import HOUR, Cohort
from tests.pipelines.test_reaction import live
from tests.warehouse.stating import NOW
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse


@pytest.fixture
def cohort(warehouse: LocalWarehouse, now: dtm.datetime) -> Cohort:
    """The programme is announced; the session starts two hours from now."""
    found = Cohort(warehouse, now + 2 * HOUR)
    found.programme(now)
    return found


def lived_through(warehouse: LocalWarehouse) -> None:
    """Vera came through the partner's vk link, watched all and answered; Pavel came directly and missed it."""
    cohort = Cohort(warehouse, NOW + 2 * HOUR)
    cohort.programme(NOW)
    door = warehouse.with_credential(Credential.of("pipelines"))
    live(cohort, Reactor(door), NOW)
    refreshed(MARTS, door)


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Story:
    """A test that asks for `lived` begins after it."""
    return lived_through if "lived" in request.fixturenames else nothing


@pytest.fixture
def lived(warehouse: LocalWarehouse, now: dtm.datetime) -> Cohort:
    """Vera attended and answered, Pavel missed it: see `lived_through`, or the story a module has of its own."""
    return Cohort(warehouse, now + 2 * HOUR, updates=len(warehouse.facts_of(names=["telegram_linked"])))


@pytest.fixture
def door(warehouse: LocalWarehouse) -> LocalWarehouse:
    """The same warehouse with the credential of pipelines."""
    return warehouse.with_credential(Credential.of("pipelines"))
