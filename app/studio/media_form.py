"""The video in a form: its address must belong to the kind that was chosen. Complaints are codes of `studio.wrong`."""

from urllib.parse import urlsplit

from app.room.addresses import is_in_own_folder
from app.studio.forms import Reader
from domain.embeds import EMBEDS, embed_of, kind_of, tidy

MEDIA_KINDS = ("file", "hls", *EMBEDS)


def media_of(reader: Reader, mode: str) -> str:
    """The video's address in the form; complains of one we could not play. A LIVE webinar may have none yet."""
    typed, kind = reader.text("media_url", most=1_000, required=mode == "auto"), reader.form.get("media_kind") or "file"
    embed = next((known for known in EMBEDS if known == kind), None)
    if typed and embed:
        if embed_of(embed, typed) is None:
            reader.wrong["media_url"] = f"not_on_{embed}"
        return tidy(typed)
    if typed and (wrong := _wrong(kind, typed)):
        reader.wrong["media_url"] = wrong
    return typed


def captions_of(reader: Reader) -> str:
    """The address of the captions in the form; empty: none."""
    typed = reader.text("captions_url", most=500)
    if typed and not (_is_address(typed) and urlsplit(typed).path.lower().endswith(".vtt")):
        reader.wrong["captions_url"] = "not_captions"
    return typed


def _wrong(kind: str, typed: str) -> str:
    if service := kind_of(typed):
        return f"choose_{service}"
    if not _is_address(typed):
        return "not_a_media_address"
    if kind == "hls" and not urlsplit(typed).path.endswith(".m3u8"):
        return "not_a_stream"
    is_ours = not urlsplit(typed).scheme
    return "playlist_in_root" if kind == "hls" and is_ours and not is_in_own_folder(typed) else ""


def _is_address(typed: str) -> bool:
    """A file of the media folder or a web address."""
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    return parts.scheme in {"", "http", "https"} and ".." not in parts.path and "\\" not in typed
