# SPDX-License-Identifier: Apache-2.0
"""Base58 as Bitcoin writes it, behind the `z` of multibase."""

from __future__ import annotations

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PREFIX = "z"
LONGEST = 200
"""Characters: what is read here are keys and signatures; longer text only costs time."""
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Write bytes as multibase base58btc."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    zeros = len(data) - len(data.lstrip(b"\0"))
    return PREFIX + ALPHABET[0] * zeros + text


def decode(text: str) -> bytes:
    """Read multibase base58btc. Raises ValueError."""
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        raise ValueError("it does not begin with z, or is too long")
    digits, number = text[1:], 0
    for character in digits:
        if character not in _VALUES:
            raise ValueError(f"{character!r} is no character of base58")
        number = number * 58 + _VALUES[character]
    zeros = len(digits) - len(digits.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
