# SPDX-License-Identifier: Apache-2.0
"""The proof that a document carries itself (FEP-8b32): whoever has a copy can check it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.federation import actors
from onrecord.federation.models import Actor
from onrecord.federation.signatures import proofs
from onrecord.federation.signatures.errors import BadProof


@dataclass(frozen=True, slots=True)
class Prover:
    """An account's key for documents, by its address."""

    method: str
    key: Ed25519PrivateKey
    since: datetime
    """No proof bears a moment before this one: the register of keys says that the key counts from it."""

    def prove(self, document: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """Return a document with its proof: the same for the same document and moment."""
        created = max(at, self.since)
        try:
            return proofs.add(document, method=self.method, key=self.key, created=created)
        except BadProof:  # mostly a text that is not in normal form C, which the canonical form asks for
            normal = _normalised(dict(document))
            return proofs.add(normal, method=self.method, key=self.key, created=created)


def signed(document: Mapping[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Return a document with the proof of one of the newsroom's accounts."""
    return Prover(actors.proof_method(actor), actors.ed25519(actor), actor.keys_since).prove(document, at)


def _normalised(value: Any) -> Any:
    """Return JSON with every text in normal form C."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {name: _normalised(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_normalised(inner) for inner in value]
    return value
