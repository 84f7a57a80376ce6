# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a signature, a proof or a key."""

from __future__ import annotations


class SignatureError(Exception):
    """Somebody's word cannot be taken for it; the message says why."""


class NotSigned(SignatureError):
    """There is no signature at all."""


class BadSignature(SignatureError):
    """The signature is malformed, covers too little, is too old, or is not by this key."""


class BadKey(SignatureError):
    """A key cannot be read, or is of a kind or size that is not accepted."""


class BadProof(SignatureError):
    """The proof of an object is malformed, of an unknown kind, or not by this key."""
