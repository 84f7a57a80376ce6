# SPDX-License-Identifier: Apache-2.0
"""Whom a reader believes: which logs, and how many of which witnesses (c2sp.org/tlog-policy)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from onrecord.proof import checkpoint, cosignature
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.cosignature import Cosigned
from onrecord.proof.encoding import from_base64
from onrecord.proof.errors import BadEncoding, BadKey, BadPolicy
from onrecord.proof.keys import COSIGNATURE_KIND, KEY_ID_SIZE, NOTE_KIND, PublicKey

NO_QUORUM = "none"
MAX_SIZE = 1_000_000
MAX_ENTRIES = 1_000
"""Of logs, witnesses and groups together; the specification asks for 32 of each."""
_ML_DSA_KIND = b"\x06"
_ML_DSA_SIZE = 1 + 1312


@dataclass(frozen=True, slots=True)
class Log:
    """A log whose checkpoints are believed. The name of its key is its origin."""

    key: PublicKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness. `name` has a meaning in the policy alone.

    A witness whose `key` is None has a key of a kind that cannot be verified here (ML-DSA): it never counts.
    """

    name: str
    vkey: str
    key: PublicKey | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses or groups of which `threshold` must agree."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """What a policy says of a checkpoint that one of its logs signed."""

    checkpoint: Checkpoint
    cosigned: tuple[Cosigned, ...]
    quorum_met: bool
    """True as well when the policy demands no witness; see `Policy.demands_witnesses`."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was read. Groups stand after their members."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    @property
    def demands_witnesses(self) -> bool:
        """Whether a checkpoint needs any cosignature at all."""
        return self.quorum != NO_QUORUM

    def log_keys(self, origin: str) -> list[PublicKey]:
        """Return the keys by which this log may sign."""
        return [log.key for log in self.logs if log.key.name == origin]

    def check(
        self, signed: bytes, origin: str, *, log_keys: Sequence[PublicKey] | None = None
    ) -> PolicyResult:
        """Judge a checkpoint of the log `origin`, or raise what checkpoint.verify and cosignatures_of raise.

        `log_keys` are used instead of the policy's own where the reader knows the log from elsewhere.
        """
        keys = self.log_keys(origin) if log_keys is None else log_keys
        head = checkpoint.verify(signed, origin=origin, keys=keys)
        known = [witness.key for witness in self.witnesses if witness.key is not None]
        cosigned = tuple(cosignature.cosignatures_of(signed, known))
        return PolicyResult(head, cosigned, self._met({found.key for found in cosigned}))

    def to_text(self) -> str:
        """Write the policy; parse reads it back."""
        lines = [_line("log", log.key.vkey, log.url) for log in self.logs]
        lines += [_line("witness", w.name, w.vkey, w.url) for w in self.witnesses]
        lines += [_line("group", g.name, str(g.threshold), *g.members) for g in self.groups]
        return "".join(f"{line}\n" for line in [*lines, _line("quorum", self.quorum)])

    def _met(self, keys: set[PublicKey]) -> bool:
        met = {NO_QUORUM} | {witness.name for witness in self.witnesses if witness.key in keys}
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met


def parse(data: str | bytes) -> Policy:
    """Read a policy file. Raises BadPolicy, which names the line and says what is wrong with it."""
    reading = _Reading()
    for number, line in enumerate(_decode(data).split("\n"), start=1):
        items = line.replace("\t", " ").strip(" ").split(" ")
        items = [item for item in items if item]
        if not items or items[0].startswith("#"):
            continue
        try:
            reading.add(items)
        except (BadPolicy, BadKey) as error:
            raise BadPolicy(f"Line {number} of the policy: {error}") from error
    return reading.policy()


@dataclass(slots=True)
class _Reading:
    """The lines read so far."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=lambda: {NO_QUORUM})
    members: set[str] = field(default_factory=set)
    log_keys: set[bytes] = field(default_factory=set)
    witness_keys: set[bytes] = field(default_factory=set)

    def add(self, items: list[str]) -> None:
        """Take one line."""
        word, *rest = items
        if word == "log" and 1 <= len(rest) <= 2:
            self._log(*rest)
        elif word == "witness" and 2 <= len(rest) <= 3:
            self._witness(*rest)
        elif word == "group" and len(rest) >= 3:
            self._group(rest[0], rest[1], tuple(rest[2:]))
        elif word == "quorum" and len(rest) == 1:
            self._quorum(rest[0])
        else:
            raise BadPolicy(
                f"{_shown(' '.join(items))} is none of 'log <vkey> [<url>]', 'witness <name> <vkey> [<url>]',"
                " 'group <name> <number|any|all> <members>' and 'quorum <name>'."
            )
        if len(self.logs) + len(self.witnesses) + len(self.groups) > MAX_ENTRIES:
            raise BadPolicy(f"there are more than {MAX_ENTRIES} logs, witnesses and groups.")

    def policy(self) -> Policy:
        """Return the whole."""
        if self.quorum is None:
            raise BadPolicy("The policy has no line 'quorum <name>'. Without witnesses it is 'quorum none'.")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)

    def _log(self, vkey: str, url: str | None = None) -> None:
        key, raw = _key(vkey)
        if key is None or key.kind != NOTE_KIND:
            raise BadPolicy(f"the key of the log, {_shown(vkey)}, is not one that signs checkpoints (0x01).")
        if raw in self.log_keys:
            raise BadPolicy(f"the key of the log {key.name} stands in the policy twice.")
        self.log_keys.add(raw)
        self.logs.append(Log(key, url))

    def _witness(self, name: str, vkey: str, url: str | None = None) -> None:
        key, raw = _key(vkey)
        if key is not None and key.kind != COSIGNATURE_KIND:
            raise BadPolicy(f"the key of the witness {name} is not one that cosigns (0x04).")
        if raw in self.witness_keys:
            raise BadPolicy(f"the key of the witness {name} stands in the policy twice.")
        self.witness_keys.add(raw)
        self._name(name)
        self.witnesses.append(Witness(name, vkey, key, url))

    def _group(self, name: str, threshold: str, members: tuple[str, ...]) -> None:
        for member in members:
            if member == NO_QUORUM or member not in self.names:
                raise BadPolicy(f"the group {name} names {_shown(member)}, which no line above it defines.")
            if member in self.members:
                raise BadPolicy(f"{member} is a member of a group already; it may count only once.")
            self.members.add(member)
        self._name(name)
        self.groups.append(Group(name, _threshold(threshold, len(members)), members))

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise BadPolicy("there is a second quorum. A policy has exactly one.")
        if name not in self.names:
            raise BadPolicy(f"the quorum is {_shown(name)}, which no line above it defines.")
        self.quorum = name

    def _name(self, name: str) -> None:
        if name in self.names:
            raise BadPolicy(f"the name {_shown(name)} is taken. Witnesses and groups need different names.")
        self.names.add(name)


def _decode(data: str | bytes) -> str:
    """Return the text. Bytes above 0x7F are opaque, so that those which are no UTF-8 survive too."""
    if len(data) > MAX_SIZE:
        raise BadPolicy(f"The policy has {len(data)} bytes; at most {MAX_SIZE} are read.")
    text = data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data
    for number, line in enumerate(text.split("\n"), start=1):
        for character in line:
            if (character < " " and character != "\t") or character == "\x7f":
                raise BadPolicy(f"Line {number} of the policy holds the control character {character!r}.")
    return text


def _key(vkey: str) -> tuple[PublicKey | None, bytes]:
    """Read a vkey and its bytes; None for a well formed ML-DSA key, with which nothing is verified here."""
    try:
        vkey.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadPolicy(f"the key {_shown(vkey)} is not UTF-8.") from error
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        data = from_base64(encoded, what=f"the key {name}")
    except BadEncoding as error:
        raise BadPolicy(str(error)) from error
    if len(data) == _ML_DSA_SIZE and data.startswith(_ML_DSA_KIND):
        if hashlib.sha256(name.encode() + b"\n" + data).digest()[:KEY_ID_SIZE].hex() != key_id:
            raise BadPolicy(f"the id of the key {name} is not that of the key.")
        return None, data[1:]
    key = PublicKey.from_vkey(vkey)
    return key, key.raw


def _threshold(text: str, members: int) -> int:
    words = {"any": 1, "all": members}
    if text in words:
        return words[text]
    plain = text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= 6
    if not plain or not 1 <= int(text) <= members:
        raise BadPolicy(
            f"{_shown(text)} of {members} members cannot be asked for."
            f" Use 'any', 'all' or a number from 1 to {members}."
        )
    return int(text)


def _line(*items: str | None) -> str:
    return " ".join(item for item in items if item)


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:60] + "…")
