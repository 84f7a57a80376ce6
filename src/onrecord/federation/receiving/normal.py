# SPDX-License-Identifier: Apache-2.0
"""ActivityStreams as plain JSON, which is how the servers of the fediverse read one another.

No context is ever fetched: names mean what the one context of ActivityStreams says. A value may be a string,
an object or a list of both; it is read alike in every form. Whatever is not understood is left out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn  # JSON

from onrecord.federation.receiving.errors import Malformed

LARGEST = 1_000_000
"""Bytes of one document."""
DEEPEST = 32
MOST_VALUES = 20_000
"""Of all lists and objects together."""
LONGEST_ID = 500
MOST_IDS = 500
PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_NAMESPACE = re.compile(r"\A(?:as:|https?://www\.w3\.org/ns/activitystreams#)")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""Matches at every quote, ended or not, so that nothing is looked at twice."""

_HALF = re.compile("[\ud800-\udfff]")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Activity:
    """What somebody did: who, of which kind, with what."""

    id: str
    kind: str
    actor: str
    document: Document = field(repr=False)

    @property
    def object_id(self) -> str:
        """The id of its first object, empty if that has none."""
        return first_id(self.document.get("object"))

    @property
    def object(self) -> Document:
        """Its first object as far as it is given, otherwise with nothing but an id."""
        found = first_object(self.document.get("object"))
        return found or ({"id": self.object_id} if self.object_id else {})


def read(body: bytes) -> Document:
    """Read a document. Raises Malformed for what is too large, too deep, or no object in JSON."""
    if len(body) > LARGEST:
        raise Malformed(f"The document has {len(body)} bytes. At most {LARGEST} are read.")
    _check_depth(body)
    try:
        found = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The document is no JSON in UTF-8: {str(error)[:100]}.") from error
    if not isinstance(found, dict):
        raise Malformed("The document is no JSON object.")
    _check_size(found)
    if b"\\u" in body:  # in UTF-8 they can come no other way
        _check_letters(found)
    return found


def activity(document: Document) -> Activity:
    """Return a document as an activity. Raises Malformed unless it has one id, kind and actor."""
    kinds = kinds_of(document)
    actors = ids(document.get("actor"))
    if len(kinds) != 1 or len(actors) != 1:
        raise Malformed("An activity has one type and one actor.")
    identity = address(document.get("id"))
    if not identity:
        raise Malformed(f"An activity has an id: an address of at most {LONGEST_ID} characters.")
    if not address(actors[0]):
        raise Malformed("The actor of an activity is named by its address.")
    return Activity(identity, kinds[0], actors[0], document)


def kinds_of(document: Document) -> list[str]:
    """Return the types of a document, without their namespace."""
    said = document.get("type", document.get("@type"))
    return [_NAMESPACE.sub("", one) for one in _members(said) if isinstance(one, str)]


def ids(value: object) -> list[str]:
    """Return the ids of what stands in a property: strings, objects with an id, or lists of both."""
    found = []
    for one in _members(value):
        name = one.get("id", one.get("@id")) if isinstance(one, dict) else one
        if isinstance(name, str) and 0 < len(name) <= LONGEST_ID:
            found.append(name)
    return found[:MOST_IDS]


def first_id(value: object) -> str:
    """Return the first id, or nothing."""
    return next(iter(ids(value)), "")


def objects(value: object) -> list[Document]:
    """Return the objects in a property; bare ids are left out."""
    return [one for one in _members(value) if isinstance(one, dict)][:MOST_IDS]


def first_object(value: object) -> Document:
    """Return the first thing in a property if that is an object, otherwise an empty one."""
    first = next(iter(_members(value)), None)
    return first if isinstance(first, dict) else {}


def address(value: object) -> str:
    """Return an address on the web that can be kept and compared, or nothing."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or not value.isascii():
        return ""
    if not value.isprintable() or any(letter in value for letter in " \"'<>\\`{}|^"):
        return ""
    return value if re.match(r"\Ahttps?://[^/@?#]+(?<!\.)(?:[/?#]|\Z)", value) else ""


def text(document: Document, name: str) -> str:
    """Return a text in natural language: `name`, or the first that its map of languages has."""
    for one in (*_members(document.get(name)), *_values(document.get(f"{name}Map"))):
        said: object = one
        if isinstance(one, dict):
            said = one.get("@value")
        if isinstance(said, str) and said.strip():
            return str(said)
    return ""


def language(document: Document, name: str = "content") -> str:
    """Return the language that a text says it is in, or nothing: that of its map whose text it is."""
    languages = document.get(f"{name}Map")
    wanted = text(document, name)
    pairs = languages.items() if isinstance(languages, dict) else ()
    for code, said in pairs:
        if said == wanted and re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}", code):
            return str(code).lower()
    return ""


def is_public(document: Document) -> bool:
    """Tell whether everybody may read something, listed or not."""
    return any(name in PUBLIC for key in ("to", "cc") for name in ids(document.get(key)))


def _members(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _values(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()


def _check_depth(body: bytes) -> None:
    """Count brackets before anything is built from them."""
    depth = 0
    for found in _BRACKETS.finditer(body):
        first = found[0][:1]
        depth += 1 if first in b"[{" else -1 if first in b"]}" else 0
        if depth > DEEPEST:
            raise Malformed(f"The document is nested more than {DEEPEST} deep.")


def _check_size(document: Document) -> None:
    waiting: list[Any] = [document]
    count = 0
    while waiting:
        value = waiting.pop()
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(inner)
        if count > MOST_VALUES:
            raise Malformed(f"The document holds more than {MOST_VALUES} values.")
        waiting.extend(inner)


def _check_letters(document: Document) -> None:
    """Refuse what no text holds, and what no database keeps: zeros, and halves of letters."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and not value.isascii() and _HALF.search(value):
            raise Malformed("The document holds half a letter (an unpaired surrogate).")
        elif isinstance(value, str) and "\0" in value:
            raise Malformed("The document holds a zero (U+0000), which no text does.")


def _once(pairs: list[tuple[str, Any]]) -> Document:
    """Build an object, of which two readers could not think differently."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands in an object twice")
    return made


def _finite(text: str) -> float:
    """Read a number with a fraction or exponent; one that is infinite here is none that JSON can write."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is larger than any number that is kept")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
