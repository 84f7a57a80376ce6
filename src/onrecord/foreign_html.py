# SPDX-License-Identifier: Apache-2.0
"""HTML of strangers, before a parser reads it: what would make a small page a huge tree is taken out.

An open `<b>` is opened again in each paragraph behind it (HTML standard, section 13.2.4.3): of a thousand
before a thousand paragraphs, each with another attribute, a parser makes a million elements. Links are opened
again too, but of them only one at a time.
"""

from __future__ import annotations

import re
from itertools import islice

MOST_ELEMENTS = 25_000
"""Elements of one page: parsers build a tree, and are slow on some trees that nobody writes."""
ELEMENT = re.compile(r"<[a-zA-Z]")
_NAMES = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_FORMATTING = re.compile(rf"<(/?)(?=(?:{_NAMES})[\s/>])", re.IGNORECASE)
_DRESSED = re.compile(rf"<({_NAMES})[\s/][^>]*>", re.IGNORECASE)


def first_elements(markup: str, most: int = MOST_ELEMENTS) -> str:
    """Return HTML up to the element that is one too many."""
    found = islice(ELEMENT.finditer(markup), most, None)
    return markup[: one.start()] if (one := next(found, None)) else markup


def without_formatting(markup: str) -> str:
    """Return HTML in which bold, italic and the like have names that mean nothing."""
    return _FORMATTING.sub(r"<\1x-", markup)


def plain_formatting(markup: str) -> str:
    """Return HTML in which bold, italic and the like have no attributes: so three of each at most reopen."""
    return _DRESSED.sub(r"<\1>", markup)
