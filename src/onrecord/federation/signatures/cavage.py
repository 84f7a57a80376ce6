# SPDX-License-Identifier: Apache-2.0
"""Requests signed as draft-cavage-http-signatures-12 says, as strictly as it allows.

A signature has to cover `(request-target)`, `host`, `date` or `(created)`, and `digest` of what is posted.
`hs2019` means what the fediverse means by it: RSA PKCS#1 v1.5 with SHA-256, or Ed25519, as the key says.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from onrecord.federation.signatures import messages
from onrecord.federation.signatures.errors import BadSignature, NotSigned
from onrecord.federation.signatures.messages import Claim, Message, PrivateKey, PublicKey, sha256

ALGORITHMS = frozenset({"", "rsa-sha256", "hs2019", "ed25519"})
MOST_COVERED = 32
_LONGEST = 8000
_PARAMETER = re.compile(r'\s*([a-zA-Z]+)\s*=\s*(?:"([^"]*)"|([0-9]{1,12}))\s*(?:,|$)')


def sign(message: Message, *, key_id: str, key: PrivateKey, now: datetime) -> dict[str, str]:
    """Return the headers that a request is sent with, so that the other side knows who sends it.

    The signature covers the headers that the message has already.
    """
    headers = {"Host": message.host, "Date": format_datetime(now.astimezone(UTC), usegmt=True)}
    covered = ["(request-target)", "host", "date"]
    if message.method == "POST":
        headers["Digest"] = f"SHA-256={messages.digest_of(message)}"
        covered.append("digest")
    headers |= message.headers
    covered += [name.lower() for name in message.headers]
    values = {"(request-target)": _request_target(message)} | {
        name.lower(): value for name, value in headers.items()
    }
    signature = messages.sign(_text(covered, values), key)
    algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "hs2019"
    headers["Signature"] = (
        f'keyId="{key_id}",algorithm="{algorithm}",headers="{" ".join(covered)}",'
        f'signature="{messages.to_base64(signature)}"'
    )
    return headers


def read(message: Message, *, now: datetime) -> Claim:
    """Return what the signature of a request claims. Raises NotSigned and BadSignature."""
    parameters = _parameters(message.headers.get("signature", ""))
    key_id, algorithm = parameters.get("keyid", ""), parameters.get("algorithm", "").lower()
    messages.check_key_id(key_id)
    if algorithm not in ALGORITHMS:
        raise BadSignature(f"The algorithm {algorithm[:40]!r} is not accepted. Use rsa-sha256 or hs2019.")
    covered = parameters.get("headers", "").lower().split()
    _check_coverage(message, covered, parameters, algorithm)
    _check_times(message, covered, parameters, now)
    if message.headers.get("host", "").lower() != message.host:
        raise BadSignature(f"The request is for another host than {message.host}.")
    if "digest" in covered or message.body:
        _check_digest(message)
    text = _text(covered, _values(message, covered, parameters))
    signature = messages.from_base64(parameters.get("signature", ""), "signature")

    def verify(key: PublicKey) -> None:
        fits = {"rsa-sha256": isinstance(key, RSAPublicKey), "ed25519": not isinstance(key, RSAPublicKey)}
        if not fits.get(algorithm, True):
            raise BadSignature(f"The key is not one for {algorithm}.")
        messages.verify(text, signature, key)

    return Claim(key_id, verify)


def _parameters(header: str) -> dict[str, str]:
    if not header:
        raise NotSigned("The request is not signed.")
    if len(header) > _LONGEST:
        raise BadSignature("The header Signature is too long.")
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = _PARAMETER.match(header, at)
        if match is None:
            raise BadSignature("The header Signature is malformed.")
        name = match[1].lower()
        if name in found:
            raise BadSignature(f"The header Signature says {name} twice.")
        found[name] = match[2] if match[2] is not None else match[3]
        at = match.end()
    return found


def _check_coverage(message: Message, covered: list[str], parameters: dict[str, str], algorithm: str) -> None:
    if len(set(covered)) != len(covered) or len(covered) > MOST_COVERED:
        raise BadSignature("The signature names a header twice, or too many.")
    missing = {"(request-target)", "host"} - set(covered)
    if message.method == "POST" or message.body:
        missing |= {"digest"} - set(covered)
    if "date" not in covered and "(created)" not in covered:
        missing.add("date")
    if missing:
        raise BadSignature(f"The signature does not cover {', '.join(sorted(missing))}.")
    if "(created)" in covered and ("created" not in parameters or algorithm == "rsa-sha256"):
        raise BadSignature(
            "(created) is covered, but the signature does not say when, or may not with rsa-sha256."
        )
    if "(expires)" in covered and "expires" not in parameters:
        raise BadSignature("(expires) is covered, but the signature does not say when.")


def _check_times(message: Message, covered: list[str], parameters: dict[str, str], now: datetime) -> None:
    if "date" in covered:
        messages.check_window(_date(message.headers.get("date", "")), now)
    if "created" in parameters:
        messages.check_window(_moment(parameters["created"]), now)
    if "expires" in parameters and _moment(parameters["expires"]) < now:
        raise BadSignature("The signature has expired. Sign afresh.")


def _date(text: str) -> datetime:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError) as error:
        raise BadSignature(f"The header Date is no date: {text[:60]!r}.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadSignature(f"{text[:20]!r} is no time in seconds.") from error


def _check_digest(message: Message) -> None:
    members = [one.strip().partition("=") for one in message.headers.get("digest", "").split(",")]
    sums = [value for name, _equals, value in members if name.lower() == "sha-256"]
    if len(sums) != 1 or not hmac.compare_digest(sums[0].encode(), sha256(message.body).encode()):
        raise BadSignature("The header Digest is not the SHA-256 of the body.")


def _values(message: Message, covered: list[str], parameters: dict[str, str]) -> dict[str, str]:
    special = {
        "(request-target)": _request_target(message),
        "(created)": parameters.get("created", ""),
        "(expires)": parameters.get("expires", ""),
    }
    values = {}
    for name in covered:
        if name not in special and name not in message.headers:
            raise BadSignature(f"The signature covers {name[:60]!r}, and the request has no such header.")
        values[name] = special.get(name, message.headers.get(name, "").strip())
    return values


def _request_target(message: Message) -> str:
    return f"{message.method.lower()} {message.target}"


def _text(covered: list[str], values: dict[str, str]) -> bytes:
    return "\n".join(f"{name}: {values[name]}" for name in covered).encode("utf-8", "surrogateescape")
