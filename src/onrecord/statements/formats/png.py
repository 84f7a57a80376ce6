# SPDX-License-Identifier: Apache-2.0
"""A PNG writer (ISO/IEC 15948) for pictures that are mostly alike: 16 colours, four bits a pixel.

Strips of rows that were seen before are not compressed again. Deflate allows that: what follows a full flush
never refers to what was before it.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from itertools import groupby

from PIL import Image

STRIP = 18
"""Rows that are compressed together."""
_FEW = 4
"""Strips of a line of small print, which often comes back as it was: a name, a kind, a date."""
_LEVEL = 2
_HEADER, _LAST_BLOCK = b"\x78\x01", b"\x03\x00"
_ADLER_MODULUS = 65_521


def canvas(width: int, height: int) -> Image.Image:
    """Return an empty picture for `encode`, whose first two columns are not part of what is shown.

    They stay empty: packed, they are the byte that begins each row in a PNG and names its filter (none).
    """
    return Image.new("P", (width + 2, height), 0)


def encode(picture: Image.Image, palette: list[tuple[int, int, int]]) -> bytes:
    """Return a canvas as PNG; its width without the first two columns must be even."""
    width, height = picture.size
    header = struct.pack(">IIBBBBB", width - 2, height, 4, 3, 0, 0, 0)
    colours = bytes(channel for colour in palette for channel in colour)
    pixels = _deflate(picture.tobytes("raw", "P;4"), STRIP * width // 2)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def _deflate(raw: bytes, length: int) -> bytes:
    strips = [raw[at : at + length] for at in range(0, len(raw), length)]
    parts = [_HEADER]
    checksum = 1
    for plain, group in groupby(strips, key=_is_plain):
        if plain:
            for strip in group:
                parts.append(_known(strip))
                checksum = _adler32_of_zeros(len(strip), checksum)
        else:
            rows = b"".join(group)
            parts.append((_known if len(rows) <= _FEW * length else _squeeze)(rows))
            checksum = zlib.adler32(rows, checksum)
    return b"".join([*parts, _LAST_BLOCK, struct.pack(">I", checksum)])


def _is_plain(strip: bytes) -> bool:
    """Tell whether a strip has nothing in it; most of a card is paper."""
    return strip == bytes(len(strip))


def _adler32_of_zeros(count: int, value: int) -> int:
    """Continue a checksum over so many zeros (RFC 1950 section 9): only its upper half changes."""
    upper, lower = value >> 16, value & 0xFFFF
    return (upper + count * lower) % _ADLER_MODULUS << 16 | lower


def _squeeze(rows: bytes) -> bytes:
    packer = zlib.compressobj(level=_LEVEL, wbits=-15)
    return packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)


_known = lru_cache(maxsize=64)(_squeeze)
