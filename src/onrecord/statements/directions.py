# SPDX-License-Identifier: Apache-2.0
"""Words of two directions in one line of text: each keeps its own, whatever stands around it.

Where there is markup `bdi` does that. Lines that stand in mails too, or in sentences, have Unicode's isolates
(UAX 9), and only where something is written from right to left: elsewhere nobody needs them.
"""

from __future__ import annotations

import unicodedata

from django.utils import translation

_BEGIN, _END = "\u2068", "\u2069"


def apart(text: str) -> str:
    """Return words of somebody, or a number, as they can stand in a sentence in the language at hand."""
    return f"{_BEGIN}{text}{_END}" if text and _turns(text) else text


def titled(title: str) -> str:
    """Return a title in which the words of somebody follow who said them, as `kim: …`, each apart."""
    who, colon, words = title.partition(": ")
    return f"{who}{colon}{_BEGIN}{words}{_END}" if words and _turns(title) else title


def _turns(text: str) -> bool:
    if translation.get_language_bidi():
        return True
    return not text.isascii() and any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)
