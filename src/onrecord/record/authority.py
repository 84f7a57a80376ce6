# SPDX-License-Identifier: Apache-2.0
"""Asking a timestamping authority, and holding its answer to what was asked (RFC 3161). No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onrecord.outbound import OutboundError, fetch
from onrecord.outbound.addresses import Private
from onrecord.record.errors import NotTimestamped

QUERY = "application/timestamp-query"
LIMIT = 64 * 1024
SECONDS = 15.0
CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far the authority's clock may be from this machine's."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who is asked, and the file with the root certificates (PEM) that its answers must lead up to."""

    url: str
    roots: str
    allow_private: Private = False


@dataclass(frozen=True, slots=True)
class Stamp:
    """An answer that was verified: its bytes, and the moment it names."""

    reply: bytes
    at: datetime


def ask(authority: Authority, data: bytes) -> Stamp:
    """Have `data` timestamped. Raises NotTimestamped, which says why; then nothing is to be kept."""
    # Loaded by whoever asks, which happens once a day.
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder(data=data, hash_algorithm=HashAlgorithm.SHA256).build()
    try:
        answer = fetch(
            authority.url,
            method="POST",
            body=request.as_bytes(),
            headers={"Content-Type": QUERY},
            limit=LIMIT,
            timeout=SECONDS,
            allow_private=authority.allow_private,
        )
    except OutboundError as error:
        raise NotTimestamped(f"The timestamping authority could not be asked: {error}") from error
    if answer.status != 200:
        raise NotTimestamped(f"The timestamping authority answered with status {answer.status}.")
    now = datetime.now(UTC)
    at = verify(answer.body, data, roots=authority.roots, nonce=request.nonce)
    if abs(at - now) > CLOCK_TOLERANCE:
        raise NotTimestamped(
            f"The timestamping authority says that it is {at:%Y-%m-%d %H:%M} UTC; here it is"
            f" {now:%Y-%m-%d %H:%M} UTC. Set the clock of this machine, or use another authority."
        )
    return Stamp(answer.body, at)


def verify(reply: bytes, data: bytes, *, roots: str, nonce: int | None = None) -> datetime:
    """Return the moment at which an authority saw `data`. Raises NotTimestamped unless the answer proves it.

    `roots` is a file of root certificates; `nonce` that of the request, where it is known.
    """
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        trusted = load_pem_x509_certificates(Path(roots).read_bytes())
    except (OSError, ValueError) as error:
        raise NotTimestamped(
            f"The root certificates in {roots} cannot be read: {error}. Name a PEM file with the certificate"
            " that the authority publishes."
        ) from error
    try:
        decoded = decode_timestamp_response(reply)
        VerifierBuilder(roots=trusted, nonce=nonce).build().verify_message(decoded, data)
        return decoded.tst_info.gen_time.astimezone(UTC)
    except (VerificationError, ValueError) as error:
        raise NotTimestamped(f"The answer of the timestamping authority does not hold: {error}") from error
