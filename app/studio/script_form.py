"""One entry of a script as a form: what was typed becomes an entry, or complaints field by field. No Reflex."""

from collections.abc import Mapping

from app.studio.forms import Complaints
from domain.events import ScriptEntry
from domain.script import MOST_AUTHOR, MOST_TEXT
from domain.script_files import KINDS, clock_seconds, poll_of, row_of


def filled(entry: ScriptEntry) -> dict[str, str]:
    """The form's values for an entry."""
    time, kind, author, text, options, target, _ = row_of(entry)
    answers = "\n".join(part.strip() for part in options.split("|") if part.strip())
    return {"time": time, "kind": kind, "author": author, "text": text, "options": answers, "target": target}


def entry_of(typed: Mapping[str, object], before: ScriptEntry | None, *, new_id: str) -> ScriptEntry:
    """The entry a filled form means; an edited one keeps its id, and its author's claim to a recorded line.

    Raises Complaints.
    """
    form = {name: str(value or "").strip() for name, value in typed.items()}
    wrong: dict[str, str] = {}
    at = clock_seconds(form.get("time", ""))
    kind = form.get("kind") or "line"
    if at is None:
        wrong["time"] = "not_a_time"
    if kind not in KINDS:
        wrong["kind"] = "unknown_kind"
    shared = {"entry_id": before.entry_id if before else new_id, "at_seconds": round(at or 0, 1)}
    more = _meaning(kind, form, before, new_id, wrong)
    if wrong:
        raise Complaints(wrong)
    return ScriptEntry.model_validate({**shared, **more})


def _meaning(
    kind: str, form: Mapping[str, str], before: ScriptEntry | None, new_id: str, wrong: dict[str, str]
) -> dict[str, object]:
    """What happens, by its kind; what is wrong with it goes into `wrong`."""
    text = " ".join(form.get("text", "").split())
    if kind in {"line", "host"}:
        return _line(form, text, before, wrong)
    if kind == "poll_open":
        poll_id = before.poll.poll_id if before and before.poll else new_id
        poll = poll_of(text, form.get("options", "").split("\n"), poll_id)
        if isinstance(poll, str):
            wrong["options" if poll == "poll_options" else "text"] = poll
            return {}
        return {"kind": kind, "poll": poll, "target": poll_id}
    if kind != "unpin" and not form.get("target"):
        wrong["target"] = "no_target"
    return {"kind": kind, "target": form.get("target", "")[:64] or None}


def _line(form: Mapping[str, str], text: str, before: ScriptEntry | None, wrong: dict[str, str]) -> dict[str, object]:
    author = " ".join(form.get("author", "").split())
    if not text:
        wrong["text"] = "no_text"
    elif len(text) > MOST_TEXT:
        wrong["text"] = "too_long"
    if not author:
        wrong["author"] = "no_author"
    elif len(author) > MOST_AUTHOR:
        wrong["author"] = "too_long"
    whose = {"subject_id": before.subject_id, "ref": before.ref} if before and before.kind == "line" else {}
    return {"kind": "line", "author": author, "text": text, "is_host": form.get("kind") == "host", **whose}
