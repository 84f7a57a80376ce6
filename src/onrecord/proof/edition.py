# SPDX-License-Identifier: Apache-2.0
"""The edition file and the commitment to it (docs/record.md A1).

An edition file is canonical JSON. Every reader hashes the bytes as served; what is in them is checked here.
Members that this version does not know are allowed, so that editions can carry more without a new format.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from onrecord.proof.canonical import Json, canonicalise, parse
from onrecord.proof.encoding import from_base64, to_base64
from onrecord.proof.errors import BadEdition, BadEncoding, WrongCommitment
from onrecord.proof.merkle import HASH_SIZE

VERSION = "onrecord/edition/1"
NONCE_SIZE = 32
OPERATIONS = (
    *("publish", "update", "correct", "translate", "withdraw"),
    *("erase", "register", "policy", "decisions"),
)
NEEDS_REASON = ("correct", "withdraw", "erase")
NEEDS_PREVIOUS = ("update", "correct", "withdraw")

_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Previous:
    """The edition that this one follows: its place in the log and its commitment."""

    index: int
    commitment: bytes

    def to_json(self) -> dict[str, Json]:
        """Return the value of the member `prev`."""
        return {"commitment": to_base64(self.commitment), "index": self.index}


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition file that was read and found well formed. `members` holds everything in it."""

    log: str
    statement: str
    number: int
    operation: str
    language: str
    title: str
    issued: datetime
    previous: Previous | None
    reason: str
    members: Mapping[str, Json]


def commitment(nonce: bytes, edition_bytes: bytes) -> bytes:
    """Return SHA-256("onrecord/edition/1\\n" || nonce || edition). The nonce is 32 fresh random bytes.

    Without the nonce a short text could be guessed from its hash before it is released.
    """
    if len(nonce) != NONCE_SIZE:
        raise BadEdition(f"The nonce has {len(nonce)} bytes, not {NONCE_SIZE}.")
    return hashlib.sha256(f"{VERSION}\n".encode() + nonce + edition_bytes).digest()


def verify_commitment(expected: bytes, *, nonce: bytes, edition_bytes: bytes) -> None:
    """Raise WrongCommitment unless the nonce and the edition open the commitment."""
    opened = commitment(nonce, edition_bytes)
    if not hmac.compare_digest(opened, expected):
        raise WrongCommitment(
            f"The edition opens the commitment {opened.hex()}, but the leaf holds {expected.hex()}."
            " The text, or the nonce, is not what was logged."
        )


def timestamp(moment: datetime) -> str:
    """Write a moment as editions do: UTC, whole seconds, `2026-11-24T08:00:00Z`."""
    if moment.tzinfo is None:
        raise BadEdition(f"{moment} has no time zone. Give an aware datetime.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def freeze(members: Mapping[str, object]) -> bytes:
    """Return the bytes of a new edition file, after checking it. `v` is set here.

    Raises BadEdition or NotCanonical.
    """
    data = canonicalise({**members, "v": VERSION})
    read(data)
    return data


def read(data: bytes) -> Edition:
    """Read an edition file. Raises NotCanonical or BadEdition, naming the member."""
    members = parse(data)
    if not isinstance(members, dict):
        raise BadEdition("An edition file holds one object.")
    if members.get("v") != VERSION:
        raise BadEdition(f"The edition is of version {members.get('v')!r}. This program reads {VERSION!r}.")
    _check_lines(members, "$")
    operation = _text(members, "op")
    if operation not in OPERATIONS:
        raise BadEdition(f"The operation is {operation!r}. It must be one of {', '.join(OPERATIONS)}.")
    edition = Edition(
        log=_text(members, "log"),
        statement=_text(members, "statement"),
        number=_number(members, "edition"),
        operation=operation,
        language=_matching(members, "lang", _LANGUAGE, "a language tag as en or zh-Hans"),
        title=_text(members, "title"),
        issued=_moment(_matching(members, "issued", _TIMESTAMP, "a UTC time as 2026-11-24T08:00:00Z")),
        previous=_previous(members),
        reason=_reason(members, operation),
        members=members,
    )
    if operation in NEEDS_PREVIOUS and edition.previous is None:
        raise BadEdition(f"An edition with the operation {operation} must name the one before it in prev.")
    _check_blocks(members.get("blocks", []))
    _check_files(members.get("files", []))
    if "html_sha256" in members:
        _matching(members, "html_sha256", _SHA256, "a SHA-256 in hexadecimal")
    return edition


def _check_lines(value: Json, place: str) -> None:
    if isinstance(value, str) and "\r" in value:
        raise BadEdition(f"{place} holds a carriage return. Lines end with a line feed alone.")
    members: Iterable[tuple[object, Json]] = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for key, member in members:
        _check_lines(member, f"{place}.{key}")


def _text(members: Mapping[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise BadEdition(f"The member {name} is {value!r}. It must be text, and not empty.")
    return value


def _number(members: Mapping[str, Json], name: str) -> int:
    value = members.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadEdition(f"The member {name} is {value!r}. It must be a number from 1.")
    return value


def _matching(members: Mapping[str, Json], name: str, pattern: re.Pattern[str], form: str) -> str:
    value = _text(members, name)
    if not pattern.fullmatch(value):
        raise BadEdition(f"The member {name} is {value!r}. It must be {form}.")
    return value


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadEdition(f"The member issued is {text!r}, which is no moment in time.") from error


def _previous(members: Mapping[str, Json]) -> Previous | None:
    value = members.get("prev")
    if value is None:
        return None
    index = value.get("index") if isinstance(value, dict) else None
    encoded = value.get("commitment") if isinstance(value, dict) else None
    if not isinstance(index, int) or isinstance(index, bool) or index < 0 or not isinstance(encoded, str):
        raise BadEdition(
            f"The member prev is {value!r}. It must hold a leaf index and a commitment, or be null."
        )
    try:
        return Previous(index, from_base64(encoded, what="The commitment in prev", length=HASH_SIZE))
    except BadEncoding as error:
        raise BadEdition(str(error)) from error


def _reason(members: Mapping[str, Json], operation: str) -> str:
    value = members.get("reason")
    if value is not None and not isinstance(value, str):
        raise BadEdition(f"The member reason is {value!r}. It must be text or null.")
    if operation in NEEDS_REASON and not value:
        raise BadEdition(f"An edition with the operation {operation} must give a public reason.")
    return value or ""


def _check_blocks(blocks: Json) -> None:
    seen: set[Json] = set()
    for block in _objects(blocks, "blocks"):
        name = _text(block, "id")
        if name in seen:
            raise BadEdition(f"Two blocks have the id {name!r}.")
        seen.add(name)
        _text(block, "kind")
        if not isinstance(block.get("text"), str):
            raise BadEdition(f"The block {name!r} has no text.")


def _check_files(files: Json) -> None:
    for file in _objects(files, "files"):
        _text(file, "name")
        _text(file, "type")
        _matching(file, "sha256", _SHA256, "a SHA-256 in hexadecimal")
        size = file.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise BadEdition(
                f"The file {file['name']!r} has the size {size!r}. It must be a number of bytes."
            )


def _objects(value: Json, name: str) -> list[dict[str, Json]]:
    objects = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(objects) != len(value):
        raise BadEdition(f"The member {name} must be an array of objects.")
    return objects
