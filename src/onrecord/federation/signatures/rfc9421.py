# SPDX-License-Identifier: Apache-2.0
"""Requests signed as RFC 9421 says, over the library http-message-signatures.

The library knows how a signature is written; what it has to cover is decided here: `@method`, `@target-uri`,
`content-digest` of whatever is posted, and `created` within the hour. One signature, by RSA PKCS#1 v1.5 with
SHA-256 or by Ed25519. `content-digest` counts only as a whole and only if it names what the body is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any  # the library is typed only in part

import http_sf
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ED25519, RSA_V1_5_SHA256
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from onrecord.federation.signatures import messages
from onrecord.federation.signatures.errors import BadSignature, NotSigned
from onrecord.federation.signatures.messages import Claim, Message, PrivateKey, PublicKey

LABEL = "sig1"
REQUIRED = ("@method", "@target-uri")
DIGEST = "content-digest"
MOST_COVERED = 32
_LONGEST = 8000


def sign(message: Message, *, key_id: str, key: PrivateKey, now: datetime) -> dict[str, str]:
    """Return the headers that a request is sent with, so that the other side knows who sends it.

    The signature covers the headers that the message has already.
    """
    writable = _Writable(message.method, message.url, dict(message.headers))
    signer = HTTPMessageSigner(signature_algorithm=_algorithm(key), key_resolver=_Key(private=key))
    signer.sign(
        writable,
        key_id=key_id,
        created=now,
        label=LABEL,
        covered_component_ids=(*REQUIRED, *(name.lower() for name in message.headers)),
        body=message.body if message.method == "POST" else None,
    )
    return writable.headers


def read(message: Message, *, now: datetime) -> Claim:
    """Return what the signature of a request claims. Raises NotSigned and BadSignature."""
    covered, parameters = _input(message.headers.get("signature-input", ""))
    key_id = parameters.get("keyid")
    if not isinstance(key_id, str):
        raise BadSignature("The signature names no key (keyid).")
    messages.check_key_id(key_id)
    required = [*REQUIRED, *([DIGEST] if message.method == "POST" or message.body else [])]
    missing = [name for name in required if name not in covered]
    if missing:
        raise BadSignature(f"The signature does not cover {', '.join(missing)}.")
    _check_times(parameters, now)
    if message.headers.get("host", message.host).lower() != message.host:
        raise BadSignature(f"The request is for another host than {message.host}.")
    body = message.body if DIGEST in covered else None

    def verify(key: PublicKey) -> None:
        verifier = _Verifier(signature_algorithm=_algorithm(key), key_resolver=_Key(public=key))
        try:
            verifier.verify(
                _Writable(message.method, message.url, dict(message.headers)),
                max_age=None,
                require_components=required,
                body=body,
            )
        except (HTTPMessageSignaturesException, ValueError, TypeError) as error:
            raise BadSignature(f"The signature does not hold: {error}") from error

    return Claim(key_id, verify)


def _input(header: str) -> tuple[list[str], dict[str, Any]]:
    """Return what the one signature covers as a whole, without parameters of its own, and what it says."""
    if not header:
        raise NotSigned("The request is not signed.")
    try:
        if len(header) > _LONGEST:
            raise ValueError("it is too long")
        # Typed as anything that such a field may hold; what it does hold is checked below.
        parsed: Any = http_sf.parse(header.encode("ascii"), tltype="dictionary")
    except (ValueError, TypeError, UnicodeError) as error:
        raise BadSignature(f"The header Signature-Input is malformed: {error}") from error
    if not isinstance(parsed, dict) or len(parsed) != 1:
        raise BadSignature("The request has to carry one signature.")
    items, parameters = next(iter(parsed.values()))
    if not isinstance(items, list) or len(items) > MOST_COVERED:
        raise BadSignature("The header Signature-Input has to list what is covered.")
    return [str(name) for name, own in items if not own], dict(parameters)


def _check_times(parameters: dict[str, Any], now: datetime) -> None:
    if "created" not in parameters:
        raise BadSignature("The signature does not say when it was made (created).")
    messages.check_window(_moment(parameters["created"]), now)
    if "expires" in parameters and _moment(parameters["expires"]) < now:
        raise BadSignature("The signature has expired. Sign afresh.")


def _moment(value: object) -> datetime:
    try:
        if type(value) is not int:
            raise ValueError("not an integer")
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadSignature(f"{str(value)[:20]!r} is no time in seconds.") from error


def _algorithm(key: PublicKey | PrivateKey) -> type[HTTPSignatureAlgorithm]:
    """Return the algorithm of a key: what a signature says of it has to agree."""
    return RSA_V1_5_SHA256 if isinstance(key, RSAPublicKey | RSAPrivateKey) else ED25519


class _Verifier(HTTPMessageVerifier):
    """Leaves the times to `read`, which has checked them against the clock it was given."""

    def validate_created_and_expires(self, sig_input: object, max_age: object = None) -> None:
        return None


@dataclass(slots=True)
class _Writable:
    """A request as the library wants it."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class _Key(HTTPSignatureKeyResolver):
    """Gives the library the one key there is, whatever it is called."""

    def __init__(self, public: PublicKey | None = None, private: PrivateKey | None = None) -> None:
        self._public = public
        self._private = private

    def resolve_public_key(self, key_id: str) -> PublicKey:
        if self._public is None:
            raise HTTPMessageSignaturesException(f"There is no public key {key_id}.")
        return self._public

    def resolve_private_key(self, key_id: str) -> PrivateKey:
        if self._private is None:
            raise HTTPMessageSignaturesException(f"There is no private key {key_id}.")
        return self._private
