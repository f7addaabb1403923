"""A picture is known by its first bytes, whatever its name says; one that breaks off is none."""

import struct
import zlib
from pathlib import Path

import pytest

from domain.pictures import Measured, measured


def png(width: int, height: int) -> bytes:
    """A whole grey PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, frame: int = 0xC0) -> bytes:
    """The head of a JPEG: application data, a table, the frame."""
    application = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    table = b"\xff\xc4" + struct.pack(">H", 4) + bytes(2)
    return (
        b"\xff\xd8" + application + table + bytes([0xFF, frame]) + struct.pack(">HBHH", 17, 8, height, width) + bytes(8)
    )


def webp(form: bytes, body: bytes) -> bytes:
    """The head of a WebP."""
    return b"RIFF" + struct.pack("<I", 100) + b"WEBP" + form + struct.pack("<I", 80) + body + bytes(20)


EXTENDED = webp(b"VP8X", bytes(4) + (1199).to_bytes(3, "little") + (629).to_bytes(3, "little"))
LOSSLESS = webp(b"VP8L", b"\x2f" + struct.pack("<I", 1199 | 629 << 14))
LOSSY = webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 1200, 630))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(1200, 630), "image/png"),
        (jpeg(1200, 630), "image/jpeg"),
        (jpeg(1200, 630, frame=0xC2), "image/jpeg"),
        (EXTENDED, "image/webp"),
        (LOSSLESS, "image/webp"),
        (LOSSY, "image/webp"),
    ],
)
def test_kind_and_size_are_read_from_the_content(content: bytes, kind: str) -> None:
    assert measured(content) == Measured(kind, 1200, 630)  # type: ignore[arg-type]


def test_the_houses_own_card_is_measured_too() -> None:
    card = Path(__file__).parent.parent.parent / "assets" / "og.png"
    assert measured(card.read_bytes()) == Measured("image/png", 1200, 630)


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"RIFF0000WAVEfmt "])
def test_anything_else_is_no_picture(content: bytes) -> None:
    assert measured(content) is None


@pytest.mark.parametrize("whole", [png(1200, 630)[:24], jpeg(1200, 630)[:33], EXTENDED[:30], LOSSLESS[:30], LOSSY[:30]])
def test_a_file_that_breaks_off_is_none_wherever_it_breaks(whole: bytes) -> None:
    found = [measured(whole[:length]) for length in range(len(whole))]
    assert found == [None] * len(found)
