# SPDX-License-Identifier: Apache-2.0
"""HTML from elsewhere, before a parser reads it: what would make a small page a huge tree is taken out."""

from __future__ import annotations

import re

MOST_ELEMENTS = 25_000
"""Elements of one page: parsers build a tree, and are slow on some trees that nobody writes."""
ELEMENT = re.compile(r"<[a-zA-Z]")
_FORMATTING = re.compile(
    r"<(/?)(?=(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/>])", re.IGNORECASE
)


def without_formatting(markup: str) -> str:
    """Return HTML in which bold, italic and the like have names that mean nothing.

    An open `<b>` is opened again in each paragraph behind it (HTML standard, section 13.2.4.3): of a thousand
    before a thousand paragraphs a parser makes a million elements. Links are opened again too, but of them
    only one at a time.
    """
    return _FORMATTING.sub(r"<\1x-", markup)
