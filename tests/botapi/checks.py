"""Telegram's own checks of a message: length, HTML entities, button addresses. Returns its complaint or None."""

import json
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

_TAGS = {
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "code",
    "pre",
    "a",
    "tg-spoiler",
    "span",
    "blockquote",
}
_TEXT_LIMIT = 4096
_CAPTION_LIMIT = 1024
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff")


class _Entities(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.complaint: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser calls it so
        if tag not in _TAGS:
            self.complaint = self.complaint or f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"'
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.complaint = self.complaint or "Bad Request: can't parse entities: Unmatched end tag"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def complaint(params: dict[str, Any]) -> str | None:
    """What Telegram would answer with 400, or None if it would take the message."""
    is_photo = "photo" in params
    if is_photo and not any(isinstance(value, bytes) and value.startswith(_PICTURES) for value in params.values()):
        return "Bad Request: IMAGE_PROCESS_FAILED"
    text = params.get("caption" if is_photo else "text", "")
    if params.get("parse_mode") == "HTML":
        parser = _Entities()
        parser.feed(text)
        parser.close()
        if parser.complaint or parser.open:
            return parser.complaint or "Bad Request: can't parse entities: Can't find end tag"
        text = "".join(parser.text)
    if not text.strip() and not is_photo:
        return "Bad Request: message text is empty"
    if len(text) > (_CAPTION_LIMIT if is_photo else _TEXT_LIMIT):
        return "Bad Request: message is too long"
    return _buttons_complaint(params.get("reply_markup"))


def _buttons_complaint(markup: Any) -> str | None:
    keyboard = json.loads(markup) if isinstance(markup, str) else markup or {}
    for row in keyboard.get("inline_keyboard", []):
        for button in row:
            url = button.get("url")
            if url is not None and "." not in (urlsplit(url).hostname or ""):
                return f"Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
            if url is None and len(button.get("callback_data", "").encode()) not in range(1, 65):
                return "Bad Request: BUTTON_DATA_INVALID"
    return None
