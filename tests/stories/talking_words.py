# SPDX-License-Identifier: Apache-2.0
"""What is said in stories about comments, and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from tests.stories.talking_cast import Cast


@dataclass(frozen=True)
class Telling:
    """In which language and how a story is told. Everybody in it has an address of their own."""

    language: str
    path: str
    scripts: bool
    words: str
    answer: str

    def address(self, name: str) -> str:
        """Return somebody's address in this telling."""
        return f"{name}.{self.language}@reader.example"

    def says(self, words: str) -> str:
        """Return what a page says here for words of ours."""
        with translation.override(self.language):
            return gettext(words)


@dataclass(frozen=True)
class Entry:
    """What somebody enters in the form."""

    name: str
    text: str
    link: str = ""


def tellings(cast: Cast) -> tuple[Telling, Telling]:
    """Return both ways to tell the story: without scripts in English, with them in Arabic."""
    return (
        Telling("en", cast.paths["water"], False, "They are vermin, all of them.", "Which ones do you mean?"),
        Telling("ar", cast.paths["arabic"], True, "إنهم حشرات، كلهم.", "من تقصد بهذا الكلام؟"),
    )
