# SPDX-License-Identifier: Apache-2.0
"""A request, and what its signature claims."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from onrecord.federation.signatures.errors import BadSignature

PublicKey = RSAPublicKey | Ed25519PublicKey
PrivateKey = RSAPrivateKey | Ed25519PrivateKey

WINDOW = timedelta(hours=1)
"""How far the time of a signature may lie from ours, before or after."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it was sent. `url` is the whole address; names of headers are in lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    digest: str = ""
    """The SHA-256 of the body in base64, if it is known already: one text goes to many."""

    @property
    def host(self) -> str:
        """Host, and port if the address names one, in lower case."""
        return urlsplit(self.url).netloc.lower()

    @property
    def target(self) -> str:
        """Path and query, as the first line of the request has them."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature says of a request. All that can be refused without the key has been refused."""

    key_id: str
    verify: Callable[[PublicKey], None]
    """Returns if the owner of this key signed the request; raises BadSignature otherwise."""


def sha256(body: bytes) -> str:
    """Return the SHA-256 of a body in base64."""
    return to_base64(hashlib.sha256(body).digest())


def digest_of(message: Message) -> str:
    """Return the SHA-256 of what is to be sent, in base64."""
    return message.digest or sha256(message.body)


def check_window(moment: datetime, now: datetime) -> None:
    """Raise BadSignature unless the time of a signature is near ours."""
    if abs(moment - now) > WINDOW:
        raise BadSignature(
            f"The signature is of {moment:%Y-%m-%d %H:%M:%S} UTC; here it is {now:%Y-%m-%d %H:%M:%S} UTC."
            " Both may differ by an hour. Set the clock, or sign afresh."
        )


def check_key_id(key_id: str) -> None:
    """Raise BadSignature unless a key is named by an address on the web."""
    try:
        parts = urlsplit(key_id)
    except ValueError:  # brackets that hold no address
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(key_id) > 2000:
        raise BadSignature("The key has to be named by its address (keyId).")


def sign(text: bytes, key: PrivateKey) -> bytes:
    """Return the signature of a text: RSA PKCS#1 v1.5 with SHA-256, or Ed25519."""
    if isinstance(key, RSAPrivateKey):
        return key.sign(text, PKCS1v15(), SHA256())
    return key.sign(text)


def verify(text: bytes, signature: bytes, key: PublicKey) -> None:
    """Raise BadSignature unless the owner of the key signed a text."""
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, text, PKCS1v15(), SHA256())
        else:
            key.verify(signature, text)
    except InvalidSignature as error:
        raise BadSignature("The signature is not by this key, or the request was changed.") from error


def to_base64(data: bytes) -> str:
    """Write base64."""
    return base64.b64encode(data).decode()


def from_base64(text: str, what: str) -> bytes:
    """Read base64. Raises BadSignature."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature(f"The {what} is not base64.") from error
