# SPDX-License-Identifier: Apache-2.0
"""How names and telephone numbers are compared: without accents, case, marks and the order of names."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
_SHORTEST_NUMBER, _LAST_DIGITS = 7, 9


def outlet_key(name: str) -> str:
    """Return what two spellings of one outlet have in common."""
    return " ".join(_words(name))[:LONGEST]


def person_key(name: str) -> str:
    """Return what two spellings of one person's name have in common: “Reyes, Ana” is “Ana Reyes”."""
    return " ".join(sorted(_words(name)))[:LONGEST]


def phone_key(number: str) -> str:
    """Return the last nine digits of a number, which are the same with and without country code."""
    digits = "".join(str(unicodedata.digit(each)) for each in number if each.isdigit())
    return digits[-_LAST_DIGITS:] if len(digits) >= _SHORTEST_NUMBER else ""


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(each for each in plain if not unicodedata.combining(each)))
