"""The promise of the warehouse: what every door may ask. Kept by `client` (over Flight) and `local` (in process)."""

import datetime as dtm
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa

from domain.events import Fact
from warehouse.known import Known

ReceiptStatus = Literal["accepted", "duplicate", "conflict", "rejected"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one appended fact. `accepted` and `duplicate` mean durable; `seq` is the stored fact's."""

    event_id: str
    status: ReceiptStatus
    seq: int | None = None
    code: str = ""
    message: str = ""

    @property
    def is_stored(self) -> bool:
        """The fact is in the log: by this call, or by one before whose answer was lost."""
        return self.status in {"accepted", "duplicate"}


class Personal(StrEnum):
    """Kinds of personal data. Everything of a subject is erased together."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    TELEGRAM_CHAT_ID = "telegram_chat_id"
    TELEGRAM_NAME = "telegram_name"
    CHAT_TEXT = "chat_text"
    QUESTION_TEXT = "question_text"
    FORM_ANSWERS = "form_answers"
    MESSAGE_TEXT = "message_text"
    NOTE = "note"
    TASK = "task"
    CONSENT_EVIDENCE = "consent_evidence"
    WEBHOOK_ANSWER = "webhook_answer"
    """The beginning of what a receiver of webhooks said to a delivery about the subject (a lead or an endpoint)."""
    GUEST_NAME = "guest_name"
    """Typed beside a contact somebody else may own; `ref` is the guest's seat or their line in the chat."""


CONTACTS = frozenset({Personal.PHONE, Personal.EMAIL})
"""Kinds whose normalised value identifies a lead."""


@dataclass(frozen=True, slots=True)
class PersonalRow:
    """One piece of personal data of a lead or partner; the newest of a (subject, kind, ref) is current.

    `ref` is the id of the fact or message the text belongs to ("" for name and contacts).
    """

    subject_id: str
    kind: Personal
    value: str
    ref: str = ""
    given_at: dtm.datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose contacts these are. `is_known`: some contact had been seen before; `also` are further leads they match."""

    lead_id: str
    is_known: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactPage:
    """Facts in `seq` order. `next_seq` is where to go on, also when nothing matched."""

    facts: tuple[Fact, ...]
    next_seq: int


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """One document of the registry (staff accounts, their sessions, tokens, emitter keys): operational, not facts."""

    collection: str
    key: str
    body: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A fact that was refused, kept with its reason until it is replayed or discarded."""

    rejected_id: str
    stage: str
    code: str
    message: str
    payload: str
    emitter: str
    first_seen_at: dtm.datetime
    last_seen_at: dtm.datetime
    count: int
    state: Literal["open", "replayed", "discarded"]


@dataclass(frozen=True, slots=True)
class Published:
    """A derived table: it tells the log up to `seq`, by the definition whose fingerprint is `shape`."""

    name: str
    seq: int
    shape: str


class WarehouseError(RuntimeError):
    """The warehouse could not do it; the message says why and what to do."""


class VersionConflict(WarehouseError):  # noqa: N818 - reads as the field's standard term
    """Somebody else wrote the registry entry first."""


class NoRoom(WarehouseError):  # noqa: N818 - said as it is
    """The disk has no room for what was asked; nothing was written."""


class Warehouse(Protocol):
    """Thread-safe. Every method may raise WarehouseError (unreachable, refused)."""

    @property
    def known(self) -> Known:
        """What reads found through this door a moment ago."""

    def append(
        self, facts: Sequence[Fact], *, personal: Sequence[PersonalRow] = (), quarantine: bool = True
    ) -> list[Receipt]:
        """Append facts (and the personal data that belongs to them) in one durable commit; receipts in order.

        Appending a fact twice stores it once (`duplicate`). Same id with another payload is a `conflict`: the first
        stays; the second goes to the rejected facts unless `quarantine` is False (a re-evaluated rule is no claim).
        A fact this credential may not state, or that breaks the contract, is `rejected` and kept with its reason;
        the others of the batch are not affected.
        """

    def facts_after(
        self, seq: int, *, limit: int = 1000, wait_seconds: float = 0, names: Collection[str] | None = None
    ) -> FactPage:
        """Facts with a greater `seq`. With `wait_seconds` it waits that long for the first one (long poll)."""

    def facts_of(
        self,
        *,
        lead_ids: Collection[str | None] | None = None,
        session_ids: Collection[str] | None = None,
        webinar_ids: Collection[str] | None = None,
        visitor_ids: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[Fact]:
        """Facts that match every filter given, in `seq` order. At least one filter must be given.

        None among the `lead_ids` stands for the facts that are about no lead.
        """

    def identify(
        self, contacts: Mapping[Personal, str], *, proposed_lead_id: str, proven: Collection[str] | None = None
    ) -> Identity:
        """The lead these normalised contacts belong to (oldest wins); from now on `proposed_lead_id` if nobody's.

        `proven` are the leads that whoever gave the contacts is known to be; None: the contacts are vouched for. A
        contact of somebody else's lead gives nothing away: if it matches only leads outside `proven`, no contact is
        claimed. Of several leads a proven one is answered first.
        """

    def people(self, subject_ids: Collection[str], kinds: Collection[Personal] | None = None) -> list[PersonalRow]:
        """Current personal data of the subjects (every ref)."""

    def find_people(self, kind: Personal, value: str) -> list[str]:
        """Subjects whose current data of this kind is exactly this value."""

    def erase(self, subject_id: str) -> int:
        """Forget the subject for good: every piece of personal data, and what names them elsewhere in the database.

        Returns how many pieces there were. Nothing personal of theirs is stored any more, not even after a restore
        from an older copy. The file is rewritten within seconds: `health()["is_rewrite_due"]` says when that is done.
        """

    def put(self, collection: str, key: str, body: Mapping[str, Any], *, expect_version: int | None = None) -> int:
        """Write a registry entry and return its version (from 1). `expect_version` 0 means «must not exist».

        Raises VersionConflict when the entry is not at `expect_version`: single-use tokens rest on this.
        """

    def get(self, collection: str, key: str) -> RegistryEntry | None:
        """One registry entry."""

    def entries(self, collection: str) -> list[RegistryEntry]:
        """All entries of a collection."""

    def delete(self, collection: str, key: str) -> None:
        """Remove a registry entry; removing what is not there is fine."""

    def reject(self, *, stage: str, code: str, message: str, payload: str, emitter: str) -> str:
        """Keep something a door refused, with its reason; the same refusal again only counts up. Returns its id."""

    def rejected(self, *, state: str | None = None, limit: int = 200, rejected_id: str | None = None) -> list[Rejected]:
        """Refused facts, newest first; with `rejected_id` that one, if it is in this state."""

    def mark_rejected(self, rejected_id: str, state: Literal["replayed", "discarded"]) -> None:
        """Close a refused fact."""

    def sql(
        self,
        text: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        carried: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """The answer to one read-only statement. Raises WarehouseError for anything that would write.

        It may read the tables that are `carried` along by their names, and nobody else sees them.
        """

    def replace_table(self, name: str, table: pa.Table) -> None:
        """Replace the derived table `marts.<name>` atomically."""

    def stage_table(self, name: str, source: str | pa.Table, params: Mapping[str, Any] | None = None) -> str:
        """Compute rows of `marts.<name>` inside the warehouse, of a question or of a table; returns the staged name.

        The staged table stands in `marts`, can be read like any other, and goes when it is published or discarded.
        """

    def publish_table(
        self,
        staged: str,
        published: Published,
        *,
        column: str = "",
        keys: str = "",
        since: int | None = None,
    ) -> None:
        """Put a staged table in the place of `marts.<published.name>`, in one transaction.

        Without a staged table ("") it is only noted that the published one tells the log so far.
        With `column`, only the rows whose `column` is an answer to the question `keys` are replaced. Raises
        VersionConflict unless the published table tells the log up to `since` (None: whatever it tells).
        """

    def discard_table(self, staged: str) -> None:
        """Drop a staged table that is not to be published."""

    def backup(self, folder: Path) -> Path:
        """Write a consistent copy of the database into the folder and return its path; there is a whole one or none.

        Never two at once. Raises NoRoom before anything is written, and WarehouseError.
        """

    def health(self) -> dict[str, Any]:
        """Facts, last seq, size on disk, uptime, self-check result."""
