"""Brings the derived tables up to the newest fact: only the rows of those whom new facts concern, table by table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import dagster as dg

from pipelines import changes
from pipelines.changes import Changes, Laid
from pipelines.making import Made, evaluations, make, published
from pipelines.marts import Mart
from warehouse.interface import Published, VersionConflict, Warehouse
from warehouse.reads.reaction import last_seq
from warehouse.tables import KINDS

Event = dg.AssetMaterialization | dg.AssetCheckEvaluation


@dataclass
class Refresh:
    """One pass over the tables. Each remembers in the warehouse up to which fact it tells the log.

    A table that is broken, and those that need it, stay as they are and are tried again by the next pass.
    """

    warehouse: Warehouse
    marts: Sequence[Mart]
    head: int = -1
    is_whole: bool = False
    """Make every table anew, not only what changed."""
    held_up: set[str] = field(default_factory=set)
    """Tables that were left as they were."""
    broken: list[str] = field(default_factory=list)
    """`table.claim` of the blocking claims that do not hold."""
    _before: dict[str, Published] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)
    _changes: dict[int, Changes] = field(default_factory=dict)
    _laid: dict[int, Laid] = field(default_factory=dict)

    def run(self) -> Iterator[Event]:
        """Make what is stale; yields what the UI is to be told."""
        self.head = last_seq(self.warehouse)
        self._before = before = published(self.warehouse)
        try:
            for mart in self.marts:
                if self.held_up.intersection(mart.deps):
                    self.held_up.add(mart.name)
                    continue
                yield from self._refreshed(mart, before.get(mart.name))
        finally:
            for laid in self._laid.values():
                changes.clear(self.warehouse, laid)

    def size(self) -> int:
        """How much there is to do: people and sessions whose rows are to be made; every fact, for a whole table."""
        head, before = last_seq(self.warehouse), published(self.warehouse)
        known = [before.get(mart.name) for mart in self.marts]
        if any(one is None or one.shape != mart.shape for one, mart in zip(known, self.marts, strict=True)):
            return head
        since = min((one.seq for one in known if one), default=head)
        return changes.after(self.warehouse, since, head).size if since < head else 0

    def _refreshed(self, mart: Mart, before: Published | None) -> Iterator[Event]:
        try:
            made = self._make(mart, before)
        except VersionConflict:  # a run published it a moment ago; the next pass goes on from there
            self.held_up.add(mart.name)
            return
        if made is None:
            return
        self._made.add(mart.name)
        if made.broken:
            self.held_up.add(mart.name)
            self.broken += [f"{mart.name}.{claim}" for claim in made.broken]
        yield from evaluations(made)

    def _make(self, mart: Mart, before: Published | None) -> Made | None:
        if self.is_whole or before is None or before.shape != mart.shape:
            return make(mart, self.warehouse, seq=self.head)
        if before.seq >= self.head:
            return None
        if mart.grain == "whole":
            if self._is_settled(mart, before):
                self._move_on(mart, before)
                return None
            return make(mart, self.warehouse, seq=self.head, since=before.seq)
        changed = self._changed(before.seq)
        if not any(changed.of(kind) for kind in KINDS[mart.key]):
            self._move_on(mart, before)
            return None
        laid = self._laid_out(before.seq, changed)
        part, facts = laid.part(mart), f"marts.{laid.facts}"
        return make(mart, self.warehouse, seq=self.head, since=before.seq, part=part, facts=facts)

    def _is_settled(self, mart: Mart, before: Published) -> bool:
        """Nothing it is made of has changed since it was made."""
        deps = [self._before.get(name) for name in mart.deps]
        return not self._made.intersection(mart.deps) and all(dep and dep.seq <= before.seq for dep in deps)

    def _move_on(self, mart: Mart, before: Published) -> None:
        """Nothing of the table changed: it tells the log up to now as it is."""
        self.warehouse.publish_table("", Published(mart.name, self.head, mart.shape), since=before.seq)

    def _changed(self, since: int) -> Changes:
        if since not in self._changes:
            self._changes[since] = changes.after(self.warehouse, since, self.head)
        return self._changes[since]

    def _laid_out(self, since: int, changed: Changes) -> Laid:
        if since not in self._laid:
            self._laid[since] = changes.lay(self.warehouse, changed)
        return self._laid[since]


def refreshed(marts: Sequence[Mart], warehouse: Warehouse, *, is_whole: bool = False) -> list[Event]:
    """Bring the tables up to date here and now, without a run; returns what the UI is to be told."""
    return list(Refresh(warehouse, marts, is_whole=is_whole).run())
