# SPDX-License-Identifier: Apache-2.0
"""What a verdict is given on: a bundle taken apart, and what the reader knows from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onrecord.proof import cosignature, register
from onrecord.proof.bundle import Bundle
from onrecord.proof.canonical import Json
from onrecord.proof.cosignature import Cosigned
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import NOTE_KIND, PublicKey
from onrecord.proof.logged import Logged, Skipped, attempt, needed
from onrecord.proof.policy import Policy
from onrecord.proof.register import ListedKey, Register


@dataclass(frozen=True, slots=True)
class Pins:
    """What the reader knows from elsewhere, and so need not take from the newsroom's word."""

    policy: Policy | None = None
    keys: tuple[PublicKey, ...] = ()
    """Log keys and release keys that the reader trusts as they are."""
    root: str | None = None
    """Fingerprint of the root keys."""
    site_register: bytes | None = None
    """The newest register, fetched from the origin's own site."""
    dns_root: str | None = None
    """Fingerprint that the organisation's DNS names."""
    newest: int | None = None
    """Number of the newest edition of the statement; None when nobody asked."""

    def log_keys(self, origin: str) -> list[PublicKey]:
        """Return the keys given for the checkpoints of this log."""
        from_policy = self.policy.log_keys(origin) if self.policy else []
        return [*from_policy, *(key for key in self.keys if key.kind == NOTE_KIND and key.name == origin)]

    def all_keys(self, origin: str) -> list[PublicKey]:
        """Return the keys given for checkpoints or leaves of this log."""
        return [*self.log_keys(origin), *(key for key in self.keys if key.kind != NOTE_KIND)]


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the steps look at."""

    source: Bundle
    pins: Pins
    logged: Logged
    register: Register | ProofError | None
    logged_register: Logged | None

    @classmethod
    def of(cls, source: Bundle, pins: Pins) -> Case:
        found, proof = source.register, source.register_proof
        return cls(
            source=source,
            pins=pins,
            logged=Logged.of(source.edition, source.proof),
            register=None if found is None else attempt(register.read, found),
            logged_register=None if found is None or proof is None else Logged.of(found, proof),
        )

    @classmethod
    def of_checkpoint(cls, signed: bytes, register_of: Bundle | None, pins: Pins) -> Case:
        """Take apart a checkpoint that comes without an edition."""
        case = cls.of(register_of or Bundle(b"", b""), pins)
        return replace(case, logged=Logged.of_checkpoint(signed))

    @property
    def origin(self) -> str:
        """The log that the checkpoint is of; the step is skipped when there is none."""
        return needed(self.logged.head).origin

    @property
    def listed(self) -> tuple[ListedKey, ...]:
        """The keys of the register. Those of another log's register do not count."""
        usable = isinstance(self.register, Register) and self.register.origin == self.origin
        return self.register.keys if usable and isinstance(self.register, Register) else ()

    @property
    def trusted(self) -> list[PublicKey]:
        """The keys that the reader gave."""
        return self.pins.all_keys(self.origin)

    def register_at_hand(self) -> Register:
        """Return the register; the step is skipped when there is none or it cannot be read."""
        if self.register is None:
            raise Skipped("There is no register of keys with this proof.")
        return needed(self.register)

    def named_files(self) -> Sequence[Mapping[str, Json]]:
        """Return the entries of `files[]` in the edition."""
        files = needed(self.logged.edition).members.get("files", [])
        return [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []

    def cosigned(self) -> list[Cosigned]:
        """Return what known witnesses say of the checkpoint: those of the policy and those of the register.

        Raises WrongSignature when a line by one of them does not verify.
        """
        policy = self.pins.policy
        keys = [witness.key for witness in policy.witnesses if witness.key] if policy else []
        if isinstance(self.register, Register):
            keys += [key for key in self.register.witnesses if key not in keys]
        known = cosignature.cosignatures_of(needed(self.logged.note), keys)
        return sorted(known, key=lambda one: (one.name, one.time))
