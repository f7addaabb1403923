import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imports import BadRow, Candidate, ImportProblem, kind_of, parse, refused

OWN = """Имя;Телефон;E-mail;Дата регистрации;utm_source;Любимый цвет
Анна Примерова;8 (999) 000-00-01;;31.03.2026 19:00;vk;синий
;;vera@Example.org;;;
Пётр;12;;;;
Глеб;;;;;
"""
BIZON = """username,phone,email,registeredTime,url_marker,utm_source,vizitWebinar
Анна,79990000001,anna@example.org,1772625600000,petr,yandex,1
"""
GETCOURSE = """id;Email;Имя;Фамилия;Телефон;Создан
1;anna@example.org;Анна;Примерова;'+79990000001;2026-03-04 15:00:00
"""


def test_a_plain_list_is_read_row_by_row() -> None:
    table = parse(OWN)
    anna, vera, petr, gleb = table.rows
    assert isinstance(anna, Candidate)
    assert (anna.line, anna.name, anna.phone, anna.email) == (2, "Анна Примерова", "+79990000001", None)
    assert anna.registered_at == dtm.datetime(2026, 3, 31, 16, tzinfo=dtm.UTC), "19:00 in Moscow"
    assert anna.utm.source == "vk"
    assert isinstance(vera, Candidate)
    assert vera.email == "vera@example.org"
    assert (petr, gleb) == (BadRow(4, "phone_too_short"), BadRow(5, "no_contact"))
    assert (table.kind, table.ignored) == ("csv", ("Любимый цвет",))


def test_exports_are_recognised_by_their_headers() -> None:
    bizon, getcourse = parse(BIZON), parse(GETCOURSE)
    assert (bizon.kind, getcourse.kind) == ("bizon365", "getcourse")
    [row] = bizon.rows
    assert isinstance(row, Candidate)
    assert (row.name, row.phone, row.partner) == ("Анна", "+79990000001", "petr")
    assert row.registered_at == dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC)
    [row] = getcourse.rows
    assert isinstance(row, Candidate)
    assert (row.name, row.phone, row.registered_at) == (
        "Анна Примерова", "+79990000001", dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC),
    )  # fmt: skip
    assert kind_of(("name", "phone")) == "csv"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"), ("\n \n", "empty_file"), ("name;phone\n", "empty_file"),
        ("name;age\nАнна;30", "no_contacts"),
        ('phone;name\n+79990000001;"Анна\n' + "x" * 200_000, "bad_quotes"),
        ('name;phone\n"Анна;+79990000001\n' + "Борис;+79990000002\n" * 60, "bad_quotes"),
        ("phone\n" + "\n".join(f"+7999{number:07}" for number in range(50_001)), "too_many_rows"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(text: str, code: str) -> None:
    with pytest.raises(ImportProblem) as found:
        parse(text)
    assert found.value.code == code


def test_refused_rows_come_back_mended_through_the_same_door() -> None:
    table = parse(OWN)
    rows = list(refused(table, {row.line: "исправьте" for row in table.rows if isinstance(row, BadRow)}))
    assert rows[0][-1] == "reason"
    assert [row[0] for row in rows[1:]] == ["Пётр", "Глеб"]
    mended = "\n".join(";".join(row).replace("12;", "+79990000003;") for row in rows[:2])
    [again] = parse(mended).rows
    assert isinstance(again, Candidate)
    assert parse(mended).ignored == ("Любимый цвет",), "the reason is ours"


def test_an_apostrophe_against_formulas_is_taken_off() -> None:
    [row] = parse("name,phone\n'=Анна,'+79990000001").rows
    assert isinstance(row, Candidate)
    assert (row.name, row.phone) == ("=Анна", "+79990000001")


def test_quoted_cells_may_hold_separators_and_lines() -> None:
    [row] = parse('name,email\n"Примерова, Анна\nИвановна",a@example.org').rows
    assert isinstance(row, Candidate)
    assert row.name.startswith("Примерова, Анна")


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        table = parse(f"name;phone;email;registered_at\n{text}")
    except ImportProblem:
        return
    assert len(table.rows) == len(table.cells)
