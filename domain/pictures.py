"""What a picture says of itself in its first bytes: kind, width, height in pixels. No decoding, no other metadata."""

import struct
from dataclasses import dataclass
from typing import Literal

MediaType = Literal["image/png", "image/jpeg", "image/webp"]
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG whose segment holds the size; the three left out are tables."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture by its content, whatever its name says."""

    media_type: MediaType
    width: int
    height: int


def measured(content: bytes) -> Measured | None:
    """Kind and size of a PNG, JPEG or WebP; None for anything else, and for a file that breaks off before it tells."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
            return Measured("image/png", *struct.unpack_from(">II", content, 16))
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(content: bytes) -> Measured | None:
    """Segment after segment, to the first that begins a frame."""
    at = 2
    while content[at] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker = content[at + 1]
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Measured("image/jpeg", width, height)
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    return None


def _webp(content: bytes) -> Measured | None:
    """The three ways a WebP begins: extended, lossless, lossy (https://developers.google.com/speed/webp/docs/riff_container)."""
    form = content[12:16]
    if form == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
    elif form == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", content, 26))
    else:
        return None
    return Measured("image/webp", width, height) if len(content) >= 30 else None  # noqa: PLR2004 - the longest head
