"""`python -m benchmarks.pages [--quick] [--leads N] [--keep FILE]`: pages' questions over tables and later facts.

A million leads (a hundred thousand with --quick). Target: the questions of a page, together, in 500 ms. Making ten
million facts and their tables takes minutes: a file that is kept is asked again (its copy is: facts are stated to it).
After the facts of a minute it says how long it takes to find all whom they concern at once; then one more is stated
before each page, about somebody new: its first asking is the first after a fact.
"""

import argparse
import datetime as dtm
import hashlib
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from benchmarks.pages.asked import PAGES, Question
from domain.events import Emitter, Entered, Fact, RegisteredForSession, TouchRecorded
from warehouse import tables
from warehouse.credentials import Credential
from warehouse.interface import Published
from warehouse.local import LocalWarehouse
from warehouse.reads import studio

LOG = Path(__file__).parent.parent / "marts" / "generate.sql"
"""The same made-up log as that of the derived tables' benchmark."""
PEOPLE = Path(__file__).parent / "people.sql"
LEADS, QUICK_LEADS = 1_000_000, 100_000
IN_A_MINUTE = 200
"""Facts of a busy minute: as many as are later than the tables, when those are refreshed every minute."""
TABLES = (
    "leads", "touches", "attendance", "messages", "lead_list", "funnel_stages", "conversions",
    "audience_curve", "outcomes", "offer_results",
)  # fmt: skip
"""The derived tables that pages read, in the order in which they are made of one another."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate, publish, ask; then state a fact and ask again; then those of a minute."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 leads instead of a million")
    parser.add_argument("--leads", type=int, help="another number of leads")
    parser.add_argument("--keep", type=Path, help="make the log and its tables in this file, or use what is there")
    parser.add_argument("--only", default="", help="only pages whose name begins so")
    chosen = parser.parse_args(arguments)
    leads = chosen.leads or (QUICK_LEADS if chosen.quick else LEADS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        kept = chosen.keep or path
        if not kept.exists():
            print(f"{generate(kept, leads):,} facts of {leads:,} leads", flush=True)
        with LocalWarehouse(kept, credential=Credential.of("admin")) as warehouse:
            publish(warehouse)
        if chosen.keep:
            shutil.copy(kept, path)
        with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
            ask(warehouse, "published tables", chosen.only)
            tell(warehouse, 1)
            ask(warehouse, "published tables and one later fact", chosen.only)
            tell(warehouse, IN_A_MINUTE)
            ask(warehouse, f"published tables and {IN_A_MINUTE} facts more", chosen.only, is_going_on=True)


def generate(path: Path, leads: int) -> int:
    """Write the made-up log and its people, and return how many facts it has."""
    with LocalWarehouse(path, credential=Credential.of("admin")):
        pass
    head, _, rest = LOG.read_text(encoding="utf-8").partition("\ninsert into events\n")
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"insert into events\n{head}\n{rest}", {"leads": leads, "first": 0, "last": leads, "seq": 0})
        connection.execute(PEOPLE.read_text(encoding="utf-8"), {"leads": leads})
        return int(connection.execute("select count(*) from events").fetchall()[0][0])


def publish(warehouse: LocalWarehouse) -> None:
    """Make the tables as of now; those that are there by the same definition stay."""
    began = time.perf_counter()
    seq = int(warehouse.health()["last_seq"])
    shapes = {
        row["name"]: row["shape"] for row in warehouse.sql("select name, shape from published_tables").to_pylist()
    }
    for name in TABLES:
        shape = hashlib.sha256(tables.live(name).encode()).hexdigest()
        if shapes.get(name) != shape:
            staged = warehouse.stage_table(name, tables.build(name))
            warehouse.publish_table(staged, Published(name, seq, shape))
    print(f"tables of {warehouse.health()['facts']:,} facts made in {time.perf_counter() - began:.0f} s", flush=True)


def tell(warehouse: LocalWarehouse, many: int) -> None:
    """State so many facts about as many people: a visit, then registrations and entrances by turns."""
    now = _now()
    facts = [_touch("visitor-7", now)]
    for number in range(1, many):
        place = {"lead_id": f"lead-{number * 997}", "webinar_id": "bench", "session_id": "session-19"}
        event = Entered(visit_no=2) if number % 2 else RegisteredForSession()
        emitter = Emitter.TRACKER if number % 2 else Emitter.WEB_FORM
        facts.append(Fact.of(event, emitter=emitter, occurred_at=now, **place))
    _state(warehouse, facts)


def _state(warehouse: LocalWarehouse, facts: list[Fact]) -> None:
    receipts = warehouse.append(facts, quarantine=False)
    if refused := [receipt for receipt in receipts if receipt.status != "accepted"]:
        raise SystemExit(f"{len(refused)} facts were not accepted: {refused[0]}")


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)


def _touch(visitor: str, now: dtm.datetime) -> Fact:
    return Fact.of(TouchRecorded(visitor_id=visitor, landing="/w/bench"), emitter=Emitter.WEB_FORM, occurred_at=now)


def ask(warehouse: LocalWarehouse, over: str, only: str = "", *, is_going_on: bool = False) -> None:
    """Ask what the pages ask, each page twice, and say how long each waits for its answers: first, then again.

    If facts are going on, one is stated before each page.
    """
    print(f"over {over}: milliseconds by the clock and of CPU, first and again")
    if is_going_on:
        wall, cpu = _timed(warehouse, studio.session_numbers)
        print(f"  {'numbers of sessions, and whom all concern':<44}{wall:8.0f} {cpu:8.0f}", flush=True)
    for number, (page, questions) in enumerate(PAGES.items()):
        if not page.startswith(only):
            continue
        if is_going_on:
            place = {"lead_id": f"lead-{number * 991 + 5}", "webinar_id": "bench", "session_id": "session-19"}
            _state(warehouse, [Fact.of(Entered(visit_no=3), emitter=Emitter.TRACKER, occurred_at=_now(), **place)])
        askings = [{name: _timed(warehouse, question) for name, question in questions.items()} for _ in range(2)]
        whole = [tuple(map(sum, zip(*took.values(), strict=True))) for took in askings]
        print(f"  {page:<44}" + "".join(f"{wall:8.0f} {cpu:8.0f}" for wall, cpu in whole), flush=True)
        for name in questions:
            print(f"    {name:<42}" + "".join(f"{took[name][0]:8.0f} {took[name][1]:8.0f}" for took in askings))


def _timed(warehouse: LocalWarehouse, question: Question) -> tuple[float, float]:
    """Milliseconds by the clock and of CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    question(warehouse)
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - cpu)


if __name__ == "__main__":
    main()
