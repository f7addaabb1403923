"""Lists of people from elsewhere: which columns mean what, and what is wrong with a row. Pure; taking in is the CRM's.

Three kinds of files are known: our own CSV, exports of Bizon365 (participants of a page or a report) and of GetCourse
(users). Columns may stand in any order; what nobody knows is named and left out.
"""

import csv
import datetime as dtm
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.cells import bare
from domain.events import Utm
from domain.people import ContactError, normalise_email, normalise_phone

Kind = Literal["csv", "bizon365", "getcourse"]
KINDS: tuple[Kind, ...] = ("csv", "bizon365", "getcourse")
MOST_ROWS = 50_000
LONGEST_CELL = 300
MOST_LINES = 50
"""A row of more lines is a quotation mark that nobody closed."""
REASON = "reason"
"""Column that the file of refused rows has in addition; it is ignored when the mended file comes back."""
EPOCH_MILLISECONDS = 10**11
"""A plain number from here on is a moment in milliseconds since 1970, as Bizon365 writes them."""

_COMMON = {
    "name": ("name", "имя", "фио", "имя и фамилия", "full name"),
    "last_name": ("last_name", "фамилия", "last name", "surname"),
    "phone": ("phone", "телефон", "номер телефона", "tel"),
    "email": ("email", "e-mail", "эл. почта", "электронная почта", "почта"),
    "registered_at": ("registered_at", "дата регистрации", "registration date"),
    "source": ("source", "источник"),
    "partner": ("partner", "партнёр", "партнер", "ref"),
    **{f"utm_{name}": (f"utm_{name}",) for name in ("source", "medium", "campaign", "content", "term")},
}
_BIZON = {
    "name": ("username", "имя участника"),
    "registered_at": ("registeredtime", "created", "дата и время регистрации"),
    "partner": ("url_marker",),
}
_GETCOURSE = {
    "registered_at": ("создан", "зарегистрирован", "дата создания", "created_at"),
    "partner": ("партнер email", "партнёр email"),
    "source": ("откуда пришел", "откуда пришёл"),
}
ALIASES: dict[Kind, dict[str, tuple[str, ...]]] = {
    "csv": _COMMON,
    "bizon365": {name: (*_COMMON.get(name, ()), *_BIZON.get(name, ())) for name in _COMMON},
    "getcourse": {name: (*_COMMON.get(name, ()), *_GETCOURSE.get(name, ())) for name in _COMMON},
}
"""For each kind of file the headers (in lower case) that mean a field of ours."""
_SIGNS: dict[Kind, frozenset[str]] = {
    "bizon365": frozenset({"username", "registeredtime", "webinartime", "vizitwebinar", "url_marker", "viewtill"}),
    "getcourse": frozenset({"эл. почта", "создан", "зарегистрирован", "откуда пришел", "откуда пришёл"}),
}
_MOMENTS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


class ImportProblem(ValueError):  # noqa: N818 - reads as what it says
    """The file as a whole cannot be used. `code`: empty_file, bad_quotes, no_contacts, too_many_rows, no_zone.

    `detail` is for the sentence.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row one can act on: contacts in their one spelling, at least one of them."""

    line: int
    name: str
    phone: str | None
    email: str | None
    source: str | None
    utm: Utm
    partner: str | None
    """A partner's code as it stands in the file."""
    registered_at: dtm.datetime | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, with the code of the reason: a contact's, no_contact, bad_moment, cell_too_long."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file taken apart. `cells` are the rows as they stood, `rows` what they mean, one for one."""

    kind: Kind
    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    rows: tuple[Candidate | BadRow, ...]
    ignored: tuple[str, ...]
    """Columns that nobody knows."""
    delimiter: str = ","
    """What parts the cells of the file; those of the refused rows are parted by it, too."""


def parse(text: str, kind: Kind | None = None, *, time_zone: str = "Europe/Moscow", region: str = "RU") -> Table:
    """The table of a CSV text (comma, semicolon or tab). `kind` None: told by the headers.

    `time_zone` is that of moments without one, `region` that of numbers without a country code. Raises ImportProblem.
    """
    lines = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise ImportProblem("empty_file")
    delimiter = max(";,\t", key=first.count)
    try:
        found = [
            (number, tuple(cell.strip() for cell in row))
            for number, row in _numbered(lines, delimiter)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error:
        raise ImportProblem("bad_quotes") from None
    header = found[0][1]
    chosen = kind or kind_of(header)
    columns = _columns(header, chosen)
    if not {"phone", "email"} & set(columns.values()):
        raise ImportProblem("no_contacts", ", ".join(header)[:200])
    body = found[1:]
    if not body:
        raise ImportProblem("empty_file")
    if len(body) > MOST_ROWS:
        raise ImportProblem("too_many_rows", str(MOST_ROWS))
    zone = _zone(time_zone)
    rows = tuple(_row(number, row, columns, zone, region) for number, row in body)
    ignored = tuple(name for at, name in enumerate(header) if at not in columns and name.lower() not in {REASON, ""})
    return Table(chosen, header, tuple(row for _, row in body), rows, ignored, delimiter)


def kind_of(header: Sequence[str]) -> Kind:
    """Which system a file with these headers comes from; `csv` when none is recognised."""
    names = {name.strip().lower() for name in header}
    signs = {kind: len(names & expected) for kind, expected in _SIGNS.items()}
    best = max(signs, key=lambda kind: signs[kind])
    return best if signs[best] else "csv"


def refused(table: Table, reasons: Mapping[int, str]) -> Iterator[list[str]]:
    """The rows of a file that were refused, as they stood, with the reason as one more column: to mend and bring back.

    `reasons` by line number. The first row is the header.
    """
    kept = [at for at, name in enumerate(table.header) if name.lower() != REASON]
    yield [*(table.header[at] for at in kept), REASON]
    for row, cells in zip(table.rows, table.cells, strict=True):
        if row.line in reasons:
            yield [*(cells[at] if at < len(cells) else "" for at in kept), reasons[row.line]]


def _numbered(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows by the number of their last line. Raises csv.Error where a quotation mark swallows what comes after it."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    before = 0
    for row in reader:
        if reader.line_num - before > MOST_LINES:
            raise csv.Error
        before = reader.line_num
        yield before, row


def _columns(header: Sequence[str], kind: Kind) -> dict[int, str]:
    """Which column is which field; of two columns for one field the first counts."""
    found: dict[int, str] = {}
    for at, name in enumerate(header):
        wanted = name.strip().lower()
        field = next((field for field, aliases in ALIASES[kind].items() if wanted in aliases), None)
        if field and field not in found.values():
            found[at] = field
    return found


def _row(
    line: int, cells: Sequence[str], columns: Mapping[int, str], zone: ZoneInfo, region: str
) -> Candidate | BadRow:
    said = {field: bare(cells[at]) for at, field in columns.items() if at < len(cells) and cells[at]}
    if any(len(cell) > LONGEST_CELL for cell in said.values()):
        return BadRow(line, "cell_too_long")
    try:
        phone = normalise_phone(_plus(said["phone"]), region) if "phone" in said else None
        email = normalise_email(said["email"]) if "email" in said else None
        moment = _moment(said["registered_at"], zone) if "registered_at" in said else None
    except ContactError as error:
        return BadRow(line, error.code)
    except ValueError:
        return BadRow(line, "bad_moment")
    if not phone and not email:
        return BadRow(line, "no_contact")
    utm = Utm(**{name: said.get(f"utm_{name}") for name in Utm.model_fields})
    name = " ".join(filter(None, (said.get("name"), said.get("last_name"))))
    return Candidate(line, name, phone, email, said.get("source"), utm, said.get("partner"), moment)


def _plus(phone: str) -> str:
    """Spreadsheets drop the plus of a number and put an apostrophe before it."""
    digits = phone.strip().lstrip("'")
    is_bare = digits.isdecimal() and digits.startswith("7") and len(digits) == len("79990000000")
    return f"+{digits}" if is_bare else digits


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such zone, no name of one, a folder of zones
        raise ImportProblem("no_zone", name) from None


def _moment(text: str, zone: ZoneInfo) -> dtm.datetime:
    """A moment as exports write them. Raises ValueError."""
    if text.isdecimal():
        number = int(text)
        return dtm.datetime.fromtimestamp(number / 1000 if number >= EPOCH_MILLISECONDS else number, dtm.UTC)
    for shape in _MOMENTS:
        try:
            return dtm.datetime.strptime(text, shape).replace(tzinfo=zone).astimezone(dtm.UTC)
        except ValueError:
            continue
    moment = dtm.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dtm.UTC)
