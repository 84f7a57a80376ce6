# SPDX-License-Identifier: Apache-2.0
"""DKIM signatures (RFC 6376, RFC 8463): relaxed headers, relaxed body, RSA or Ed25519, SHA-256."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "Auto-Submitted",
    "Reply-To",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
"""What is signed where it is there. From is named once more than it is there, so that none can be added."""

_SPACES = re.compile(rb"[ \t]+")
_UNRELAXED = re.compile(rb"\t|  | \r\n|[^\r]\n|\r[^\n]")
"""What the relaxed form of a body changes; quoted-printable has next to none of it."""
_FOLDS = re.compile(rb"\r\n(?=[ \t])")

PrivateKey = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs mail of one domain with one key."""

    domain: str
    selector: str
    key: PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> str:
        """As DKIM names it."""
        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"

    @property
    def dns_name(self) -> str:
        """Where receivers look the public key up."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def dns_text(self) -> str:
        """The TXT record that has to be there (RFC 6376 section 3.6.1, RFC 8463 section 4)."""
        if isinstance(self.key, RSAPrivateKey):
            kind = "rsa"
            raw = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            kind, raw = "ed25519", self.key.public_key().public_bytes_raw()
        return f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode()}"

    def header(self, message: bytes, *, at: float | None = None) -> bytes:
        """Return the header that signs a message, its end included; `at` is in seconds since 1970."""
        head, _, body = message.partition(b"\r\n\r\n")
        fields = _fields(head)
        there = [name for name in SIGNED if name.lower().encode() in {key for key, _ in fields}]
        named = ":".join([*there, "From"])
        digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        moment = int(time.time() if at is None else at)
        unsigned = (
            f"DKIM-Signature: v=1; a={self.algorithm}; c=relaxed/relaxed; d={self.domain};"
            f" s={self.selector};\r\n t={moment}; h={named};\r\n bh={digest};\r\n b="
        ).encode()
        signed = b"".join(_relaxed_fields(fields, there)) + _relaxed(unsigned)
        signature = base64.b64encode(self._sign(signed)).decode()
        lines = [signature[at : at + 72] for at in range(0, len(signature), 72)]
        return unsigned + "\r\n  ".join(lines).encode() + b"\r\n"

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(data, PKCS1v15(), hashes.SHA256())
        return self.key.sign(hashlib.sha256(data).digest())


def signed(message: bytes, signers: Sequence[Signer]) -> bytes:
    """Return a message with a signature of each signer in front."""
    return b"".join([*(signer.header(message) for signer in signers), message])


def relaxed_body(body: bytes) -> bytes:
    """Return a body in the relaxed form of RFC 6376 section 3.4.4."""
    if not _UNRELAXED.search(body):
        return body.rstrip(b"\r\n") + b"\r\n" if body.strip(b"\r\n") else b""
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers as (name in lower case, whole header), unfolded."""
    lines = _FOLDS.sub(b"", head).split(b"\r\n")
    return [(line.partition(b":")[0].strip().lower(), line) for line in lines if line]


def _relaxed_fields(fields: Sequence[tuple[bytes, bytes]], names: Sequence[str]) -> list[bytes]:
    """Return the named headers in their relaxed form, the last one of each name."""
    by_name = dict(fields)
    return [_relaxed(by_name[name.lower().encode()]) + b"\r\n" for name in names]


def _relaxed(header: bytes) -> bytes:
    """Return one header in the relaxed form of RFC 6376 section 3.4.2, without its end."""
    name, _, value = _FOLDS.sub(b"", header).partition(b":")
    return name.strip().lower() + b":" + _SPACES.sub(b" ", value).strip()
