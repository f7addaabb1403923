"""Scripts from files: our CSV there and back, exports of others, and complaints row by row."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cells import guarded
from domain.events import Poll, PollOption, ScriptEntry
from domain.script_files import COLUMNS, Unreadable, clock_seconds, clock_text, read, row_of


def test_a_chat_exported_from_anywhere_is_taken_by_its_headings() -> None:
    taken = read("Имя;Сообщение;Время\nАнна;Добрый вечер!;0:05\nБорис;«;» внутри, и запятая;1:02:03\n".encode("cp1251"))
    assert [(entry.at_seconds, entry.author, entry.text) for entry in taken.entries] == [(5, "Анна", "Добрый вечер!")]
    assert [(bad.number, bad.code) for bad in taken.bad] == [(3, "not_a_time")]


def test_rows_that_cannot_be_read_are_named_and_the_others_taken() -> None:
    table = "time,kind,author,text,options,target\n" + "\n".join(
        ["0:05,line,Анна,Привет,,", "вчера,line,Анна,Привет,,", "0:06,dance,Анна,Привет,,", "0:07,line,,Привет,,",
         "0:08,line,Анна,,,", "0:09,poll_open,,Слышно?,Да,", "0:10,offer_show,,,,", f"0:11,line,Анна,{'я' * 501},,",
         "", "0:12,poll_open,,Слышно?,Да | Нет,q1", "0:13,unpin,,,,"]
    )  # fmt: skip
    taken = read(table.encode())
    assert [entry.kind for entry in taken.entries] == ["line", "poll_open", "unpin"]
    assert [(bad.number, bad.code) for bad in taken.bad] == [
        (3, "not_a_time"), (4, "unknown_kind"), (5, "no_author"), (6, "no_text"), (7, "poll_options"),
        (8, "no_target"), (9, "too_long"),
    ]  # fmt: skip


def test_bizons_report_is_taken_with_names_and_seconds() -> None:
    report = {
        "report": json.dumps({"usersMeta": {"u1": {"username": "Анна Примерова"}, "u2": {"phone": "x"}}}),
        "messages": json.dumps({"u1": ["Привет", "Второе"], "u2": ["Аноним", "Без времени"]}),
        "messagesTS": json.dumps({"u1": [5, 65.5], "u2": [7]}),
    }
    taken = read(json.dumps({"report": report, "room_title": "Комната"}).encode())
    assert [(e.at_seconds, e.author, e.text) for e in taken.entries] == [
        (5, "Анна", "Привет"), (7, "Гость", "Аноним"), (65.5, "Анна", "Второе"),
    ]  # fmt: skip
    assert [(bad.number, bad.code, bad.cells[2]) for bad in taken.bad] == [(4, "not_a_time", "Без времени")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"  \n", "empty"), (b"\x00\x01\x02", "encoding"), (b"a,b\n1,2\n", "no_columns"),
        (b"{not json", "not_json"), (b'{"report": {"messages": "{}"}}', "not_a_report"),
        (b'{"report": 7}', "not_a_report"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert refused.value.code == code


LINES = st.builds(
    ScriptEntry,
    entry_id=st.uuids().map(str),
    at_seconds=st.integers(0, 400_000).map(lambda tenths: tenths / 10),
    kind=st.just("line"),
    author=st.text("абвABC ", min_size=1, max_size=20).map(str.strip).filter(bool).map(lambda t: " ".join(t.split())),
    text=st.text("абв;,\"'=|+-@ ", min_size=1, max_size=40).map(lambda t: " ".join(t.split())).filter(
        lambda t: bool(t) and not t.startswith("'")
    ),
    is_host=st.booleans(),
)  # fmt: skip
POLLED = ScriptEntry(
    entry_id="p",
    at_seconds=60,
    kind="poll_open",
    target="q",
    poll=Poll(
        poll_id="q",
        question={"ru": "Слышно?"},
        options=(PollOption(option_id="1", text={"ru": "Да"}), PollOption(option_id="2", text={"ru": "Нет"})),
    ),
)
SHOWN = ScriptEntry(entry_id="o", at_seconds=61, kind="offer_show", target="course")


@given(st.lists(LINES, max_size=8, unique_by=lambda entry: entry.entry_id))
def test_our_own_file_comes_back_as_it_was(lines: list[ScriptEntry]) -> None:
    entries = tuple(sorted([*lines, POLLED, SHOWN], key=lambda entry: entry.at_seconds))
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *(map(guarded, row_of(entry)) for entry in entries)])
    taken = read(out.getvalue().encode("utf-8-sig"))
    assert taken.bad == ()
    assert taken.entries == entries


@given(st.integers(0, 864_000))
def test_a_clock_is_read_as_it_is_written(tenths: int) -> None:
    assert clock_seconds(clock_text(tenths / 10)) == tenths / 10


@pytest.mark.parametrize("text", ["", "1:2:3:4", "1:60:00", "5:60", "-1", "abc", "1e3"])
def test_other_times_are_none(text: str) -> None:
    assert clock_seconds(text) is None
