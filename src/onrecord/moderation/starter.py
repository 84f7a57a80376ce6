# SPDX-License-Identifier: Apache-2.0
"""What the first draft of the rules says until somebody writes better ones: in each language of the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onrecord.moderation.categories import PREFIX
from onrecord.moderation.models import EffectKind

PREAMBLE = gettext_noop(
    "Say what you think, also about us: criticism is never a reason to remove anything. These rules say what"
    " is not accepted here, with examples, and what may follow. Whoever is restricted learns which rule and"
    " which facts count, and can appeal; somebody else then decides."
)
FIRST = gettext_noop("The first rules.")
_ALL = (
    EffectKind.LABEL,
    EffectKind.LIMIT,
    EffectKind.HOLD,
    EffectKind.SEAL,
    EffectKind.WARN,
    EffectKind.SUSPEND,
)
_GRAVE = (*_ALL, EffectKind.TERMINATE)
_MILD = (EffectKind.LABEL, EffectKind.LIMIT, EffectKind.HOLD, EffectKind.SEAL, EffectKind.WARN)
_RULES: tuple[tuple[str, tuple[str, ...], int, str, str, tuple[str, ...]], ...] = (
    (
        f"{PREFIX}VIOLENCE",
        _GRAVE,
        3,
        gettext_noop("No threats"),
        gettext_noop("Do not threaten anybody, and do not call for violence or celebrate it."),
        (
            gettext_noop("Not accepted: “Somebody should pay her a visit at night.”"),
            gettext_noop("Accepted: “She should resign.”"),
        ),
    ),
    (
        f"{PREFIX}ILLEGAL_OR_HARMFUL_SPEECH",
        _GRAVE,
        3,
        gettext_noop("No hatred"),
        gettext_noop(
            "Do not degrade people for what they are: origin, colour, religion, sex, orientation, disability."
        ),
        (
            gettext_noop("Not accepted: “They are all vermin.”"),
            gettext_noop("Accepted: “I think this religious law is wrong.”"),
        ),
    ),
    (
        f"{PREFIX}DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        _ALL,
        2,
        gettext_noop("No private data of others"),
        gettext_noop("Do not publish addresses, telephone numbers, documents or pictures of private people."),
        (
            gettext_noop("Not accepted: where a caretaker lives."),
            gettext_noop("Accepted: the office telephone of the mayor."),
        ),
    ),
    (
        f"{PREFIX}SCAMS_AND_FRAUD",
        _ALL,
        2,
        gettext_noop("No advertising, no deception"),
        gettext_noop(
            "Do not advertise, do not send the same text again and again, and do not pretend to be somebody"
            " else."
        ),
        (
            gettext_noop("Not accepted: links to a shop that has nothing to do with the statement."),
            gettext_noop("Accepted: a link that supports what you say."),
        ),
    ),
    (
        f"{PREFIX}OTHER_VIOLATION_TC",
        _MILD,
        1,
        gettext_noop("To the point and without insults"),
        gettext_noop("Write about the statement, and criticise what people do without insulting them."),
        (
            gettext_noop("Not accepted: “You idiots.”"),
            gettext_noop("Accepted: “This is the worst decision in years, and here is why.”"),
        ),
    ),
    (
        f"{PREFIX}OTHER_VIOLATION_TC",
        (EffectKind.WARN, EffectKind.SUSPEND),
        1,
        gettext_noop("Reports and appeals in good faith"),
        gettext_noop(
            "Do not report or appeal again and again without any ground. After a warning, what you send is"
            " not looked at for a time. What counts: how often, what share of all, how grave, and why."
        ),
        (
            gettext_noop(
                "Not accepted: to report each comment of one person because you disagree with them."
            ),
            gettext_noop("Accepted: a report that turns out to be mistaken."),
        ),
    ),
)


def draft(languages: Iterable[str]) -> dict[str, Any]:
    """Return the first draft in these languages."""
    spoken = list(languages)
    return {
        "preamble": {language: _in(language, PREAMBLE) for language in spoken},
        "changes": {language: _in(language, FIRST) for language in spoken},
        "rules": [
            {
                "number": str(number),
                "category": category,
                "sanctions": [kind.value for kind in EffectKind if kind in sanctions],
                "points": points,
                "points_days": 180,
                "texts": {
                    language: {
                        "title": _in(language, title),
                        "text": _in(language, text),
                        "examples": [_in(language, example) for example in examples],
                    }
                    for language in spoken
                },
            }
            for number, (category, sanctions, points, title, text, examples) in enumerate(_RULES, 1)
        ],
    }


def _in(language: str, message: str) -> str:
    with translation.override(language):
        return _(message)
