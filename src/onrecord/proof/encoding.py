# SPDX-License-Identifier: Apache-2.0
"""Base64 and decimal numbers in the one strict form that C2SP allows (RFC 4648 section 4)."""

from __future__ import annotations

import base64
import binascii

from onrecord.proof.errors import BadEncoding

MAX_NUMBER = 2**63 - 1
"""Tree sizes and indexes fit into a signed 64-bit integer."""
_MAX_DIGITS = 19


def to_base64(data: bytes) -> str:
    """Encode as standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, *, what: str, length: int | None = None) -> bytes:
    """Decode strict standard base64; `what` names the value in the error. `length` is in bytes.

    Python's decoder tolerates stray bits behind the last byte, so the result is encoded again and compared:
    otherwise one value would have several spellings.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        data = None
    if data is None or to_base64(data) != text:
        raise BadEncoding(f"{what} is {_shown(text)}, which is not strict base64 (RFC 4648 section 4).")
    if length is not None and len(data) != length:
        raise BadEncoding(f"{what} has {len(data)} bytes, not {length}.")
    return data


def from_decimal(text: str, *, what: str) -> int:
    """Read a non-negative decimal number: ASCII digits, no sign, no leading zero, below 2^63."""
    strict = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    if not strict or len(text) > _MAX_DIGITS or int(text) > MAX_NUMBER:
        raise BadEncoding(
            f"{what} is {_shown(text)}, not a decimal number below 2^63 without sign or leading zeros."
        )
    return int(text)


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:60] + "…")
