"""No number without its definition: what the pages' states hold that looks like a number is looked for in the pages.

A page is its tree as Reflex renders it. A number shown there must stand in an element that names its metric, and the
same page must tell what that metric means.
"""

import dataclasses
import datetime as dtm
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import reflex as rx

from app.access.roles import Role
from app.app import PAGES
from app.dashboards.audience import Audience
from app.dashboards.funnel import Funnel
from app.dashboards.sources import Sources
from app.partners.brought import PartnerLeads
from app.partners.home import PartnerHome
from app.partners.spreading import PartnerLinks
from app.partners.team import PartnerTeam
from app.studio.home import Home
from app.studio.lead import LeadPage
from app.studio.measures import measure, number
from app.studio.partners import Partners
from domain.costs import Cost
from domain.events import Emitter, Fact, PartnerJoined, PartnerLeaderboardChanged, WebinarScheduled
from domain.funnel import STAGES
from domain.metrics import BY_SLUG
from tests.app.tab import Tab
from tests.app.test_partners import entered
from tests.app.test_studio_handlers import NOW, cookie, house
from tests.warehouse.small_cohort import ANNA, PETR, WEBINAR, at
from warehouse.local import LocalWarehouse
from warehouse.reads import sources

__all__ = ["house"]

FUNNEL = "?since=2026-03-04&until=2026-03-04&compare=previous&breakdown=source&stage=registered&window=7"
STAFF: dict[str, tuple[type[rx.State], str]] = {
    "/studio/funnel": (Funnel, f"/studio/funnel{FUNNEL}"),
    "/studio/audience": (Audience, "/studio/audience"),
    "/studio/sources": (Sources, "/studio/sources?model=first&source=~yandex"),
    "/studio/partners": (Partners, "/studio/partners"),
    "/studio": (Home, "/studio"),
    "/studio/leads/[lead_id]": (LeadPage, f"/studio/leads/{ANNA}"),
}
CABINET: dict[str, tuple[type[rx.State], str]] = {
    "/partner": (PartnerHome, "/partner"),
    "/partner/links": (PartnerLinks, "/partner/links"),
    "/partner/leads": (PartnerLeads, "/partner/leads"),
    "/partner/team": (PartnerTeam, "/partner/team"),
}
NO_METRIC = {
    "page_no", "pages",  # where one is in a list
    "chart.levels[].label", "chart.ticks[].label", "chart.offers[].label", "chart.polls[].label",  # the axes
    "buckets[].label",  # the ends of a bar, not what it counts
    "contacts[]", "lines[].contact",  # phone numbers
    "entries[].detail",  # what a fact says, in its own words
    "ranks[].place",
    "verdicts[].policy_version", "verdicts[].offer_at",  # which rule; where the line stands on the bar
    "cost_rows[].period", "foreseen[].period", "foreseen[].number", "lines",
}  # fmt: skip
"""What looks like a number and measures nothing."""
LOOKS_LIKE_A_NUMBER = re.compile(r"[−+]?\d(?!\d{3}-\d\d)")
SAID = re.compile(r'(\w+)_rx_state_((?:\?\.(?:\["\w+"\]|at\?\.\([^)]*\)))*)')
STEP = re.compile(r'\["(\w+)"\]|(at)')
OF_A_STAGE = 'one_rx_state_?.["stage"]'
"""A cell of a table whose columns are the stages."""
ROW_HEAD = "the row's own name"
METRIC = re.compile(r'^"data-metric":(.*)$', re.DOTALL)


def tree_of(path: str) -> Any:
    route = next(route for route in PAGES if route.path == path)
    return route.page().render()


def numbers_of(value: object, path: str) -> Iterator[str]:
    """Paths of what looks like a number in a state's value."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from numbers_of(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, list | tuple):
        for one in value:
            yield from numbers_of(one, f"{path}[]")
    elif (isinstance(value, int | float) and not isinstance(value, bool)) or (
        isinstance(value, str) and LOOKS_LIKE_A_NUMBER.match(value)
    ):
        yield path


def numbers_in(page: rx.State) -> set[str]:
    return {path for name in type(page).base_vars for path in numbers_of(getattr(page, name), name)}


def said(expression: str, bound: Mapping[str, str]) -> Iterator[str]:
    """Paths of the states' values that an expression of the page refers to."""
    for name, steps in SAID.findall(expression):
        path = bound.get(name, name)
        for field, _ in STEP.findall(steps):
            path += f".{field}" if field else "[]"
        yield path


def shown(node: Any, metric: str, bound: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Everything written on the page as (path, metric of the element it stands in)."""
    if isinstance(node, list | tuple):
        for one in node:
            yield from shown(one, metric, bound)
    elif isinstance(node, dict):
        metric = metric_of(node) or metric
        if "iterable" in node:
            path = next(said(str(node["iterable"]), bound), "")
            bound = {**bound, node["arg_name"].removesuffix("_rx_state_"): f"{path}[]"}
        yield from ((path, metric) for path in said(str(node.get("contents", "")), bound))
        for key in node.keys() - {"props", "contents"}:
            yield from shown(node[key], metric, bound)


def metric_of(node: Mapping[str, Any]) -> str:
    props = [str(prop) for prop in node.get("props", ())]
    if node.get("name") == '"th"' and 'scope:"row"' in props:
        return ROW_HEAD
    return next((found[1] for prop in props if (found := METRIC.match(prop))), "")


def defined(tree: Any) -> set[str]:
    """Slugs (or expressions for slugs) of the metrics a page tells the meaning of."""
    found: set[str] = set()
    if isinstance(tree, list | tuple):
        return found.union(*(defined(one) for one in tree))
    if isinstance(tree, dict):
        if tree.get("name") == "Meaning":
            found = {prop.partition(":")[2] for prop in map(str, tree["props"]) if prop.startswith("slug:")}
        return found.union(*(defined(below) for below in tree.values()))
    return found


def undefined(tree: Any, numbers: set[str]) -> set[str]:
    """Numbers the page shows without saying what they are."""
    told = defined(tree)
    if {json.dumps(stage.slug) for stage in STAGES} <= told:
        told |= {OF_A_STAGE}
    return {
        f"{path} ({metric or 'no metric'})"
        for path, metric in shown(tree, "", {})
        if path in numbers - NO_METRIC and metric not in {*told, ROW_HEAD}
    }


@pytest.mark.parametrize("path", STAFF)
def test_every_number_of_a_staff_page_has_its_definition(house: LocalWarehouse, path: str) -> None:
    planned = WebinarScheduled(action_id="scheduled-2", starts_at=NOW, duration_seconds=86_400, mode="auto")
    house.append(
        [Fact.of(planned, emitter=Emitter.STUDIO, occurred_at=at(0), webinar_id=WEBINAR, session_id="session-2")]
    )
    spent = Cost("yandex", "spring", "RUB", 1000, dtm.date(2026, 3, 1), dtm.date(2026, 3, 31))
    sources.keep_costs(house, [spent], "RUB", by="marketer@example.org")
    cls, address = STAFF[path]
    page = Tab(cookie(house, Role.ADMIN), address).call(cls, "opened")
    numbers = numbers_in(page)

    assert numbers, "the page shows no number at all"
    assert undefined(tree_of(path), numbers) == set()


@pytest.mark.parametrize("path", CABINET)
def test_every_number_of_the_cabinet_has_its_definition(house: LocalWarehouse, path: str) -> None:
    invited = PartnerJoined(partner_id="partner-2", code="second", invited_by=PETR)
    ranked = PartnerLeaderboardChanged(partner_id=PETR, is_on=True, action_id="ranked")
    house.append([Fact.of(one, emitter=Emitter.CORE, occurred_at=at(0)) for one in (invited, ranked)])
    cls, address = CABINET[path]
    page = Tab(entered(house, PETR), address).call(cls, "opened")
    numbers = numbers_in(page)

    assert numbers, "the page shows no number at all"
    assert undefined(tree_of(path), numbers) == set()


def test_a_number_without_a_definition_is_found() -> None:
    """The finder finds: in a sentence, in a list of a list, beside a metric that nothing on the page explains."""
    count, rows = Funnel.people_total, Funnel.rows
    bare = rx.el.p(count).render()
    listed = rx.foreach(rows, lambda row: rx.el.td(row.overall)).render()
    beside = number(count, "people_behind").render()

    numbers = {"people_total", "rows[].overall"}
    assert undefined(bare, numbers) == {"people_total (no metric)"}
    assert undefined(listed, numbers) == {"rows[].overall (no metric)"}
    assert undefined(beside, numbers) == {'people_total ("people_behind")'}
    assert undefined(measure(count, "people_behind", name="x").render(), numbers) == set()


def test_the_words_come_from_the_catalogue_of_metrics_in_both_languages() -> None:
    for path in (*STAFF, *CABINET):
        tree = tree_of(path)
        page = json.dumps(tree, default=str)
        for slug in defined(tree) - {'""'}:
            if slug.startswith('"'):
                words = BY_SLUG[json.loads(slug)].definition.values()
                assert [text for text in words if json.dumps(json.dumps(text))[3:-3] not in page] == [], slug


def test_every_stage_of_the_funnel_is_a_metric() -> None:
    assert {stage.slug for stage in STAGES} <= BY_SLUG.keys()
