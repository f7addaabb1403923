from warehouse.known import AT_MOST, SECONDS, Known


def test_an_answer_goes_on_from_the_one_that_is_known() -> None:
    known = Known()
    assert [known.answer("many", lambda before: (before or 0) + 1) for _ in range(3)] == [1, 2, 3]


def test_what_was_asked_for_last_is_kept_and_what_nobody_asks_for_is_forgotten() -> None:
    known = Known()
    for asked in ("kept", "forgotten"):
        known.answer(asked, lambda _: "found")
    for number in range(AT_MOST - 1):
        known.answer("kept", lambda before: before)
        known.answer(number, lambda _: "another")
    assert known.answer("kept", lambda before: before) == "found"
    assert known.answer("forgotten", lambda before: before) is None


def test_an_answer_is_found_anew_after_a_while_however_often_it_is_asked_for() -> None:
    now = [0.0]
    known = Known(clock=lambda: now[0])
    known.answer("asked", lambda _: "old")
    now[0] = SECONDS - 1
    assert known.answer("asked", lambda before: before or "new") == "old"
    now[0] = SECONDS
    assert known.answer("asked", lambda before: before or "new") == "new"
