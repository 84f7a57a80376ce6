# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON: one value, one sequence of bytes (RFC 8785, the subset of docs/record.md A1).

The subset: objects with text keys, arrays, text in Unicode normal form C without lone surrogates, integers
of absolute value below 2^53, true, false, null. No floats, so that no number formatting has to be trusted.
"""

from __future__ import annotations

import json
import unicodedata
from contextlib import suppress
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TypeAlias

from onrecord.proof.compact import compact_sorted
from onrecord.proof.errors import (
    DuplicateKey,
    ForbiddenNumber,
    ForbiddenText,
    ForbiddenType,
    NotCanonical,
)

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

INTEGER_LIMIT = 2**53
"""First integer that JavaScript, and so a reader's browser, cannot hold exactly (RFC 7493 section 2.2)."""
MAX_DEPTH = 64
MAX_SIZE = 2**24
_KEPT_KEY = 64
"""Characters. A longer key is somebody's attempt to fill the memory."""


def canonicalise(value: object) -> bytes:
    """Return the canonical bytes of a JSON value, or raise a NotCanonical that names the place."""
    if _is_ordinary(value, 0):
        with suppress(UnicodeEncodeError):  # a lone surrogate: what follows says where
            return compact_sorted(value)
    parts: list[str] = []
    _write(value, "$", 0, parts)
    return "".join(parts).encode("utf-8")


def parse(data: bytes) -> Json:
    """Read canonical bytes; refuse bytes that canonicalise would not have written.

    Signatures and hashes are over the bytes as served. This check makes sure that they have one reading.
    """
    with suppress(ValueError, RecursionError, NotCanonical):
        # Quicker than to look at each value: whatever `read` refuses is not written again as the same bytes.
        known: Json = json.loads(data) if len(data) <= MAX_SIZE else None
        if canonicalise(known) == data:
            return known
    value = read(data)
    canonical = canonicalise(value)
    if canonical != data:
        at = _first_difference(canonical, data)
        raise NotCanonical(
            f"The bytes are JSON but not canonical: byte {at} differs from RFC 8785."
            " Keys must be sorted, and nothing may be spaced or escaped without need."
        )
    return value


def read(data: bytes) -> Json:
    """Read JSON however it is spaced, ordered and escaped; its values may be any that JSON has but fractions.

    An object that names a key twice is refused: two readers could think differently of it. Whether the values
    have a canonical form, `canonicalise` says.
    """
    if len(data) > MAX_SIZE:
        raise NotCanonical(f"There are {len(data)} bytes; at most {MAX_SIZE} are read.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotCanonical(f"The bytes are not UTF-8: {error.reason} at byte {error.start}.") from error
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except json.JSONDecodeError as error:
        raise NotCanonical(f"The bytes are not JSON: {error.msg} at character {error.pos}.") from error
    except RecursionError as error:
        raise ForbiddenType(f"Values are nested deeper than {MAX_DEPTH} levels.") from error
    return value


def _is_ordinary(value: object, depth: int) -> bool:
    """Tell whether an encoder that knows nothing of the canonical form writes it all the same.

    It does where every key is ASCII, since then code points sort as UTF-16 does, and where nothing else has
    to be refused but lone surrogates. Types are asked for as they are: of others encoders think differently.
    """
    if type(value) is str:
        return value.isascii() or unicodedata.is_normalized("NFC", value)
    if type(value) is dict:
        return depth < MAX_DEPTH and _are_ordinary(value, depth + 1)
    if type(value) is list or type(value) is tuple:
        return depth < MAX_DEPTH and all(_is_ordinary(inner, depth + 1) for inner in value)
    if type(value) is int:
        return -INTEGER_LIMIT < value < INTEGER_LIMIT
    return value is None or type(value) is bool


def _are_ordinary(members: dict[object, object], depth: int) -> bool:
    for key, value in members.items():
        if type(key) is not str or not key.isascii() or not _is_ordinary(value, depth):
            return False
    return True


def _write(value: object, place: str, depth: int, parts: list[str]) -> None:
    if depth > MAX_DEPTH:
        raise ForbiddenType(f"Values are nested deeper than {MAX_DEPTH} levels.")
    if value is None or value is True or value is False:
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        parts.append(_text(value, place))
    elif isinstance(value, int):
        parts.append(_number(value, place))
    elif isinstance(value, list | tuple):
        _write_array(value, place, depth, parts)
    elif isinstance(value, dict):
        _write_object(value, place, depth, parts)
    elif isinstance(value, float):
        raise ForbiddenNumber(
            f"{place} is {value!r}. Only integers are allowed; write other numbers as text."
        )
    else:
        raise ForbiddenType(
            f"{place} is of type {type(value).__name__}."
            " Allowed: objects, arrays, text, integers, booleans, null."
        )


def _write_array(items: list[object] | tuple[object, ...], place: str, depth: int, parts: list[str]) -> None:
    parts.append("[")
    for number, item in enumerate(items):
        if number:
            parts.append(",")
        _write(item, f"{place}[{number}]", depth + 1, parts)
    parts.append("]")


def _write_object(members: dict[object, object], place: str, depth: int, parts: list[str]) -> None:
    keys: list[tuple[bytes, str, str]] = []
    for key in members:
        if not isinstance(key, str):
            raise ForbiddenType(f"{place} has the key {key!r}, which is not text.")
        if not key.isascii():
            _check_text(key, f"a key of {place}")
        keys.append(_kept_key(key) if len(key) <= _KEPT_KEY else _key(key))
    keys.sort()
    separator = "{"
    for _order, written, key in keys:
        parts += (separator, written, ":")
        _write(members[key], f"{place}.{key}", depth + 1, parts)
        separator = ","
    parts.append("}" if keys else "{}")


def _key(key: str) -> tuple[bytes, str, str]:
    """Return how a key is sorted, how it is written, and itself."""
    # RFC 8785 section 3.2.3 sorts by UTF-16 code units, not by code points.
    return key.encode("utf-16-be"), encode_basestring(key), key


_kept_key = lru_cache(maxsize=256)(_key)


def _text(value: str, place: str) -> str:
    if not value.isascii():
        _check_text(value, place)
    # Python escapes exactly what RFC 8785 section 3.2.2.2 escapes, in the same spelling.
    return encode_basestring(value)


def _check_text(value: str, place: str) -> None:
    if not unicodedata.is_normalized("NFC", value):
        raise ForbiddenText(
            f"{place} is {value[:60]!a}, which is not in Unicode normal form C. Normalise it first."
        )
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        surrogate = value[error.start]
        raise ForbiddenText(f"{place} holds the lone surrogate {surrogate!a}. Remove it.") from error


def _number(value: int, place: str) -> str:
    if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
        raise ForbiddenNumber(f"{place} is {value}. Integers must lie strictly between -2^53 and 2^53.")
    return int.__repr__(value)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for key, value in pairs:
        if key in members:
            raise DuplicateKey(f"The key {key!a} occurs twice in one object.")
        members[key] = value
    return members


def _integer(literal: str) -> int:
    # Checked by length first: converting thousands of digits is slow, and Python refuses it in its own words.
    if len(literal) > len(str(-INTEGER_LIMIT)):
        return _refuse_number(literal)
    return int(literal)


def _refuse_number(literal: str) -> int:
    shown = literal if len(literal) <= 40 else literal[:40] + "…"
    raise ForbiddenNumber(f"The number {shown} is not an integer strictly between -2^53 and 2^53.")


def _first_difference(one: bytes, other: bytes) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
