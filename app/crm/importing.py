"""Taking lists of people in: what would happen to each row, and doing it. Doing it again changes nothing.

A row becomes one `core_ingest_event` of the emitter `import`; its id follows from the lead and what the row says, never
from a contact. Data a lead has already is not overwritten: only what is missing is added.
"""

import datetime as dtm
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from domain.events import ConsentChoice, CoreIngestEvent, Emitter, Fact, LeadErased, Purpose, deterministic_id
from domain.imports import BadRow, Candidate, Table
from domain.merging import MERGES, survivors
from domain.webinars import Schedule
from warehouse.interface import CONTACTS, Personal, PersonalRow, Warehouse
from warehouse.reads import contacts
from warehouse.reads import programme as read_programme

Happens = Literal["new", "same", "again", "refused"]
"""new: a lead appears; same: a known lead, one more form of theirs; again: was imported before; refused: see `code`."""
HAPPENS: tuple[Happens, ...] = ("new", "same", "again", "refused")
AT_ONCE = 500
THREADS = 8


@dataclass(frozen=True, slots=True)
class Terms:
    """What the people of the list agreed to, as the importer states it: purposes, on what ground, who says so."""

    purposes: tuple[Purpose, ...]
    ground: str
    by: str

    @property
    def is_enough(self) -> bool:
        """Without consent to processing, and a word on where it was given, nobody may be taken in."""
        return "processing" in self.purposes and bool(self.ground.strip())


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What happens to one row. `also`: further leads its contacts match; `code` says why a row is refused."""

    line: int
    happens: Happens
    lead_id: str | None = None
    code: str = ""
    also: int = 0


def forecast(warehouse: Warehouse, table: Table) -> list[RowOutcome]:
    """What would happen to each row if the table were taken in now; nothing is written. Raises WarehouseError."""
    plan = read_programme.schedule(warehouse)
    good = [row for row in table.rows if isinstance(row, Candidate)]
    known = _known(warehouse, [value for row in good for value in _contacts(row).values()])
    told = _imported(warehouse, {lead for leads in known.values() for lead in leads})
    met: dict[str, str] = {}
    found: list[RowOutcome] = []
    for row in table.rows:
        outcome = _foreseen(row, plan, known, told, met)
        if isinstance(row, Candidate) and outcome.happens == "new":
            met.update(dict.fromkeys(_contacts(row).values(), f"line {row.line}"))
        found.append(outcome)
    return found


def take(
    warehouse: Warehouse,
    table: Table,
    terms: Terms,
    *,
    now: dtm.datetime,
    progress: Callable[[int], object] = lambda _: None,
) -> list[RowOutcome]:
    """Take the table in; `progress` is called with the number of rows done so far.

    Raises ValueError when the terms are not enough, WarehouseError when the warehouse fails; what was taken in stays,
    and the same file again goes on where it stopped.
    """
    if not terms.is_enough:
        raise ValueError("Consent to processing and its ground must be stated.")
    plan = read_programme.schedule(warehouse)
    outcomes: list[RowOutcome] = []
    with ThreadPoolExecutor(THREADS, thread_name_prefix="import") as pool:
        for start in range(0, len(table.rows), AT_ONCE):
            outcomes += _portion(warehouse, table.rows[start : start + AT_ONCE], plan, terms, now, pool)
            progress(len(outcomes))
    return outcomes


def counts(outcomes: Sequence[RowOutcome]) -> dict[Happens, int]:
    """How many rows fare how."""
    return {one: sum(outcome.happens == one for outcome in outcomes) for one in HAPPENS}


def _portion(
    warehouse: Warehouse,
    rows: Sequence[Candidate | BadRow],
    plan: Schedule,
    terms: Terms,
    now: dtm.datetime,
    pool: ThreadPoolExecutor,
) -> list[RowOutcome]:
    checked = {row.line: _checked(row, plan) for row in rows}
    good = [row for row in rows if isinstance(row, Candidate) and not checked[row.line]]
    identities = _identified(warehouse, good, pool)
    leads = {identity[0] for identity in identities.values()}
    told, held = _imported(warehouse, leads), _held(warehouse, leads)
    gone = _gone(warehouse, leads)
    facts: dict[int, Fact] = {}
    personal: list[PersonalRow] = []
    outcomes: list[RowOutcome] = []
    for row in rows:
        if not isinstance(row, Candidate) or checked[row.line]:
            outcomes.append(RowOutcome(row.line, "refused", code=checked[row.line]))
            continue
        lead_id, is_known, also = identities[row.line]
        if lead_id in gone:
            outcomes.append(RowOutcome(row.line, "refused", code="forgotten"))
            continue
        fact = _ingest(row, lead_id, plan, terms, now)
        if fact.event_id in told or fact.event_id in {one.event_id for one in facts.values()}:
            outcomes.append(RowOutcome(row.line, "again", lead_id, also=also))
            continue
        facts[row.line] = fact
        personal += _personal(row, lead_id, fact, terms, held, now)
        outcomes.append(RowOutcome(row.line, "same" if is_known else "new", lead_id, also=also))
    receipts = warehouse.append(list(facts.values()), personal=personal, quarantine=False) if facts else []
    bad = {line: receipt.code for line, receipt in zip(facts, receipts, strict=True) if receipt.status == "rejected"}
    return [replace(one, happens="refused", code=bad[one.line]) if one.line in bad else one for one in outcomes]


def _identified(
    warehouse: Warehouse, rows: Sequence[Candidate], pool: ThreadPoolExecutor
) -> dict[int, tuple[str, bool, int]]:
    """By line: whose the row is, whether they were known, and how many further leads its contacts match."""
    into = survivors(warehouse.facts_of(names=MERGES))

    def whose(row: Candidate) -> tuple[int, tuple[str, bool, int]]:
        identity = warehouse.identify(_contacts(row), proposed_lead_id=str(uuid.uuid4()))
        return row.line, (into.get(identity.lead_id, identity.lead_id), identity.is_known, len(identity.also))

    return dict(chain.from_iterable(pool.map(lambda one: [whose(row) for row in one], _of_one_person(rows))))


def _of_one_person(rows: Sequence[Candidate]) -> list[list[Candidate]]:
    """The rows by person, each person's in the order of the file: theirs must not race each other."""
    groups: dict[str, list[Candidate]] = {}
    for row in rows:
        met = {id(group): group for value in _contacts(row).values() if (group := groups.get(value))}
        ours = sorted((*(one for group in met.values() for one in group), row), key=lambda one: one.line)
        groups.update(dict.fromkeys((value for one in ours for value in _contacts(one).values()), ours))
    return list({id(group): group for group in groups.values()}.values())


def _foreseen(
    row: Candidate | BadRow,
    plan: Schedule,
    known: Mapping[str, list[str]],
    told: Mapping[str, object],
    met: Mapping[str, str],
) -> RowOutcome:
    code = _checked(row, plan)
    if not isinstance(row, Candidate) or code:
        return RowOutcome(row.line, "refused", code=code)
    leads = list(dict.fromkeys(lead for value in _contacts(row).values() for lead in known.get(value, ())))
    if not leads:
        is_met = any(value in met for value in _contacts(row).values())
        return RowOutcome(row.line, "same" if is_met else "new")
    is_again = any(_submission(row, lead) in told for lead in leads)
    return RowOutcome(row.line, "again" if is_again else "same", leads[0], also=len(leads) - 1)


def _checked(row: Candidate | BadRow, plan: Schedule) -> str:
    """Why a row is refused; "" when it is not. A partner nobody knows would be lost silently, so it is said."""
    if isinstance(row, BadRow):
        return row.code
    return "unknown_partner" if row.partner and plan.by_code(row.partner) is None else ""


def _submission(row: Candidate, lead_id: str) -> str:
    """The same row for the same lead is the same submission. Nothing in it tells a contact."""
    said = [row.source, row.partner, *row.utm.model_dump().values()]
    return deterministic_id("import", lead_id, row.registered_at, *said)


def _ingest(row: Candidate, lead_id: str, plan: Schedule, terms: Terms, now: dtm.datetime) -> Fact:
    partner = plan.by_code(row.partner) if row.partner else None
    event = CoreIngestEvent(
        submission_id=_submission(row, lead_id),
        source=row.source or row.utm.source or "import",
        ref=row.partner,
        partner_id=partner.partner_id if partner else None,
        utm=row.utm,
        consents=tuple(ConsentChoice(purpose=purpose, text_version="import") for purpose in terms.purposes),
    )
    at = min(row.registered_at or now, now)
    return Fact.of(event, emitter=Emitter.IMPORT, occurred_at=at, lead_id=lead_id)


def _personal(
    row: Candidate, lead_id: str, fact: Fact, terms: Terms, held: set[tuple[str, str]], now: dtm.datetime
) -> Iterator[PersonalRow]:
    given: dict[Personal, str] = {Personal.NAME: row.name, **_contacts(row)}
    for kind, value in given.items():
        if value and (lead_id, kind) not in held:
            held.add((lead_id, kind))
            yield PersonalRow(lead_id, kind, value, given_at=now)
    evidence = {"purposes": terms.purposes, "ground": terms.ground, "by": terms.by, "way": "import"}
    text = json.dumps(evidence, ensure_ascii=False)
    yield PersonalRow(lead_id, Personal.CONSENT_EVIDENCE, text, ref=fact.event_id, given_at=now)


def _contacts(row: Candidate) -> dict[Personal, str]:
    given = {Personal.PHONE: row.phone, Personal.EMAIL: row.email}
    return {kind: value for kind, value in given.items() if value}


def _known(warehouse: Warehouse, values: Sequence[str]) -> dict[str, list[str]]:
    """Leads by contact, those that go on."""
    into = survivors(warehouse.facts_of(names=MERGES))
    found = contacts.holders(warehouse, sorted(set(values)))
    return {value: list(dict.fromkeys(into.get(lead, lead) for lead in leads)) for value, leads in found.items()}


def _imported(warehouse: Warehouse, leads: set[str]) -> dict[str, str]:
    """Submissions and event ids of what was imported for these leads before."""
    if not leads:
        return {}
    facts = warehouse.facts_of(lead_ids=sorted(leads), names=[CoreIngestEvent.name])
    ours = [fact for fact in facts if fact.emitter is Emitter.IMPORT]
    return {key: fact.event_id for fact in ours for key in (fact.event_id, str(fact.properties["submission_id"]))}


def _held(warehouse: Warehouse, leads: set[str]) -> set[tuple[str, str]]:
    """Which kinds of data each lead has."""
    rows = warehouse.people(sorted(leads), {Personal.NAME, *CONTACTS}) if leads else []
    return {(row.subject_id, row.kind) for row in rows if row.value}


def _gone(warehouse: Warehouse, leads: set[str]) -> set[str]:
    """Forgotten leads: nothing of theirs is brought back by an old list."""
    told = warehouse.facts_of(lead_ids=sorted(leads), names=[LeadErased.name]) if leads else []
    return {fact.lead_id for fact in told if fact.lead_id}
