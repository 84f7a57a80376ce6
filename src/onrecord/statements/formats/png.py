# SPDX-License-Identifier: Apache-2.0
"""A PNG writer (ISO/IEC 15948) for pictures that are mostly alike: 16 colours, four bits a pixel.

A picture is put together from bands, one below the other. A band that comes back is not compressed again.
Deflate allows that: what follows a full flush never refers to what was before it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

from PIL import Image

try:
    from zlib_ng import zlib_ng
except ImportError:  # there is none for this machine: zlib does the same in twice the time
    zlib_ng = None  # type: ignore[assignment]  # asked below

_packing: ModuleType = zlib_ng or zlib
PACKED_BY = f"zlib-ng {zlib_ng.ZLIBNG_RUNTIME_VERSION}" if zlib_ng else f"zlib {zlib.ZLIB_RUNTIME_VERSION}"
"""On what the bytes of a picture depend beside its pixels; not on the processor."""

_LEVEL = 1
_MEMORY = 7
"""More of it has to be laid out for each band, and finds nothing more."""
_HEADER, _LAST_BLOCK = b"\x78\x01", b"\x03\x00"
_ADLER_MODULUS = 65_521


@dataclass(frozen=True, slots=True)
class Band:
    """Some rows of a picture, compressed, with the length and the checksum (Adler-32) of what they hold."""

    rows: int
    packed: bytes
    length: int
    checksum: int


def canvas(width: int, height: int) -> Image.Image:
    """Return an empty picture for `band`, whose first two columns are not part of what is shown.

    They stay empty: packed, they are the byte that begins each row in a PNG and names its filter (none).
    """
    return Image.new("P", (width + 2, height), 0)


def band(picture: Image.Image) -> Band:
    """Return a canvas as a band; its width without the first two columns must be even."""
    return _band(picture.height, picture.tobytes("raw", "P;4"))


@lru_cache(maxsize=64)
def empty(width: int, rows: int) -> Band:
    """Return rows of nothing but the first colour."""
    return _band(rows, bytes((width + 2) // 2 * rows))


def encode(width: int, bands: Sequence[Band], palette: Sequence[tuple[int, int, int]]) -> bytes:
    """Return a picture as PNG: its bands from the top."""
    header = struct.pack(">IIBBBBB", width, sum(each.rows for each in bands), 4, 3, 0, 0, 0)
    colours = bytes(channel for colour in palette for channel in colour)
    checksum = 1
    for each in bands:
        checksum = _continued(checksum, each)
    packed = [_HEADER, *(each.packed for each in bands), _LAST_BLOCK, struct.pack(">I", checksum)]
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", b"".join(packed)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))
        for name, body in chunks
    )


def _band(rows: int, raw: bytes) -> Band:
    # Runs are nearly all there is to find in letters: 2 % larger than to look for more, in 3/4 of the time.
    # Whoever looks for runs alone finds the same on every processor (docs/decisions/cards-by-zlib-ng.md).
    packer = _packing.compressobj(_LEVEL, zlib.DEFLATED, -15, _MEMORY, zlib.Z_RLE)
    packed = packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)
    return Band(rows, packed, len(raw), _packing.adler32(raw))


def _continued(checksum: int, following: Band) -> int:
    """Return the checksum of what was before and a band (RFC 1950 section 9), from those of both."""
    before, lower = checksum & 0xFFFF, following.checksum & 0xFFFF
    upper = (checksum >> 16) + (following.checksum >> 16) + following.length * (before - 1)
    return upper % _ADLER_MODULUS << 16 | (before + lower - 1) % _ADLER_MODULUS
