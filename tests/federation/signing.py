# SPDX-License-Identifier: Apache-2.0
"""Requests signed as somebody on another server would, and as somebody who means harm might."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from onrecord.federation.signatures import cavage, messages, rfc9421
from onrecord.federation.signatures.keys import ed25519_key, rsa_key
from onrecord.federation.signatures.messages import Claim, Message

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
KEY_ID = "https://remote.example/users/jan#main-key"
INBOX = "https://news.example/ap/inbox"

Signer = Callable[..., dict[str, str]]
Reader = Callable[..., Claim]


@cache
def folder() -> Path:
    """Keys are made once for all tests."""
    return Path(mkdtemp())


def rsa() -> RSAPrivateKey:
    return rsa_key(folder() / "remote.pem")


def ed25519() -> Ed25519PrivateKey:
    return ed25519_key(folder() / "remote-ed25519.pem")


def post(body: bytes = b'{"type":"Follow"}') -> Message:
    return Message("POST", INBOX, {}, body)


def signed(sign: Signer, message: Message | None = None, *, now: datetime = NOW) -> Message:
    """Return a request with the headers that a signer puts on it, as they arrive."""
    message = message or post()
    made = sign(message, key_id=KEY_ID, key=rsa(), now=now)
    headers = {"host": message.host} | {name.lower(): value for name, value in made.items()}
    return replace(message, headers=headers)


def cavage_over(covered: list[str], values: dict[str, str], message: Message, extra: str = "") -> Message:
    """Sign exactly these headers, as a careless or hostile server would; `values` are sent too."""
    lines = {"(request-target)": f"post {message.target}", **values}
    text = "\n".join(f"{name}: {lines[name]}" for name in covered).encode()
    signature = messages.to_base64(messages.sign(text, rsa()))
    names = " ".join(covered)
    header = f'keyId="{KEY_ID}",algorithm="rsa-sha256",headers="{names}"{extra},signature="{signature}"'
    return replace(message, headers={**values, "signature": header})


SPECIFICATIONS: tuple[tuple[Signer, Reader], ...] = (
    (cavage.sign, cavage.read),
    (rfc9421.sign, rfc9421.read),
)
