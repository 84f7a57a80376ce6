# SPDX-License-Identifier: Apache-2.0
"""Finds in a text what must not be published: addresses, telephone numbers, handles.

It cannot find names. So exports are made of facts and published rules, and this is the second lock.
"""

from __future__ import annotations

import re

_KINDS = (
    ("an e-mail address", re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]{2,}")),
    ("a handle", re.compile(r"(?<![\w@./])@\w[\w.-]{2,}")),
    ("a telephone number", re.compile(r"(?<![\w.,/-])(?:\+|00)?\d(?:[ ()/.-]{0,2}\d){7,14}(?![\w/-])")),
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CASE = re.compile(r"\b\d{4}-\d{6}(?:-\d+)?\b")


def found(text: str) -> list[str]:
    """Return which kinds of personal data a text seems to hold; dates and numbers of cases are none."""
    plain = _CASE.sub(" ", _DATE.sub(" ", text))
    return [kind for kind, pattern in _KINDS if pattern.search(plain)]
