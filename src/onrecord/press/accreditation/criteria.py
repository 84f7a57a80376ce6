# SPDX-License-Identifier: Apache-2.0
"""What the first draft of the criteria says, until somebody writes better ones."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

PREAMBLE = gettext_noop(
    "Whoever works as a journalist is admitted, whatever they have written about us, employed or free,"
    " and whatever the size of their outlet. These are all the reasons for which somebody may be refused,"
    " admitted with limits, or lose an accreditation."
)
FIRST = gettext_noop("The first criteria.")
_CATEGORY = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
_CRITERIA: tuple[tuple[tuple[str, ...], str, str, tuple[str, ...]], ...] = (
    (
        ("seal",),
        gettext_noop("Journalistic work"),
        gettext_noop(
            "You show that you work as a journalist: press card, commission of an outlet, or published work."
        ),
        (
            gettext_noop("Enough: three articles, broadcasts or pictures of the last year, under your name."),
            gettext_noop("Not enough: an account on a social network without any report."),
        ),
    ),
    (
        ("seal",),
        gettext_noop("True statements"),
        gettext_noop("What you say about yourself and your outlet is true, and the files are real."),
        (
            gettext_noop("Not accepted: the commission of an outlet that does not know you."),
            gettext_noop("Accepted: a mistake that you correct when asked."),
        ),
    ),
    (
        ("label",),
        gettext_noop("Room and equipment"),
        gettext_noop(
            "Where places are few, an accreditation may be limited: by outlet, by time, or to a pool."
        ),
        (
            gettext_noop("A limit: one camera of each outlet in the council chamber."),
            gettext_noop("No limit: by what an outlet has written."),
        ),
    ),
    (
        ("label", "seal"),
        gettext_noop("Safety"),
        gettext_noop(
            "Whoever endangers others, or gives a card to somebody else, may lose the accreditation."
        ),
        (
            gettext_noop("A reason: a card that was lent."),
            gettext_noop("No reason: insistent questions."),
        ),
    ),
)


def draft(languages: list[str]) -> dict[str, object]:
    """Return the first draft in these languages."""
    rules: list[dict[str, Any]] = [
        {
            "number": str(number),
            "category": _CATEGORY,
            "sanctions": list(sanctions),
            "points": 0,
            "points_days": 180,
            "texts": {
                language: {
                    "title": _in(language, title),
                    "text": _in(language, text),
                    "examples": [_in(language, example) for example in examples],
                }
                for language in languages
            },
        }
        for number, (sanctions, title, text, examples) in enumerate(_CRITERIA, 1)
    ]
    return {
        "preamble": {language: _in(language, PREAMBLE) for language in languages},
        "changes": {language: _in(language, FIRST) for language in languages},
        "rules": rules,
    }


def _in(language: str, message: str) -> str:
    with translation.override(language):
        return _(message)
