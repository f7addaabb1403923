"""The cohort over a real warehouse, and the reaction seen with the credential it has in the house."""

import datetime as dtm

import pytest

from tests.pipelines.cohort import HOUR, Cohort
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse


@pytest.fixture
def cohort(warehouse: LocalWarehouse, now: dtm.datetime) -> Cohort:
    """The programme is announced; the session starts two hours from now."""
    found = Cohort(warehouse, now + 2 * HOUR)
    found.programme(now)
    return found


@pytest.fixture
def door(warehouse: LocalWarehouse) -> LocalWarehouse:
    """The same warehouse with the credential of pipelines."""
    return warehouse.with_credential(Credential.of("pipelines"))
