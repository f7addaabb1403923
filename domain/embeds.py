"""Videos on YouTube, VK Video and Rutube: which one an address means. Pure; the players are in `assets/room/`."""

import re
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qs, urlsplit

EmbedKind = Literal["youtube", "vk", "rutube"]
EMBEDS: tuple[EmbedKind, ...] = get_args(EmbedKind)

_HOSTS: dict[EmbedKind, frozenset[str]] = {
    "youtube": frozenset({"youtube.com", "youtu.be", "youtube-nocookie.com", "music.youtube.com"}),
    "vk": frozenset({"vk.com", "vk.ru", "vkvideo.ru"}),
    "rutube": frozenset({"rutube.ru"}),
}
_CODE = re.compile(r"""\bsrc\s*=\s*["']([^"']+)["']""")
_YOUTUBE = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_PATH = re.compile(r"/(?:embed|live|shorts|v)/([A-Za-z0-9_-]{11})(?:/|$)")
_VK = re.compile(r"(?:video|clip)(-?\d+)_(\d+)")
_VK_BARE = re.compile(r"-?\d+_\d+")
_RUTUBE = re.compile(r"[0-9a-f]{32}")
_RUTUBE_PATH = re.compile(r"/(?:video|play/embed|live/video|shorts)/(?:private/)?([0-9a-f]{32})(?:/|$)")
_KEY = re.compile(r"[\w-]{1,100}")


@dataclass(frozen=True, slots=True)
class Embed:
    """One video of a service: its id, and the key that opens it if it is shown by link only."""

    video: str
    key: str = ""


def tidy(typed: str) -> str:
    """The address in what people paste: the code for embedding is replaced by the address inside it."""
    found = _CODE.search(typed) if typed.lstrip().startswith("<") else None
    address = found[1].replace("&amp;", "&") if found else typed.strip()
    return f"https:{address}" if address.startswith("//") else address


def kind_of(address: str) -> EmbedKind | None:
    """The service an address belongs to; None: it is no address of theirs."""
    host = _host(_split(tidy(address)))
    return next((kind for kind, hosts in _HOSTS.items() if host in hosts), None)


def has_picture(kind: str, address: str) -> bool:
    """Whether there is something to show: a LIVE webinar may be saved before its stream has an address."""
    known = next((embed for embed in EMBEDS if embed == kind), None)
    return embed_of(known, address) is not None if known else bool(address)


def embed_of(kind: EmbedKind, typed: str) -> Embed | None:
    """The video behind any usual address of this service, or a bare id; None: there is no video in it."""
    address = tidy(typed)
    if bare := _bare(kind, address):
        return Embed(bare)
    parts = _split(address)
    if _host(parts) not in _HOSTS[kind]:
        return None
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    match kind:
        case "youtube":
            return _youtube(parts, query)
        case "vk":
            return _vk(parts, query)
        case "rutube":
            found = _RUTUBE_PATH.match(parts.path)
            return Embed(found[1], _key(query.get("p", ""))) if found else None


def _youtube(parts: SplitResult, query: dict[str, str]) -> Embed | None:
    in_path = _YOUTUBE_PATH.match(parts.path)
    short = parts.path.strip("/") if _host(parts) == "youtu.be" else ""
    video = query.get("v") or short or (in_path[1] if in_path else "")
    return Embed(video) if _YOUTUBE.fullmatch(video) else None


def _vk(parts: SplitResult, query: dict[str, str]) -> Embed | None:
    key = _key(query.get("hash", ""))
    if "oid" in query and "id" in query:
        video = f"{query['oid']}_{query['id']}"
        return Embed(video, key) if _VK_BARE.fullmatch(video) else None
    named = [*_VK.finditer(parts.path), *_VK.finditer(query.get("z", ""))]  # a playlist's path may name several
    return Embed(f"{named[-1][1]}_{named[-1][2]}", key) if named else None


def _bare(kind: EmbedKind, address: str) -> str:
    shape = {"youtube": _YOUTUBE, "vk": _VK_BARE, "rutube": _RUTUBE}[kind]
    return address if shape.fullmatch(address) else ""


def _key(text: str) -> str:
    return text if _KEY.fullmatch(text) else ""


def _split(address: str) -> SplitResult:
    """The parts of a web address typed with or without its scheme; of anything else, empty ones."""
    try:
        return urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return urlsplit("")


def _host(parts: SplitResult) -> str:
    return re.sub(r"^(?:www|m)\.", "", (parts.hostname or "").casefold())
