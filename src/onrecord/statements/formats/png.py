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
_LEVEL = 2
_HEADER, _LAST_BLOCK = b"\x78\x01", b"\x03\x00"


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
    for plain, group in groupby(strips, key=_is_plain):
        if plain:
            parts.extend(map(_known, group))
        else:
            parts.append(_squeeze(b"".join(group)))
    return b"".join([*parts, _LAST_BLOCK, struct.pack(">I", zlib.adler32(raw))])


def _is_plain(strip: bytes) -> bool:
    """Tell whether a strip has nothing in it; most of a card is paper."""
    return strip == bytes(len(strip))


@lru_cache(maxsize=16)
def _known(strip: bytes) -> bytes:
    return _squeeze(strip)


def _squeeze(rows: bytes) -> bytes:
    packer = zlib.compressobj(level=_LEVEL, wbits=-15)
    return packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)
