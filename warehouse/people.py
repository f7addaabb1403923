"""Personal data inside the writer's transaction, and whose contacts are whose. The only erasable facts we hold."""

import datetime as dtm
from collections.abc import Collection, Mapping, Sequence

import pyarrow as pa

from domain.events import deterministic_id
from warehouse.encoding import MOMENT, utc
from warehouse.forgotten import Forgotten
from warehouse.house import House
from warehouse.interface import CONTACTS, Identity, Personal, PersonalRow
from warehouse.log import Log
from warehouse.reads import load

KINDS: dict[str, pa.DataType] = {
    "subject_id": pa.string(),
    "kind": pa.string(),
    "ref": pa.string(),
    "value": pa.string(),
    "given_at": MOMENT,
    "seq": pa.int64(),
}
COLUMNS = pa.schema(KINDS)


class People:
    """Used by the writer thread only."""

    def __init__(self, connection: House, log: Log, forgotten: Forgotten) -> None:
        """Read where the table stands; the log tells partners from leads."""
        self._connection = connection
        self._log = log
        self._forgotten = forgotten
        row = connection.execute("select coalesce(max(seq), 0) from people").fetchone()
        self._seq = row[0] if row else 0

    def store(self, rows: Sequence[PersonalRow], *, now: dtm.datetime, is_repeat: bool = False) -> None:
        """Add personal data. A repeat (its facts were stored before) adds only what is not current already.

        Of who was erased nothing is taken: a message under way, a line in the chat must not bring them back.
        """
        rows = [row for row in rows if row.subject_id not in self._forgotten]
        if not rows:
            return
        columns: list[list[object]] = [[], [], [], [], [], []]
        for row in rows:
            self._seq += 1
            given_at = utc(row.given_at) if row.given_at else now
            for column, value in zip(
                columns, (row.subject_id, row.kind.value, row.ref, row.value, given_at, self._seq), strict=True
            ):
                column.append(value)
        incoming = [pa.array(column, field.type) for column, field in zip(columns, COLUMNS, strict=True)]
        self._connection.register("incoming", pa.Table.from_arrays(incoming, schema=COLUMNS))
        try:
            self._connection.execute(load("add_missing_people" if is_repeat else "add_people"))
        finally:
            self._connection.unregister("incoming")

    def identify(
        self,
        contacts: Mapping[Personal, str],
        *,
        proposed_lead_id: str,
        now: dtm.datetime,
        proven: Collection[str] | None = None,
    ) -> Identity:
        """The lead of these contacts; every contact nobody owned becomes that lead's, if it is theirs to give."""
        values = {kind: value for kind, value in contacts.items() if kind in CONTACTS and value}
        found = self._connection.execute(load("identify"), {"values": list(values.values())}).fetchall()
        matches = [(kind, owner) for kind, value, owner in found if values.get(Personal(kind)) == value]
        partners = self._partners({owner for _, owner in matches})
        matches = [(kind, owner) for kind, owner in matches if owner not in partners]
        owners = list(dict.fromkeys(owner for _, owner in matches))
        if proven is not None:
            own = [owner for owner in owners if owner in proven]
            if owners and not own:
                return Identity(owners[0], is_known=True, also=tuple(owners[1:]))
            owners = [*own, *(owner for owner in owners if owner not in own)]
        lead_id = owners[0] if owners else proposed_lead_id
        owned = {kind for kind, _ in matches}
        claims = [PersonalRow(lead_id, kind, value) for kind, value in values.items() if kind not in owned]
        self.store(claims, now=now)
        return Identity(lead_id, is_known=bool(owners), also=tuple(owners[1:]))

    def _partners(self, subjects: set[str]) -> set[str]:
        """Which of these are partners: their contacts never make a lead of them."""
        joined = {deterministic_id("partner_joined", subject): subject for subject in subjects}
        return {joined[event_id] for event_id in self._log.stored(joined)} if joined else set()

    def identifying(self, subject_ids: Collection[str]) -> set[tuple[str, str]]:
        """Kind and value of everything by which these people could be recognised, old values too."""
        rows = self._connection.execute(load("identifying"), {"subjects": list(subject_ids)}).fetchall()
        return {(kind, value) for kind, value in rows}

    def present(self, subject_ids: Collection[str]) -> set[str]:
        """Those of these subjects of whom something personal is stored."""
        if not subject_ids:
            return set()
        rows = self._connection.execute(load("people_present"), {"subjects": list(subject_ids)}).fetchall()
        return {row[0] for row in rows}

    def erase(self, subject_ids: Collection[str]) -> int:
        """Delete everything of the subjects; how many rows there were."""
        row = self._connection.execute(load("erase_people"), {"subjects": list(subject_ids)}).fetchone()
        return row[0] if row else 0
