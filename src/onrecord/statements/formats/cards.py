# SPDX-License-Identifier: Apache-2.0
"""The picture that other sites show beside a link to an edition: 1200 by 630 pixels, PNG, 16 colours.

Its name holds a hash of everything it is drawn from, so the path is known without drawing. What no typeface
at hand can write is left out rather than drawn as boxes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import PIL
from django.utils import translation
from PIL import Image, ImageDraw, ImageFont, features

from onrecord.statements.formats.faces import Face, drawable, face_for, has_shaping
from onrecord.statements.formats.png import PACKED_BY, Band, band, canvas, empty, encode
from onrecord.statements.pages import languages, wording

WIDTH, HEIGHT = 1200, 630
DESIGN = "5"
"""To be raised with any change of what is drawn: a card once published is never overwritten."""

_LEFT = 2
"""Where the picture begins on its canvas."""
_MARGIN = 72
_TEXT_WIDTH = WIDTH - 2 * _MARGIN
_TITLE_TOP, _TITLE_HEIGHT = 196, 308
_FOOT_TOP = _TITLE_TOP + _TITLE_HEIGHT
"""Three bands: whose card and of which kind, the title, the date. Many cards share the first or the last."""
_SIZES = (76, 66, 56, 48)
_LEADING = 1.22
_MEASURED = 64
_OVERHANG = 12
_COMMON = 900
"""Characters times pixels of words worth keeping as they were drawn; larger ones seldom come back."""
_WORDS = 1500
"""Words kept as they were drawn; about 10 kB each."""
_META, _META_HEIGHT = 30, 52
_STEPS = 7
"""Shades between the paper and the ink, and between the paper and the accent: 15 colours in four bits."""
_PAPER, _INK = (255, 255, 255), (24, 26, 31)
_DIGIT = re.compile(r"([0-9])")
_NOT_AT_LINE_START = "、。，．：；！？）」』】》〉”’…ー々"


@dataclass(frozen=True, slots=True)
class Look:
    """Whose card it is: name, host, accent (#rrggbb, readable on white)."""

    name: str
    host: str
    accent: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A text with the face that can write it."""

    text: str
    face: Face


class _Piece(NamedTuple):
    """A part of a title with its width at `_MEASURED` pixels, with and without the spaces after it."""

    text: str
    width: float
    bare: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn, and the path of the picture."""

    path: str
    organisation: _Line | None
    kind: _Line | None
    title: _Line | None
    foot: _Line | None
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it stands on a card: its width to the next, and where its ink begins; a space has no ink."""

    width: float
    left: int = 0
    top: int = 0
    ink: Image.Image | None = None
    mask: Image.Image | None = None


def card_path(data: Mapping[str, Any], look: Look) -> str:
    """Return the path of an edition's card, without drawing it."""
    return plan(data, look).path


def plan(data: Mapping[str, Any], look: Look) -> Plan:
    """Return what stands on an edition's card; `data` is the edition file."""
    language = data["lang"]
    title = drawable(data["title"])
    face = face_for(title, language)
    day = date.fromisoformat(data["dated"])
    kind, english_kind = _kind(data["kind"], language), _kind(data["kind"], "en")
    written = f"{languages.long_date(day, language)} · {look.host}"
    english = f"{languages.long_date(day, 'en')} · {look.host}"
    organisation = _first((look.name, look.host), language)
    named = _first((kind, english_kind), language)
    headline = _Line(title, face) if face and title else None
    foot = _first((written, english), language)
    right_to_left = languages.direction(language) == "rtl" and has_shaping()
    lines = [line for line in (organisation, named, headline, foot) if line]
    return Plan(_path(data, lines, look, right_to_left), organisation, named, headline, foot, right_to_left)


@lru_cache(maxsize=256)
def _kind(kind: str, language: str) -> str:
    with translation.override(language):
        return wording.kind(kind)


def draw(plan: Plan, look: Look) -> bytes:
    """Return a card as PNG."""
    right = plan.right_to_left
    bands = [_head(plan.organisation, plan.kind, right), *_title(plan.title, right), _foot(plan.foot, right)]
    return encode(WIDTH, bands, _palette(look.accent))


@lru_cache(maxsize=1024)
def _first(texts: tuple[str, ...], language: str) -> _Line | None:
    for text in map(drawable, texts):
        face = face_for(text, language)
        if face and text:
            return _Line(text, face)
    return None


def _path(data: Mapping[str, Any], lines: list[_Line], look: Look, right_to_left: bool) -> str:
    drawn = [DESIGN, PIL.__version__, _freetype(), look.accent, PACKED_BY]
    drawn += [f"{line.text}\0{_identity(line.face)}" for line in lines]
    drawn += [str(right_to_left), str(has_shaping()), data["lang"]]
    digest = hashlib.sha256("\0\0".join(drawn).encode()).hexdigest()[:16]
    return f"{unquote(urlsplit(data['statement']).path)}{data['edition']}/card-{digest}.png"


@lru_cache(maxsize=1)
def _freetype() -> str:
    return str(features.version_module("freetype2"))


@lru_cache(maxsize=64)
def _identity(face: Face) -> str:
    return face.identity


@lru_cache(maxsize=256)
def _head(organisation: _Line | None, kind: _Line | None, right: bool) -> Band:
    picture = canvas(WIDTH, _TITLE_TOP)
    ImageDraw.Draw(picture).rectangle((_LEFT, 0, _LEFT + WIDTH, 17), fill=2 * _STEPS)
    if organisation:
        _write_line(picture, organisation, top=64, accent=False, right=right, size=36)
    if kind:
        _write_line(picture, kind, top=132, accent=True, right=right)
    return band(picture)


def _title(title: _Line | None, right: bool) -> list[Band]:
    if title is None:
        return [empty(WIDTH, _TITLE_HEIGHT)]
    lines, font, leading = _set(title)
    height = min(_TITLE_HEIGHT, leading * len(lines) + leading // 2)
    picture = canvas(WIDTH, height)
    _write(picture, lines, font, (0, height), leading=leading, accent=False, right=right)
    below = _TITLE_HEIGHT - height
    return [band(picture), empty(WIDTH, below)] if below else [band(picture)]


@lru_cache(maxsize=1024)
def _foot(written: _Line | None, right: bool) -> Band:
    picture = canvas(WIDTH, HEIGHT - _FOOT_TOP)
    line = 521 - _FOOT_TOP
    ImageDraw.Draw(picture).line((_LEFT + _MARGIN, line, _LEFT + WIDTH - _MARGIN, line), fill=2, width=2)
    if written:
        _write_line(picture, written, top=540 - _FOOT_TOP, accent=False, right=right)
    return band(picture)


@lru_cache(maxsize=16)
def _palette(accent: str) -> list[tuple[int, int, int]]:
    """Return the paper, then seven shades to the ink, then seven to the accent."""
    colour = (int(accent[1:3], 16), int(accent[3:5], 16), int(accent[5:7], 16))
    ends = [(end, step / _STEPS) for end in (_INK, colour) for step in range(1, _STEPS + 1)]
    return [_PAPER, *(_between(_PAPER, end, share) for end, share in ends)]


def _between(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _table(accent: bool) -> bytes:
    base = _STEPS if accent else 0
    levels = [round(value * _STEPS / 255) for value in range(256)]
    return bytes(base + level if level else 0 for level in levels)


_INK_TABLE, _ACCENT_TABLE = _table(False), _table(True)
_SEEN_TABLE = bytes(255 if level else 0 for level in _INK_TABLE)


def _write_line(
    picture: Image.Image, line: _Line, *, top: int, accent: bool, right: bool, size: int = _META
) -> None:
    font, text = line.face.at(size), _fitting(line, size)
    _write(picture, [text], font, (top, _META_HEIGHT), leading=size, accent=accent, right=right)


def _fitting(line: _Line, size: int) -> str:
    """Return as much of a line as fits between the margins."""
    font, text = line.face.at(size), line.text
    while len(text) > 1 and font.getlength(text) > _TEXT_WIDTH:
        text = text[: len(text) * 9 // 10 - 1].rstrip() + "…"
    return text


def _set(title: _Line) -> tuple[list[str], ImageFont.FreeTypeFont, int]:
    """Return the lines of a title in the largest type that fits, and how far they stand from each other."""
    pieces = [_measured(title.face, piece) for piece in _pieces(title.text)]
    for size in _SIZES:
        lines = _wrap(pieces, title.face, size)
        leading = round(size * _LEADING)
        most = _TITLE_HEIGHT // leading
        if len(lines) <= most:
            break
    font = title.face.at(size)
    if len(lines) > most:  # the smallest size is not small enough
        lines = [*lines[: most - 1], _shortened(lines[most - 1], font)]
    return lines, font, leading


def _write(
    picture: Image.Image,
    lines: list[str],
    font: ImageFont.FreeTypeFont,
    area: tuple[int, int],
    *,
    leading: int,
    accent: bool,
    right: bool,
) -> None:
    """Draw lines into a band of the picture, from its top, at the margin where reading starts."""
    top, height = area
    if not right:
        for number, text in enumerate(lines):
            _write_words(picture, text, font, top + number * leading, accent)
        return
    band = Image.new("L", (_TEXT_WIDTH + _MARGIN, min(height, leading * len(lines) + leading // 2)), 0)
    for number, text in enumerate(lines):
        place = (_TEXT_WIDTH, number * leading)
        ImageDraw.Draw(band).text(place, text, 255, font, anchor="ra", direction="rtl")
    table = _ACCENT_TABLE if accent else _INK_TABLE
    picture.paste(_looked_up(band.tobytes(), table, "P", band.size), (_LEFT + _MARGIN, top))


def _write_words(
    picture: Image.Image, text: str, font: ImageFont.FreeTypeFont, top: int, accent: bool
) -> None:
    """Draw a line word by word, numbers digit by digit: most of them have been drawn before."""
    left = float(_LEFT + _MARGIN)
    space = _drawn(font, " ", accent).width
    for word in text.split(" "):
        for part in filter(None, _DIGIT.split(word)):
            drawn = (_drawn if len(part) * font.size <= _COMMON else _draw)(font, part, accent)
            if drawn.ink and drawn.mask:
                picture.paste(drawn.ink, (round(left) + drawn.left, top + drawn.top), drawn.mask)
            left += drawn.width
        left += space


def _draw(font: ImageFont.FreeTypeFont, word: str, accent: bool) -> _Word:
    """Return a word as it stands on a card, with nothing around it."""
    width = font.getlength(word)
    room = Image.new("L", (ceil(width) + 2 * _OVERHANG, round(font.size * 1.5)), 0)
    ImageDraw.Draw(room).text((_OVERHANG, 0), word, 255, font, anchor="la")
    around = room.getbbox()
    if around is None:
        return _Word(width)
    room = room.crop(around)
    levels = room.tobytes()
    # In the mode of the picture, so that it is not converted each time it is pasted.
    ink = _looked_up(levels, _ACCENT_TABLE if accent else _INK_TABLE, "P", room.size)
    mask = _looked_up(levels, _SEEN_TABLE, "L", room.size)
    return _Word(width, around[0] - _OVERHANG, around[1], ink, mask)


def _looked_up(levels: bytes, table: bytes, mode: str, size: tuple[int, int]) -> Image.Image:
    # What Image.point does, without its walk through the table in Python each time.
    return Image.frombytes(mode, size, levels.translate(table))


_drawn = lru_cache(maxsize=_WORDS)(_draw)


def _wrap(pieces: Iterable[_Piece], face: Face, size: int) -> list[str]:
    """Return the text in lines that fit; a piece that is wider than a line is cut."""
    lines: list[str] = []
    line, width = "", 0.0
    for piece in (part for whole in pieces for part in _cut(whole, face, size)):
        added = piece.bare * size / _MEASURED
        if line and width + added > _TEXT_WIDTH:
            lines.append(line.rstrip())
            line, width = "", 0.0
        line += piece.text
        width += piece.width * size / _MEASURED
    return [*lines, line.rstrip()] if line.strip() else lines


def _cut(piece: _Piece, face: Face, size: int) -> Sequence[_Piece]:
    parts = ceil(piece.width * size / _MEASURED / _TEXT_WIDTH)
    if parts <= 1:
        return (piece,)
    text, length = piece.text, ceil(len(piece.text) / parts)
    return [_measured(face, text[at : at + length]) for at in range(0, len(text), length)]


def _measured(face: Face, text: str) -> _Piece:
    bare = text.rstrip()
    width = _width(face, bare)
    return _Piece(text, width + (len(text) - len(bare)) * _width(face, " "), width)


@lru_cache(maxsize=8192)
def _width(face: Face, text: str) -> float:
    """Return the width of a text at `_MEASURED` pixels; at other sizes it is in proportion."""
    return float(face.at(_MEASURED).getlength(text))


def _pieces(text: str) -> list[str]:
    """Return the parts between which a line may end; each keeps the space after it."""
    pieces: list[str] = []
    for character in text:
        wide = "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
        if not pieces or pieces[-1].endswith(" "):
            pieces.append(character)
        elif character in _NOT_AT_LINE_START or character == " ":
            pieces[-1] += character
        elif wide or "\u2e80" <= pieces[-1][-1] <= "\u9fff":
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _shortened(line: str, font: ImageFont.FreeTypeFont) -> str:
    while line and font.getlength(line + "…") > _TEXT_WIDTH:
        line = line[:-1]
    return line.rstrip(" ,;:") + "…"
