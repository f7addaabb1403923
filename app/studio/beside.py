"""Offers and polls in the webinar form: any number of each, every field named `<kind>.<row>.<field>`. No Reflex.

A row is known by the id of its offer or poll; one without a title (a question) is none.
"""

from collections.abc import Iterable, Mapping
from typing import Any, get_args
from urllib.parse import urlsplit

from app.studio.forms import Reader, short_id
from domain.events import Offer, OfferField, Poll, PollOption, WebinarConfigured
from domain.reasons import as_clock

OFFER, POLL = "offer", "poll"
OFFER_FIELDS: tuple[OfferField, ...] = ("name", "contact", "comment")
MOST_OPTIONS, FEWEST_OPTIONS, MAX_OPTION = 10, 2, 120

Row = dict[str, str]
"""The values of one row by field, its `id`, and under `wrong.<field>` what is wrong with them."""


def offers(reader: Reader) -> tuple[Offer, ...]:
    """The offers of a filled form, in the order they are shown; complaints go to the reader."""
    found = [_offer(reader, row) for row in _rows(reader.form, OFFER)]
    return tuple(sorted((offer for offer in found if offer), key=_when))


def polls(reader: Reader, old: WebinarConfigured | None) -> tuple[Poll, ...]:
    """The prepared polls of a filled form; options keep their ids by their places."""
    known = {poll.poll_id: poll for poll in old.polls} if old else {}
    found = [_poll(reader, row, known.get(row)) for row in _rows(reader.form, POLL)]
    return tuple(sorted((poll for poll in found if poll), key=_when))


def _when(one: Offer | Poll) -> float:
    return float("inf") if one.show_at_seconds is None else one.show_at_seconds


def _rows(form: Mapping[str, str], kind: str) -> Iterable[str]:
    """Ids of the rows of a kind, each once."""
    named = (name.split(".") for name in form)
    return dict.fromkeys(
        parts[1] for parts in named if len(parts) == len(("kind", "row", "field")) and parts[0] == kind
    )


def _offer(reader: Reader, row: str) -> Offer | None:
    at = f"{OFFER}.{row}."
    title, text = reader.both(f"{at}title"), reader.both(f"{at}text", most=2_000)
    button, url = reader.both(f"{at}button", most=60), reader.text(f"{at}url", most=500)
    show_at, hide_at = reader.seconds(f"{at}show_at"), reader.seconds(f"{at}hide_at")
    stands, has_form = reader.seconds(f"{at}stands"), reader.ticked(f"{at}has_form")
    if not title:
        return None
    asked = tuple(name for name in OFFER_FIELDS if reader.ticked(f"{at}asks_{name}"))
    if not button:
        reader.wrong[f"{at}button_ru"] = "required"
    if hide_at is not None and show_at is not None and hide_at <= show_at:
        reader.wrong[f"{at}hide_at"] = "hides_before_shown"
    if url and urlsplit(url).scheme not in {"http", "https"}:
        reader.wrong[f"{at}url"] = "not_a_web_address"
    if not url and not has_form:
        reader.wrong[f"{at}url"] = "form_or_link"
    if has_form and not asked:
        reader.wrong[f"{at}has_form"] = "form_asks_nothing"
    return Offer(
        offer_id=row,
        title=title,
        text=text,
        button=button,
        show_at_seconds=show_at,
        hide_at_seconds=hide_at,
        stands_seconds=stands or None,
        has_form=has_form,
        fields=asked or ("contact",),
        url=url or None,
    )


def _poll(reader: Reader, row: str, old: Poll | None) -> Poll | None:
    at = f"{POLL}.{row}."
    question = reader.both(f"{at}question")
    told = {language: _lines(reader.text(f"{at}options_{language}", most=1_500)) for language in ("ru", "en")}
    show_at, close_at = reader.seconds(f"{at}show_at"), reader.seconds(f"{at}close_at")
    if not question:
        return None
    if not FEWEST_OPTIONS <= len(told["ru"]) <= MOST_OPTIONS or any(len(text) > MAX_OPTION for text in told["ru"]):
        reader.wrong[f"{at}options_ru"] = "poll_options"
        return None
    if told["en"] and len(told["en"]) != len(told["ru"]):
        reader.wrong[f"{at}options_en"] = "options_differ"
    if close_at is not None and (show_at is None or close_at <= show_at):
        reader.wrong[f"{at}close_at"] = "closes_before_opened"
    ids = [option.option_id for option in old.options] if old else []
    options = tuple(
        PollOption(
            option_id=ids[n] if n < len(ids) else str(n + 1),
            text={language: lines[n] for language, lines in told.items() if n < len(lines)},
        )
        for n in range(len(told["ru"]))
    )
    return Poll(poll_id=row, question=question, options=options, show_at_seconds=show_at, close_at_seconds=close_at)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def offer_row(offer: Offer | None = None) -> Row:
    """The values of an offer; without one those of a new row."""
    shown = offer or Offer(offer_id=short_id(), title={}, button={}, fields=get_args(OfferField)[1:])
    values: dict[str, Any] = {
        "id": shown.offer_id,
        "show_at": shown.show_at_seconds,
        "hide_at": shown.hide_at_seconds,
        "stands": shown.stands_seconds,
        "url": shown.url or "",
        "has_form": "on" if shown.has_form else "",
        **{f"asks_{name}": "on" if name in shown.fields else "" for name in OFFER_FIELDS},
        **_both("title", shown.title),
        **_both("text", shown.text),
        **_both("button", shown.button),
    }
    return _row(values)


def poll_row(poll: Poll | None = None) -> Row:
    """The values of a poll; without one those of a new row."""
    options = poll.options if poll else ()
    lines = {language: "\n".join(option.text.get(language, "") for option in options) for language in ("ru", "en")}
    return _row(
        {
            "id": poll.poll_id if poll else short_id(),
            "show_at": poll.show_at_seconds if poll else None,
            "close_at": poll.close_at_seconds if poll else None,
            **_both("question", poll.question if poll else {}),
            **{f"options_{language}": text.strip("\n") for language, text in lines.items()},
        }
    )


def _both(name: str, said: Mapping[str, str]) -> Row:
    return {f"{name}_{language}": said.get(language, "") for language in ("ru", "en")}


def _row(values: Mapping[str, Any]) -> Row:
    texts = {
        name: "" if value is None else value if isinstance(value, str) else as_clock(value)
        for name, value in values.items()
    }
    return texts | {f"wrong.{name}": "" for name in texts}


def fields(kind: str, rows: Iterable[Row]) -> dict[str, str]:
    """The form's fields of rows, named as in the form."""
    return {
        f"{kind}.{row['id']}.{name}": value
        for row in rows
        for name, value in row.items()
        if name != "id" and not name.startswith("wrong.")
    }


def complained(rows: Iterable[Row], kind: str, sentences: Mapping[str, str]) -> list[Row]:
    """The rows with a sentence at each field that was refused."""
    marked = []
    for row in rows:
        names = [name for name in row if not name.startswith("wrong.")]
        wrong = {f"wrong.{name}": sentences.get(f"{kind}.{row['id']}.{name}", "") for name in names}
        marked.append(row | wrong)
    return marked
