# SPDX-License-Identifier: Apache-2.0
"""The register of keys: an edition that says which keys count for which part of the log (docs/record.md A6).

It is logged like any edition. Root keys, which sign nothing else, sign a note over it; their fingerprint is
what a reader pins.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onrecord.proof import edition, note
from onrecord.proof.canonical import Json
from onrecord.proof.edition import Edition
from onrecord.proof.encoding import from_base64, to_base64
from onrecord.proof.errors import (
    BadEncoding,
    BadKey,
    BadRegister,
    NoKnownSignature,
    TooFewRoots,
    WrongSignature,
)
from onrecord.proof.keys import COSIGNATURE_KIND, FEDERATION_KIND, LEAF_KIND, NOTE_KIND, PublicKey
from onrecord.proof.merkle import HASH_SIZE

VERSION = "onrecord/register/1"
ROOTS_VERSION = "onrecord/roots/1"
OPERATION = "register"
FEDERATION = "federation"
ROLES = {
    "release": LEAF_KIND,
    "log": NOTE_KIND,
    "witness": COSIGNATURE_KIND,
    FEDERATION: FEDERATION_KIND,
}
"""Which kind of key each role needs: a key serves one purpose."""
ACTIVE, RETIRED, COMPROMISED = STATES = ("active", "retired", "compromised")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
"""Moments are compared as text, which sorts as time does."""
DEFAULT_MAX_SEALED_DAYS = 30
MAX_KEYS = 1_000


@dataclass(frozen=True, slots=True)
class Closed:
    """The tree at which a log key was closed."""

    size: int
    root: bytes

    def to_json(self) -> dict[str, Json]:
        """Return the value of the member `closed`."""
        return {"root": to_base64(self.root), "size": self.size}


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key and the part of the log for which it counts: leaf indexes or, for a log key, tree sizes.

    Of keys that sign outside of this log, witness and federation, these are the places at which they became
    known and ceased to be used.
    """

    key: PublicKey
    role: str
    from_index: int
    to_index: int | None
    """The last one, inclusive; None while the key is in use."""
    state: str
    reason: str = ""
    closed: Closed | None = None
    method: str = ""
    """Of a federation key: its address, as proofs name it (verificationMethod)."""
    since: str = ""
    """Of a federation key: the moment from which it proves objects, UTC as `2026-11-24T08:00:00Z`."""
    until: str = ""
    """Of a federation key that is not active: the last such moment."""

    def to_json(self) -> dict[str, Json]:
        """Return this key as an entry of the member `keys`."""
        members: dict[str, Json] = {
            "from_index": self.from_index,
            "role": self.role,
            "state": self.state,
            "to_index": self.to_index,
            "vkey": self.key.vkey,
        }
        if self.reason:
            members["reason"] = self.reason
        if self.closed:
            members["closed"] = self.closed.to_json()
        for name in ("method", "since", "until"):
            if value := getattr(self, name):
                members[name] = value
        return members

    def covers(self, number: int) -> bool:
        """Tell whether the key counts for this leaf index or tree size."""
        return self.from_index <= number and (self.to_index is None or number <= self.to_index)


@dataclass(frozen=True, slots=True)
class Register:
    """A register that was read: the organisation's word, until root keys or the reader's pins confirm it."""

    edition: Edition
    organisation: str
    domain: str | None
    identifiers: tuple[Mapping[str, Json], ...]
    threshold: int
    roots: tuple[PublicKey, ...]
    keys: tuple[ListedKey, ...]
    max_sealed_days: int
    mirrors: tuple[str, ...]
    witnesses: tuple[PublicKey, ...]

    @property
    def origin(self) -> str:
        """The log that it is the register of."""
        return self.edition.log

    @property
    def self_declared(self) -> bool:
        """Whether there are no root keys, so that it rests on the log key alone."""
        return not self.roots

    def listed(self, role: str) -> list[ListedKey]:
        """Return the keys of one role, whatever their state."""
        return [listed for listed in self.keys if listed.role == role]

    def release_keys_at(self, index: int) -> list[PublicKey]:
        """Return the release keys that count for leaf `index`."""
        return [listed.key for listed in self.listed("release") if listed.covers(index)]

    def log_keys_at(self, size: int) -> list[PublicKey]:
        """Return the log keys that count for checkpoints over `size` leaves."""
        return [listed.key for listed in self.listed("log") if listed.covers(size)]

    def proving_keys(self, method: str) -> list[ListedKey]:
        """Return the federation keys that are listed under an address, whatever their state."""
        return [listed for listed in self.listed(FEDERATION) if listed.method == method]

    def fingerprint(self) -> str:
        """Return the fingerprint of its root keys, which a reader can pin."""
        return fingerprint(self.threshold, [root.vkey for root in self.roots])


def fingerprint(threshold: int, vkeys: Iterable[str]) -> str:
    """Return SHA-256, in hexadecimal, over lines: version, threshold and the sorted vkeys of root keys."""
    lines = [ROOTS_VERSION, str(threshold), *sorted(vkeys)]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def note_text(edition_bytes: bytes) -> str:
    """Return what root keys sign: version, origin, number and hash of the register's edition file."""
    read_edition = edition.read(edition_bytes)
    digest = to_base64(hashlib.sha256(edition_bytes).digest())
    return f"{VERSION}\n{read_edition.log}\n{read_edition.number}\n{digest}\n"


def verify_note(note_bytes: bytes, edition_bytes: bytes, *, previous: Register | None) -> Register:
    """Return the register, once enough of its root keys, and of those of the register before, have signed it.

    Raises TooFewRoots, NoKnownSignature or WrongSignature; also WrongSignature for a note over other bytes.
    """
    current = read(edition_bytes)
    signed = note.parse(note_bytes)
    if signed.text != note_text(edition_bytes):
        raise WrongSignature("The root keys have signed another register: the note is not over this one.")
    for register in (current, previous):
        if register is None or register.self_declared:
            continue
        names = {root.raw for root in signed.verify(register.roots)}
        if len(names) < register.threshold:
            raise TooFewRoots(
                f"{len(names)} root keys have signed register {current.edition.number}; register"
                f" {register.edition.number} demands {register.threshold}."
            )
    if current.self_declared:
        raise NoKnownSignature("The register lists no root keys.")
    return current


def read(edition_bytes: bytes) -> Register:
    """Read the edition file of a register. Raises BadRegister, or what edition.read raises."""
    read_edition = edition.read(edition_bytes)
    if read_edition.operation != OPERATION:
        raise BadRegister(f"The edition has the operation {read_edition.operation!r}, so it is no register.")
    members = _object(read_edition.members.get("register"), "register")
    if members.get("v") != VERSION:
        raise BadRegister(f"The register is of version {members.get('v')!r}. This program reads {VERSION!r}.")
    organisation = _object(members.get("organisation"), "organisation")
    root = _object(members.get("root"), "root")
    roots = _vkeys(root.get("keys"), "root.keys", NOTE_KIND)
    return Register(
        edition=read_edition,
        organisation=_text(organisation.get("name"), "organisation.name"),
        domain=_optional_text(organisation.get("domain"), "organisation.domain"),
        identifiers=tuple(
            _object(entry, "an identifier")
            for entry in _array(organisation.get("identifiers", []), "organisation.identifiers")
        ),
        threshold=_threshold(root.get("threshold"), len(roots)),
        roots=_roots(roots, read_edition.log),
        keys=tuple(_listed(entry, read_edition.log) for entry in _array(members.get("keys"), "keys")),
        max_sealed_days=_number(members.get("max_sealed_days", DEFAULT_MAX_SEALED_DAYS), "max_sealed_days"),
        mirrors=tuple(_text(url, "a mirror") for url in _array(members.get("mirrors", []), "mirrors")),
        witnesses=_vkeys(members.get("witnesses", []), "witnesses", COSIGNATURE_KIND),
    )


def _listed(entry: Json, origin: str) -> ListedKey:
    members = _object(entry, "an entry of keys")
    role = _text(members.get("role"), "role")
    if role not in ROLES:
        raise BadRegister(f"The role of a key is {role!r}. It must be one of {', '.join(ROLES)}.")
    key = _vkey(members.get("vkey"), "vkey", ROLES[role])
    if role == "log" and key.name != origin:
        raise BadRegister(f"The log key is named {key.name}, not {origin} as its log.")
    state = _text(members.get("state"), "state")
    if state not in STATES:
        raise BadRegister(
            f"The state of the key {key.name} is {state!r}. It must be one of {', '.join(STATES)}."
        )
    to_index = members.get("to_index")
    if state != ACTIVE and to_index is None:
        raise BadRegister(f"The key {key.name} is {state}, but to_index does not say up to where it counts.")
    method, since, until = _proving(members, role, state)
    return ListedKey(
        key=key,
        role=role,
        from_index=_number(members.get("from_index"), "from_index"),
        to_index=None if to_index is None else _number(to_index, "to_index"),
        state=state,
        reason=_optional_text(members.get("reason"), "reason") or "",
        closed=_closed(members.get("closed")),
        method=method,
        since=since,
        until=until,
    )


def _proving(members: dict[str, Json], role: str, state: str) -> tuple[str, str, str]:
    """Return address, first and last moment of a federation key; of no other key they are read."""
    if role != FEDERATION:
        return "", "", ""
    since = _moment(members.get("since"), "since")
    until = "" if state == ACTIVE else _moment(members.get("until"), "until")
    return _text(members.get("method"), "method"), since, until


def _moment(value: Json, what: str) -> str:
    text = _text(value, what)
    if not MOMENT.fullmatch(text):
        raise BadRegister(f"{what} in the register is {text[:60]!r}, no UTC time as 2026-11-24T08:00:00Z.")
    return text


def _closed(value: Json) -> Closed | None:
    if value is None:
        return None
    members = _object(value, "closed")
    try:
        root = from_base64(_text(members.get("root"), "closed.root"), what="closed.root", length=HASH_SIZE)
    except BadEncoding as error:
        raise BadRegister(str(error)) from error
    return Closed(_number(members.get("size"), "closed.size"), root)


def _threshold(value: Json, roots: int) -> int:
    threshold = _number(value, "root.threshold")
    if threshold > roots or (roots and not threshold):
        raise BadRegister(f"The register demands {threshold} signatures of {roots} root keys.")
    return threshold


def _roots(roots: tuple[PublicKey, ...], origin: str) -> tuple[PublicKey, ...]:
    for root in roots:
        if not root.name.startswith(f"{origin}/root/"):
            raise BadRegister(f"The root key is named {root.name}, not {origin}/root/<label>.")
    if len({root.raw for root in roots}) != len(roots):
        raise BadRegister("A root key is listed twice; it may sign only once.")
    return roots


def _vkeys(value: Json, what: str, kind: bytes) -> tuple[PublicKey, ...]:
    return tuple(_vkey(entry, what, kind) for entry in _array(value, what))


def _vkey(value: Json, what: str, kind: bytes) -> PublicKey:
    try:
        key = PublicKey.from_vkey(_text(value, what))
    except BadKey as error:
        raise BadRegister(f"A key in {what}: {error}") from error
    if key.kind != kind:
        raise BadRegister(f"The key {key.name} in {what} is of kind {key.kind!r}, not {kind!r}.")
    return key


def _object(value: Json, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise BadRegister(f"{what} in the register is {_shown(value)}. It must be an object.")
    return value


def _array(value: Json, what: str) -> list[Json]:
    if not isinstance(value, list) or len(value) > MAX_KEYS:
        raise BadRegister(f"{what} in the register must be an array of at most {MAX_KEYS}.")
    return value


def _text(value: Json, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadRegister(f"{what} in the register is {_shown(value)}. It must be text.")
    return value


def _optional_text(value: Json, what: str) -> str | None:
    return None if value is None else _text(value, what)


def _number(value: Json, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadRegister(f"{what} in the register is {_shown(value)}. It must be a number from 0.")
    return value


def _shown(value: Json) -> str:
    return repr(value)[:60]
