"""Which lead goes on for leads that were merged; a merge can be taken back. Pure; the SQL twin is `survivors.sql`."""

from collections.abc import Collection, Iterable, Mapping

from domain.arrival import arrival_key
from domain.events import Fact, LeadErased, LeadMerged, LeadUnmerged

LONGEST_CHAIN = 16
MERGES = frozenset({LeadMerged.name, LeadUnmerged.name})
"""Facts that say who is one with whom."""


def in_force(facts: Iterable[Fact]) -> dict[str, Fact]:
    """The merges in force by the lead that was merged. The newest statement about a lead counts."""
    found: dict[str, Fact] = {}
    for fact in sorted((fact for fact in facts if fact.name in MERGES), key=arrival_key):
        if fact.lead_id and fact.name == LeadMerged.name:
            found[fact.lead_id] = fact
        elif fact.lead_id:
            found.pop(fact.lead_id, None)
    return found


def direct(facts: Iterable[Fact]) -> dict[str, str]:
    """Merges in force: lead → the lead it was merged into."""
    return {lead: str(fact.properties["into_lead_id"]) for lead, fact in in_force(facts).items()}


def survivors(facts: Iterable[Fact]) -> dict[str, str]:
    """For every merged lead the one that goes on, through chains of merges. A circle is no merge: nobody would."""
    into = direct(facts)
    ends = {lead: _end(into, lead) for lead in into}
    return {lead: end for lead, end in ends.items() if end not in into}


def _end(into: dict[str, str], lead: str) -> str:
    for _ in range(LONGEST_CHAIN):
        if lead not in into:
            break
        lead = into[lead]
    return lead


def longest(into: Mapping[str, str]) -> int:
    """Steps of the longest chain among direct merges that make no circle. Beyond `LONGEST_CHAIN` none is followed."""
    ends = into.keys() - set(into.values())
    return max((_steps(into, lead) for lead in ends), default=0)


def _steps(into: Mapping[str, str], lead: str) -> int:
    steps = 0
    while lead in into:
        lead, steps = into[lead], steps + 1
    return steps


OWN = frozenset({LeadMerged.name, LeadUnmerged.name, LeadErased.name})
"""Facts that say something of one lead only, whoever it was merged with."""


def as_one(facts: Iterable[Fact], lead_id: str) -> list[Fact]:
    """The facts of several merged leads as those of the one that goes on: what all of them did, it did."""
    return [
        fact if fact.lead_id in {None, lead_id} else fact.model_copy(update={"lead_id": lead_id})
        for fact in facts
        if fact.lead_id in {None, lead_id} or fact.name not in OWN
    ]


class Families:
    """Who is one with whom, by the merges seen so far. Frozen: further merges make another one."""

    def __init__(self, merges: Iterable[Fact] = ()) -> None:
        """Facts of other names are ignored; the same fact twice does no harm."""
        self._merges = {fact.event_id: fact for fact in merges if fact.name in MERGES}
        self._into = survivors(self._merges.values())
        self._named = {
            name for fact in self._merges.values() for name in (fact.lead_id, fact.properties.get("into_lead_id"))
        }
        self._behind: dict[str, list[str]] = {}
        for lead, head in sorted(self._into.items()):
            self._behind.setdefault(head, []).append(lead)

    def joined_by(self, facts: Iterable[Fact]) -> "Families":
        """With these merges besides; itself if there is nothing new among them."""
        fresh = [fact for fact in facts if fact.name in MERGES and fact.event_id not in self._merges]
        return Families([*self._merges.values(), *fresh]) if fresh else self

    def of(self, lead_id: str) -> tuple[str, ...]:
        """Everybody who goes on as the same lead as this one, that lead first."""
        head = self._into.get(lead_id, lead_id)
        return (head, *self._behind.get(head, ()))

    def all_of(self, lead_ids: Collection[str]) -> set[str]:
        """These leads and everybody who is one with one of them."""
        return {one for lead_id in lead_ids for one in self.of(lead_id)}

    def knows(self, lead_id: str) -> bool:
        """Whether the lead is one with another."""
        return lead_id in self._into or lead_id in self._behind

    def has_known(self, lead_id: str) -> bool:
        """Whether it is or ever was."""
        return lead_id in self._named
