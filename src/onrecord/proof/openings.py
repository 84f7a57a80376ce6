# SPDX-License-Identifier: Apache-2.0
"""What is said of each leaf: open, sealed until a date, or erased by a named leaf (docs/record.md A7).

One line of canonical JSON for each leaf, 256 lines a file. Every leaf is accounted for: one that is neither
opened, nor sealed for a limited time, nor erased by an edition that says why, is a defect of the log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from onrecord.proof.canonical import Json, canonicalise
from onrecord.proof.canonical import parse as parse_json
from onrecord.proof.edition import NONCE_SIZE, timestamp
from onrecord.proof.encoding import from_base64, to_base64
from onrecord.proof.errors import BadEncoding, BadOpening, NotCanonical
from onrecord.proof.tiles import TILE_WIDTH

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
MAX_LINE_SIZE = 4_096
OPEN, SEALED, ERASED = "open", "sealed", "erased"
MAX_SEALED_DAYS = 30
"""How long a leaf may stay sealed where the register of the log does not say otherwise."""
GRACE = timedelta(hours=1)
"""After the end of a seal: a release takes seconds, a copy of the site minutes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The leaf commits to the edition at this path, and this nonce opens it."""

    leaf: int
    edition: str
    nonce: bytes

    def to_line(self) -> bytes:
        """This opening as it stands in the file, without its line feed."""
        return canonicalise(
            {"edition": self.edition, "leaf": self.leaf, "nonce": to_base64(self.nonce), "state": OPEN}
        )


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the leaf commits to is not shown yet; at the latest it is at this moment."""

    leaf: int
    until: datetime

    def to_line(self) -> bytes:
        """This opening as it stands in the file, without its line feed."""
        return canonicalise({"leaf": self.leaf, "state": SEALED, "until": timestamp(self.until)})

    def is_late(
        self, now: datetime, *, sealed_at: datetime | None = None, max_days: int = MAX_SEALED_DAYS
    ) -> bool:
        """Tell whether it should have been opened: `until` has passed, or is too long after the sealing."""
        too_long = sealed_at is not None and self.until > sealed_at + timedelta(days=max_days)
        return now > self.until + GRACE or too_long


@dataclass(frozen=True, slots=True)
class Erased:
    """What the leaf commits to is gone for good; the edition of leaf `by` names it and says why."""

    leaf: int
    by: int

    def to_line(self) -> bytes:
        """This opening as it stands in the file, without its line feed."""
        return canonicalise({"by": self.by, "leaf": self.leaf, "state": ERASED})


LeafState: TypeAlias = "Opened | Sealed | Erased"

_MEMBERS = {
    OPEN: {"edition", "leaf", "nonce", "state"},
    SEALED: {"leaf", "state", "until"},
    ERASED: {"by", "leaf", "state"},
}


def parse_line(line: bytes) -> LeafState:
    """Read one line, without its line feed. Raises BadOpening."""
    if len(line) > MAX_LINE_SIZE:
        raise BadOpening(f"The line has {len(line)} bytes; at most {MAX_LINE_SIZE} are read.")
    try:
        members = parse_json(line)
    except NotCanonical as error:
        raise BadOpening(str(error)) from error
    state = members.get("state") if isinstance(members, dict) else None
    if not isinstance(members, dict) or not isinstance(state, str) or set(members) != _MEMBERS.get(state):
        raise BadOpening(f"{line[:80]!r} says neither open, sealed nor erased of a leaf.")
    leaf = _number(members["leaf"])
    if state == SEALED:
        return Sealed(leaf, _moment(members["until"]))
    if state == ERASED:
        return _erased(leaf, _number(members["by"]))
    return Opened(leaf, _path(members["edition"]), _nonce(members["nonce"]))


def parse(data: bytes, *, number: int, size: int) -> list[LeafState]:
    """Read file `number` of a log of `size` leaves: one line for each leaf, in order. Raises BadOpening."""
    start = number * TILE_WIDTH
    lines = data.split(b"\n")
    expected = min(TILE_WIDTH, size - start)
    if lines.pop() != b"" or len(lines) < expected:
        raise BadOpening(f"There are {len(lines)} lines about leaves from {start}, not {expected}.")
    states = [parse_line(line) for line in lines[:expected]]
    for index, state in enumerate(states, start=start):
        if state.leaf != index:
            raise BadOpening(f"The line where leaf {index} belongs is about leaf {state.leaf}.")
    return states


def _erased(leaf: int, by: int) -> Erased:
    if by <= leaf:
        raise BadOpening(f"Leaf {leaf} is said to be erased by leaf {by}. Only a later one can say so.")
    return Erased(leaf, by)


def _number(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadOpening(f"{value!r} is not the number of a leaf."[:200])
    return value


def _path(value: Json) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise BadOpening(f"{value!r} is not the path of an edition, which begins with '/'."[:200])
    return value


def _nonce(value: Json) -> bytes:
    try:
        return from_base64(value if isinstance(value, str) else "?", what="The nonce", length=NONCE_SIZE)
    except BadEncoding as error:
        raise BadOpening(str(error)) from error


def _moment(value: Json) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise BadOpening(f"{value!r} is not a UTC time as 2026-12-24T08:00:00Z."[:200])
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadOpening(f"{value!r} is no moment in time.") from error
