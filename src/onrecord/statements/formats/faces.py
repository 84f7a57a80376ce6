# SPDX-License-Identifier: Apache-2.0
"""Typefaces to draw text with: three that come along, then those of the machine; never a box for a letter.

A face is taken only if it has every character. Whether it has is read from the font file's own table
(OpenType, `cmap`, formats 4 and 12).
"""

from __future__ import annotations

import os
import re
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

FONTS = Path(__file__).resolve().parent.parent / "fonts"
OWN = tuple(FONTS / f"headline-{script}.ttf" for script in ("latin", "arabic", "hebrew"))
SYSTEM = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)
_PREFERRED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(NotoSerifCJK|SourceHanSerif)[^/]*-Bold\.",
        r"(NotoSansCJK|SourceHanSans)[^/]*-Bold\.",
        r"NotoSerif\w+-Bold\.(ttf|otf)$",
        r"NotoSans\w+-Bold\.(ttf|otf)$",
        r"(NotoSerifCJK|NotoSansCJK|SourceHan)[^/]*\.(ttc|otf)$",
        r"(PingFang|Hiragino|Songti|AppleSDGothicNeo)[^/]*\.tt[cf]$",
        r"(wqy-zenhei|wqy-microhei|DroidSansFallback\w*|uming|ukai)\.tt[cf]$",
        r"Noto(Serif|Sans)\w+-Regular\.(ttf|otf)$",
    )
)
_MARKS = re.compile(r"[\^`]")
"""What of ASCII stands for no letter: the category Sk."""
_VARIANT = {"zh-hans": "SC", "zh-hant": "TC", "zh-hk": "HK", "ja": "JP", "ko": "KR"}
_MOST_FACES = 400

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and which of the faces in it."""

    path: str
    index: int = 0

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """Return the face in a size in pixels."""
        return _sized(self, size)

    @property
    def identity(self) -> str:
        """Return what changes when the file does."""
        found = Path(self.path).stat()
        return f"{Path(self.path).name}/{self.index}/{found.st_size}"


def face_for(text: str, language: str) -> Face | None:
    """Return a face that has every character of a text and writes it as its readers do, or None."""
    characters = frozenset(text)
    return _face_for(characters, language) if shapeable(characters) else None


def shapeable(characters: frozenset[str]) -> bool:
    """Tell whether letters will be joined and ordered as they must be. Some scripts need Raqm and FriBiDi."""
    return has_shaping() or not any(_needs_shaping(character) for character in characters)


@lru_cache(maxsize=1)
def has_shaping() -> bool:
    """Tell whether text can be shaped here: Pillow loads FriBiDi from the machine, if it is there."""
    return bool(features.check_feature("raqm"))


def drawable(text: str) -> str:
    """Return a text without what no typeface of headlines has: pictographs, controls, invisible marks."""
    if text.isascii() and text.isprintable() and not _MARKS.search(text):
        return " ".join(text.split())
    kept = "".join(" " if unicodedata.category(c) in {"So", "Sk", "Cc", "Cn", "Co"} else c for c in text)
    return " ".join(kept.replace("\ufe0f", "").replace("\u200d", "").split())


@lru_cache(maxsize=4096)
def _face_for(characters: frozenset[str], language: str) -> Face | None:
    wanted = sorted({ord(c) for c in characters if not c.isspace() and unicodedata.category(c) != "Cf"})
    for own in map(str, OWN):
        if _covers(_coverage(own), wanted):
            return Face(own)
    for path in _system():
        if _covers(_coverage(path), wanted):
            return Face(path, _variant(path, language))
    return None


@lru_cache(maxsize=256)
def _sized(face: Face, size: int) -> ImageFont.FreeTypeFont:
    engine = ImageFont.Layout.RAQM if has_shaping() else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, size, index=face.index, layout_engine=engine)


@lru_cache(maxsize=1)
def _system() -> tuple[str, ...]:
    """Return the machine's font files that suit headlines, the best first."""
    found: list[tuple[int, str]] = []
    for folder in SYSTEM:
        for parent, _folders, names in os.walk(Path(folder).expanduser()):
            for name in names:
                rank = next((n for n, pattern in enumerate(_PREFERRED) if pattern.match(name)), None)
                if rank is not None:
                    found.append((rank, f"{parent}/{name}"))
    return tuple(path for _rank, path in sorted(found)[:_MOST_FACES])


@lru_cache(maxsize=64)
def _variant(path: str, language: str) -> int:
    """Return which face of a collection has the language's own forms of Chinese characters."""
    wanted = _VARIANT.get(language, "")
    for index in range(_faces_in(path)):
        family = ImageFont.truetype(path, 10, index=index).getname()[0] or ""
        if wanted and family.endswith(wanted):
            return index
    return 0


def _faces_in(path: str) -> int:
    with Path(path).open("rb") as file:
        head = file.read(12)
    return int(struct.unpack(">I", head[8:12])[0]) if head[:4] == b"ttcf" else 1


def _needs_shaping(character: str) -> bool:
    """Tell whether a character is of a script that is written from right to left, joined or reordered."""
    return (
        unicodedata.bidirectional(character) in {"R", "AL", "AN"}
        or "\u0900" <= character <= "\u109f"
        or ("\u1780" <= character <= "\u1aff")
    )


def _covers(ranges: Ranges, wanted: list[int]) -> bool:
    for number in wanted:
        at = bisect_right(ranges, (number, 0x110000)) - 1
        if at < 0 or not ranges[at][0] <= number <= ranges[at][1]:
            return False
    return bool(ranges)


@lru_cache(maxsize=_MOST_FACES)
def _coverage(path: str) -> Ranges:
    """Return the characters that a font has a glyph for; nothing for a file that is no font."""
    try:
        return tuple(sorted(_ranges(_cmap(path))))
    except (OSError, struct.error, IndexError):
        return ()


def _cmap(path: str) -> bytes:
    with Path(path).open("rb") as file:
        start = 0
        head = file.read(16)
        if head[:4] == b"ttcf":
            start = struct.unpack(">I", head[12:16])[0]
            file.seek(start)
            head = file.read(16)
        file.seek(start + 12)
        for _table in range(struct.unpack(">H", head[4:6])[0]):
            tag, _checksum, offset, length = struct.unpack(">4sIII", file.read(16))
            if tag == b"cmap":
                file.seek(offset)
                return file.read(length)
    return b""


def _ranges(cmap: bytes) -> Iterator[tuple[int, int]]:
    count = struct.unpack(">H", cmap[2:4])[0]
    tables = {
        struct.unpack(">H", cmap[at : at + 2])[0]: at
        for _platform, _encoding, at in struct.iter_unpack(">HHI", cmap[4 : 4 + 8 * count])
    }
    if 12 in tables:
        at = tables[12]
        groups = struct.unpack(">I", cmap[at + 12 : at + 16])[0]
        for first, last, _glyph in struct.iter_unpack(">III", cmap[at + 16 : at + 16 + 12 * groups]):
            yield first, last
    elif 4 in tables:
        yield from _segments(cmap[tables[4] :])


def _segments(table: bytes) -> Iterator[tuple[int, int]]:
    size = struct.unpack(">H", table[6:8])[0]

    def words(at: int) -> list[int]:
        return [value for (value,) in struct.iter_unpack(">H", table[at : at + size])]

    lasts, firsts, deltas = words(14), words(16 + size), words(16 + 2 * size)
    offsets_at = 16 + 3 * size
    for number, (first, last, delta, offset) in enumerate(
        zip(firsts, lasts, deltas, words(offsets_at), strict=True)
    ):
        if offset == 0:
            if (first + delta) & 0xFFFF or first != last:
                yield first, last
            continue
        for code in range(first, last + 1):
            at = offsets_at + 2 * number + offset + 2 * (code - first)
            if table[at : at + 2] not in {b"\0\0", b""}:
                yield code, code
