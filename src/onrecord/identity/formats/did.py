# SPDX-License-Identifier: Apache-2.0
"""did.json: the newsroom's keys for tools that know did:web (DID Core 1.0; Controlled Identifiers, Multikey).

An alias of the site's address, as trustworthy as that; what binds the keys is the register.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from onrecord.proof.keys import PublicKey

PATH = "/.well-known/did.json"
CONTEXT = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_ED25519 = b"\xed\x01"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def identifier(address: str) -> str:
    """Return the did:web of a site: its host, with the colon before a port percent-encoded."""
    return "did:web:" + urlsplit(address).netloc.replace(":", "%3A")


def write(
    *,
    address: str,
    release: Sequence[PublicKey],
    log: Sequence[PublicKey],
    known_as: Sequence[str],
    services: Sequence[tuple[str, str, str]],
) -> bytes:
    """Return the document. Each service is a name, a type and a path of the site."""
    own = identifier(address)
    methods = {f"{own}#{key.key_id.hex()}": key for key in (*release, *log)}
    document = {
        "@context": CONTEXT,
        "id": own,
        "alsoKnownAs": list(known_as),
        "verificationMethod": [
            {
                "id": name,
                "type": "Multikey",
                "controller": own,
                "publicKeyMultibase": multibase(key.raw),
            }
            for name, key in methods.items()
        ],
        "assertionMethod": list(methods),
        "service": [
            {"id": f"{own}#{name}", "type": kind, "serviceEndpoint": address + path}
            for name, kind, path in services
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def multibase(raw: bytes) -> str:
    """Return an Ed25519 public key as a Multikey: `z`, then base58 of the code for Ed25519 and the key."""
    number, text = int.from_bytes(_ED25519 + raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "z" + text
