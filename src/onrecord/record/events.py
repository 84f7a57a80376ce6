# SPDX-License-Identifier: Apache-2.0
"""What happens to the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class Appended(Event):
    """An edition has its place in the log: the leaf is stored and a checkpoint over it is signed."""

    name: ClassVar[str] = "record.appended"
    index: int
    commitment: str
    """Base64."""
    edition_path: str
    """Empty while the leaf is sealed."""
    sealed_until: str = ""
    """UTC as ISO 8601; empty for a leaf that was logged open."""


@dataclass(frozen=True, kw_only=True)
class Opened(Event):
    """A sealed leaf was opened: its edition may be read from now on."""

    name: ClassVar[str] = "record.opened"
    index: int
    edition_path: str


@dataclass(frozen=True, kw_only=True)
class Erased(Event):
    """Nobody can open a leaf any more; leaf `erased_by` says why."""

    name: ClassVar[str] = "record.erased"
    index: int
    erased_by: int


@dataclass(frozen=True, kw_only=True)
class Stopped(Event):
    """Somebody holds what this database does not continue: nothing is signed or baked until it is mended."""

    name: ClassVar[str] = "record.stopped"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Recovered(Event):
    """The log was brought back from a mirror, from `from_size` to `size` leaves."""

    name: ClassVar[str] = "record.recovered"
    source: str
    from_size: int
    size: int
    given_up: list[int]
    """Sealed leaves that nobody can open any more; an edition says so in public."""


@dataclass(frozen=True, kw_only=True)
class RegisterLogged(Event):
    """A register of keys has its place in the log. Its files have to be baked."""

    name: ClassVar[str] = "record.register_logged"
    number: int
    path: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Timestamped(Event):
    """An authority outside has timestamped the checkpoint over `size` leaves (RFC 3161)."""

    name: ClassVar[str] = "record.timestamped"
    size: int
    at: str
    """UTC as ISO 8601."""


@dataclass(frozen=True, kw_only=True)
class RegisterSigned(Event):
    """Root keys have signed a register; `complete`: enough of them. Its files have to be baked."""

    name: ClassVar[str] = "record.register_signed"
    number: int
    path: str
    signers: list[str]
    complete: bool


@dataclass(frozen=True, kw_only=True)
class KeyClosed(Event):
    """A key signs nothing any more; `state` is retired or compromised."""

    name: ClassVar[str] = "record.key_closed"
    role: str
    key_id: str
    """Hexadecimal."""
    state: str
    to_index: int


@dataclass(frozen=True, kw_only=True)
class WitnessAdded(Event):
    """A witness is asked from now on."""

    name: ClassVar[str] = "record.witness_added"
    witness: str
    vkey: str
    url: str


@dataclass(frozen=True, kw_only=True)
class WitnessRemoved(Event):
    """A witness is no longer asked."""

    name: ClassVar[str] = "record.witness_removed"
    witness: str


@dataclass(frozen=True, kw_only=True)
class WitnessesAsked(Event):
    """Somebody had all witnesses asked, out of turn."""

    name: ClassVar[str] = "record.witnesses_asked"
    cosigned: int
    """How many have cosigned."""


@dataclass(frozen=True, kw_only=True)
class WitnessDisagreed(Event):
    """A witness has seen another history of this log, or more of it: somebody may have signed a fork."""

    name: ClassVar[str] = "record.witness_disagreed"
    witness: str
    size: int
    """Of the tree it was asked to cosign."""
    detail: str
    checkpoint: str
    """The signed checkpoint it holds, where it shows one that this log's key signed; otherwise empty."""


@dataclass(frozen=True, kw_only=True)
class LogFollowed(Event):
    """This newsroom is a witness for a log."""

    name: ClassVar[str] = "record.log_followed"
    origin: str


@dataclass(frozen=True, kw_only=True)
class LogUnfollowed(Event):
    """This newsroom is no longer a witness for a log."""

    name: ClassVar[str] = "record.log_unfollowed"
    origin: str


@dataclass(frozen=True, kw_only=True)
class EvidenceKept(Event):
    """A log for which this newsroom is a witness has signed two trees that cannot both be true."""

    name: ClassVar[str] = "record.evidence_kept"
    origin: str
    number: int
